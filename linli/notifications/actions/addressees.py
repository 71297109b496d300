"""Writing down whom to tell of a matter of their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.notifications.models import Addressee
from linli.registry.errors import AddressMissing, PhoneNotUnderstood
from linli.registry.keeping import NUMBERED, address_columns, clean_name


@transaction.atomic
def note_addressee(
    *, by: Actor, now: datetime, community_id: int, name: str, language: str, kind: str, address: str
) -> Addressee:
    """Whoever is reached over this number or address, to be told as ``("addressee", pk)``; the same again is the same row.

    ``kind`` is an Addressee.Kind value. What was said last of name and language holds, except that a name is not forgotten for
    none. Raises PhoneNotUnderstood or AddressMissing, and ValueError for a kind that there is not.
    """
    kept = address_columns(kind=Addressee.Kind(kind).value, address=address)
    if kind in NUMBERED and not kept["address"]:
        raise PhoneNotUnderstood
    if kind not in NUMBERED and "://" not in kept["address"]:
        raise AddressMissing
    said = {"name": clean_name(name)[:60], "language": language}
    row, is_new = Addressee.objects.get_or_create(
        community_id=community_id,
        kind=kind,
        address_hash=kept["address_hash"],
        defaults={**said, "address": kept["address"], "created_at": now},
    )
    changes = {key: value for key, value in said.items() if value and value != getattr(row, key)}
    if changes:
        for key, value in changes.items():
            setattr(row, key, value)
        row.save(update_fields=list(changes))
    if is_new or changes:
        details = {"kind": kind} if is_new else {"fields": sorted(changes)}
        trace = Trace(
            "added" if is_new else "changed", "addressee", str(row.pk), community_id, str(row), details=details
        )
        record_traces(by=by, now=now, traces=[trace])
    return row


@transaction.atomic
def forget_addressees(*, by: Actor, now: datetime, numbers: Collection[tuple[int, str]]) -> int:
    """Whoever was reached over these numbers, each with its community, is kept no longer. What they were told stays, under no number.

    Returns how many were forgotten.
    """
    gone = 0
    for community_id, number in numbers:
        address_hash = address_columns(kind=Addressee.Kind.SMS, address=number)["address_hash"]
        rows = Addressee.objects.filter(community_id=community_id, address_hash=address_hash)
        traces = [Trace("deleted", "addressee", str(row.pk), community_id) for row in rows]
        gone += rows.delete()[0]
        record_traces(by=by, now=now, traces=traces)
    return gone
