"""What ``linli check`` says of the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from linli.core.rooms import Finding
from linli.ledger.queries.checking import missing_triggers
from linli.ledger.queries.listing import stopped_books


def books_hold(_now: datetime) -> Sequence[Finding]:
    """The database keeps the rules, and no book was stopped. Two queries and a PRAGMA."""
    part, found = _("books"), []
    if missing := missing_triggers():
        said = ", ".join(one.where for one in missing)
        found.append(
            Finding(
                part, False, _("The database lacks rules of the ledger: %(names)s. Restore a backup.") % {"names": said}
            )
        )
    if not replaces_are_seen():
        found.append(
            Finding(
                part,
                False,
                _("SQLite's recursive_triggers is off: rows could be replaced unseen. Start Linli by its own command."),
            )
        )
    found += [
        Finding(part, False, _("The book of %(community)s is stopped: %(fault)s. Look at it with `linli ledger check`.")
                % {"community": book.community, "fault": book.fault.splitlines()[0]})
        for book in stopped_books()
    ]  # fmt: skip
    return found or [Finding(part, True, _("No book has a fault."))]


def replaces_are_seen() -> bool:
    """Whether a row that REPLACE puts in the place of another meets the triggers; only SQLite can be told not to look."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        return bool(cursor.fetchone()[0])
