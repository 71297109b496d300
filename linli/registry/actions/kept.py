"""Opening a person's own page: it is written down before the page is drawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.core.actors import Actor
from linli.core.errors import NotAllowed, NotFound
from linli.registry.access import Access, access_of
from linli.registry.models import Resident
from linli.registry.recording import trace
from linli.registry.rules import may_reveal

NEEDED = frozenset({"registry.open", "registry.print"})


@transaction.atomic
def open_kept_page(*, by: Actor, now: datetime, resident_id: int) -> Access:
    """Note that somebody opens what is kept about a resident, numbers masked. Raises NotAllowed or NotFound (also out of reach)."""
    access = _allowed(by, now)
    _note(access, by=by, now=now, resident_id=resident_id, verb="printed_kept", reason="")
    return access


@transaction.atomic
def open_kept_page_whole(*, by: Actor, now: datetime, resident_id: int, reason: str) -> Access:
    """The same with phone and ID numbers in full, for those who may see both and say why. Raises ReasonTooShort, too."""
    access = _allowed(by, now)
    for verb in ("registry.phone", "registry.identity"):
        may_reveal(permissions=access.permissions, verb=verb, reason=reason).enforce()
    told = " ".join(reason.split())[:200]
    _note(access, by=by, now=now, resident_id=resident_id, verb="printed_kept_whole", reason=told)
    return access


def _allowed(by: Actor, now: datetime) -> Access:
    access = access_of(by=by, now=now)
    if not access.permissions >= NEEDED:
        raise NotAllowed
    return access


def _note(access: Access, *, by: Actor, now: datetime, resident_id: int, verb: str, reason: str) -> None:
    resident = Resident.objects.filter(access.scope.covers_people(), pk=resident_id).first()
    if resident is None:
        raise NotFound
    trace(resident, by=by, now=now, verb=verb, reason=reason)
