"""What Linli does for itself: test its own path, say its troubles, keep a record of backups, prune, begin again after a restore."""

from linli.watching.actions.backups import begin_backup, record_backup
from linli.watching.actions.pings import record_ping
from linli.watching.actions.probing import look_after_canary
from linli.watching.actions.pruning import messages_wait, prune_canary, prune_records
from linli.watching.actions.restoring import begin_again_after_restore
from linli.watching.actions.troubles import say_troubles

__all__ = [
    "begin_again_after_restore",
    "begin_backup",
    "look_after_canary",
    "messages_wait",
    "prune_canary",
    "prune_records",
    "record_backup",
    "record_ping",
    "say_troubles",
]
