"""Putting people on the lists of priority groups, and taking them off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from linli.core.actors import Actor
from linli.registry.access import access_of
from linli.registry.errors import (
    AlreadyEnded,
    AlreadyOnList,
    DatesTurnedRound,
    NoSuchGroup,
    NotHereAnymore,
    VisitIntervalWrong,
)
from linli.registry.groups import RULES, groups_seen
from linli.registry.models import Membership, Resident
from linli.registry.recording import changed, locked, refusing, trace
from linli.registry.rules import may_edit, may_list

CHANGEABLE: Final = frozenset({"basis", "grade", "every_days", "helper_name", "since_on"})
NEVER: Final = 0
LONGEST: Final = 730
TWICE = ("registry_membership_once", AlreadyOnList(fields={"group": AlreadyOnList.default_sentence}))


@transaction.atomic
def put_on_list(
    *,
    by: Actor,
    now: datetime,
    resident_id: int,
    group: str,
    since_on: date,
    basis: str = "",
    grade: str = "",
    every_days: int | None = None,
    helper_name: str = "",
) -> Membership:
    """Put a present resident on the list of a group, to be visited as often as the group usually is, or every ``every_days``
    days (0: nobody has to).

    Restricted lists need registry.restricted. Raises NotAllowed, NotFound, NoSuchGroup, NotHereAnymore, AlreadyOnList or
    VisitIntervalWrong.
    """
    access = access_of(by=by, now=now)
    may_edit(permissions=access.permissions).enforce()
    if group not in RULES:
        raise NoSuchGroup(fields={"group": NoSuchGroup.default_sentence})
    may_list(permissions=access.permissions, restricted=RULES[group].restricted).enforce()
    resident = locked(Resident, resident_id, access.scope.covers_people(), "household")
    if resident.died_on or resident.moved_out_on or resident.household.moved_out_on:
        raise NotHereAnymore
    usual = RULES[group].every_days
    with refusing(TWICE):
        membership = Membership.objects.create(
            community_id=resident.community_id,
            resident=resident,
            group=group,
            since_on=since_on,
            basis=basis.strip(),
            grade=grade.strip(),
            every_days=usual if every_days is None else _interval(every_days),
            helper_name=helper_name.strip(),
        )
    trace(membership, by=by, now=now, verb="put_on_list", details=_told(membership))
    return membership


@transaction.atomic
def change_on_list(*, by: Actor, now: datetime, membership_id: int, changes: Mapping[str, Any]) -> Membership:
    """Change any of basis, grade, every_days (0: nobody has to visit), helper_name, since_on of somebody on a list.

    Raises NotAllowed, NotFound (also for restricted lists the actor knows nothing of), AlreadyEnded or VisitIntervalWrong.
    """
    membership = _reached(by, now, membership_id)
    given = {name: value for name, value in changes.items() if name in CHANGEABLE}
    if given.get("every_days") is not None:
        given["every_days"] = _interval(given["every_days"])
    if fields := changed(membership, given):
        membership.save(update_fields=fields)
        trace(membership, by=by, now=now, verb="changed", details={"fields": fields})
    return membership


@transaction.atomic
def take_off_list(*, by: Actor, now: datetime, membership_id: int, until_on: date) -> Membership:
    """The last day on a list; the row stays. Raises NotAllowed, NotFound, AlreadyEnded or DatesTurnedRound."""
    membership = _reached(by, now, membership_id)
    if until_on < membership.since_on:
        raise DatesTurnedRound(fields={"until_on": DatesTurnedRound.default_sentence})
    membership.until_on = until_on
    membership.save(update_fields=["until_on"])
    trace(membership, by=by, now=now, verb="taken_off_list", details={"on": until_on.isoformat()})
    return membership


def _reached(by: Actor, now: datetime, membership_id: int) -> Membership:
    """A place on a list that has not ended, within reach, on a list the actor may know of."""
    access = access_of(by=by, now=now)
    may_edit(permissions=access.permissions).enforce()
    seen = Q(group__in=groups_seen(permissions=access.permissions))
    membership = locked(Membership, membership_id, access.scope.covers_people("resident__") & seen, "resident")
    if membership.until_on is not None:
        raise AlreadyEnded
    return membership


def _interval(days: int) -> int | None:
    if days == NEVER:
        return None
    if not 1 <= days <= LONGEST:
        raise VisitIntervalWrong(fields={"every_days": VisitIntervalWrong.default_sentence})
    return days


def _told(membership: Membership) -> dict[str, str]:
    """What the trail may say: of a restricted list not even its name."""
    return {} if RULES[membership.group].restricted else {"group": membership.group}
