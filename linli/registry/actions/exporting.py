"""Lists that leave the house: as a file or on paper. Written down before they are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.access import Access, access_of
from linli.registry.errors import ListTooLong
from linli.registry.groups import groups_seen
from linli.registry.models import Resident
from linli.registry.queries.lists import PeopleFilter, people_listed
from linli.registry.queries.rows import Row, rows_masked, rows_whole
from linli.registry.rules import may_export, may_print, may_reveal

MOST_ROWS: Final = 20_000
PHONES: Final = frozenset({"phone", "landline", "contact_phone"})


@transaction.atomic
def export_people(*, by: Actor, now: datetime, wanted: PeopleFilter, words: str, fields: Sequence[str]) -> list[Row]:
    """The rows of a list for a file, phone and ID numbers masked. ``words`` tells the filter to whoever reads the trail.

    Raises NotAllowed, or ListTooLong above 20,000 people.
    """
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    people = _people(access, wanted, now)
    _tell(by, now, people, words=words, reason="", fields=fields)
    groups = groups_seen(permissions=access.permissions)
    return rows_masked(people=people, fields=fields, on=timezone.localdate(now), groups=groups)


@transaction.atomic
def export_people_whole(
    *, by: Actor, now: datetime, wanted: PeopleFilter, words: str, fields: Sequence[str], reason: str
) -> list[Row]:
    """The same with whole numbers; written down for each person whose number is in it, with the reason.

    Raises NotAllowed, ReasonTooShort or ListTooLong.
    """
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    for verb in ("registry.phone", "registry.identity"):
        may_reveal(permissions=access.permissions, verb=verb, reason=reason).enforce()
    people = _people(access, wanted, now)
    told = " ".join(reason.split())[:200]
    _tell(by, now, people, words=words, reason=told, fields=fields)
    reveal_numbers_of(by=by, now=now, people=people, fields=fields, reason=told, words=words)
    groups = groups_seen(permissions=access.permissions)
    return rows_whole(people=people, fields=fields, on=timezone.localdate(now), groups=groups)


@transaction.atomic
def print_people(*, by: Actor, now: datetime, wanted: PeopleFilter, words: str) -> list[Resident]:
    """The people of a printed sheet; their numbers are for the page to mask. Raises NotAllowed or ListTooLong."""
    access = access_of(by=by, now=now)
    may_print(permissions=access.permissions).enforce()
    people = _people(access, wanted, now)
    _tell(by, now, people, words=words, reason="", fields=())
    return people


@transaction.atomic
def print_people_whole(*, by: Actor, now: datetime, wanted: PeopleFilter, words: str, reason: str) -> list[Resident]:
    """The same for a sheet with whole phone numbers. Raises NotAllowed, ReasonTooShort or ListTooLong."""
    access = access_of(by=by, now=now)
    may_print(permissions=access.permissions).enforce()
    may_reveal(permissions=access.permissions, verb="registry.phone", reason=reason).enforce()
    people = _people(access, wanted, now)
    told = " ".join(reason.split())[:200]
    _tell(by, now, people, words=words, reason=told, fields=("phone",))
    reveal_numbers_of(by=by, now=now, people=people, fields=("phone",), reason=told, words=words)
    return people


def reveal_numbers_of(
    *, by: Actor, now: datetime, people: Sequence[Resident], fields: Sequence[str], reason: str, words: str
) -> None:
    """One line in the trail for each number that is about to be seen whole, as for a single look."""
    traces = [
        Trace(verb, "resident", str(person.pk), person.community_id, person.name, reason, {"list": words})
        for person in people
        for verb, there in (
            ("revealed_phone", (person.phone or person.other_phones) and PHONES & set(fields)),
            ("revealed_id_number", person.id_number and "id_number" in fields),
        )
        if there
    ]
    record_traces(by=by, now=now, traces=traces)


def _people(access: Access, wanted: PeopleFilter, now: datetime) -> list[Resident]:
    groups = groups_seen(permissions=access.permissions)
    if wanted.group and wanted.group not in groups:
        raise NotAllowed
    found = people_listed(scope=access.scope, wanted=wanted, on=timezone.localdate(now), groups=groups)
    people = list(found[: MOST_ROWS + 1])
    if len(people) > MOST_ROWS:
        raise ListTooLong
    return people


def _tell(
    by: Actor, now: datetime, people: Sequence[Resident], *, words: str, reason: str, fields: Sequence[str]
) -> None:
    """One line for each community of which somebody is on the list."""
    counts: dict[int, int] = {}
    for person in people:
        counts[person.community_id] = counts.get(person.community_id, 0) + 1
    verb = "exported" if "name" in fields else "printed"
    traces = [
        Trace(verb, "community", str(pk), pk, words[:200], reason, {"people": count, "fields": list(fields)})
        for pk, count in counts.items()
    ]
    record_traces(by=by, now=now, traces=traces)
