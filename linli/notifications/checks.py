"""What ``linli check`` asks of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.core.rooms import Finding
from linli.notifications.models import Message

LATE = timedelta(seconds=60)


def owed_messages_move(now: datetime) -> Sequence[Finding]:
    """No message that is due has waited longer than a minute without being tried."""
    waiting = Message.objects.filter(state=Message.State.OWED, due_at__lt=now - LATE).count()
    if waiting:
        sentence = _(
            "%(n)s messages have waited for more than a minute. Is the worker running, and is the network up?"
        ) % {"n": waiting}
    else:
        sentence = _("Owed messages are moving.")
    return [Finding(part="messages", fine=not waiting, sentence=sentence)]
