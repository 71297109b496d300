"""What becomes of somebody in a sheet who is in the register already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.registry.importing.listings import changes_of
from linli.registry.importing.outcomes import MOVED, OUR_KEY, PERSONAL, UNSAID, Door, Outcome, Person, Policy


def asks(*, outcome: Outcome, candidates: Sequence[Person], code: str, detail: str = "") -> Outcome:
    """A person has to say who of ``candidates`` it is."""
    outcome.kind, outcome.candidates = "question", tuple(sorted(candidates, key=lambda p: p.pk))
    outcome.reasons.insert(0, (code, detail))
    return outcome


def meets(*, outcome: Outcome, person: Person, policy: Policy, sure: bool) -> Outcome:
    """What becomes of ``person``, who is in the sheet. Behind another door they have moved if somebody is ``sure`` that it is them."""
    outcome.kind, outcome.person = "same", person
    leaves = _leaves(outcome.values)
    if person.gone and not leaves:
        outcome.refuse("has_left")
    elif outcome.door != person.door and (leaves or policy is not Policy.UPDATE):
        outcome.refuse("lives_elsewhere", _door_text(person.door))
    elif outcome.door != person.door and not sure:
        asks(outcome=outcome, candidates=[person], code=MOVED, detail=_door_text(person.door))
    elif policy is not Policy.SKIP:
        _compare(outcome, person, policy)
    return outcome


def _compare(outcome: Outcome, person: Person, policy: Policy) -> None:
    values = outcome.values
    if outcome.door != person.door:
        outcome.changes["place"] = (_door_text(person.door), _door_text(outcome.door))
    for name in PERSONAL:
        before, after = person.values.get(name) or "", values.get(name) or ""
        if after not in ("", *UNSAID.get(name, ())) and after != before:
            said = before not in ("", *UNSAID.get(name, ()))
            if not said or (policy is Policy.UPDATE and not _less(name, before, after)):
                outcome.changes[name] = (before, after)
    _keep_known(outcome, person)
    if not outcome.moved:
        _number_household(outcome, person, policy)
    if new := new_groups(values=values, person=person):
        outcome.changes["groups"] = (sorted(person.groups), sorted({*person.groups, *new}))
    if not _leaves(values):
        fills = policy is not Policy.UPDATE
        outcome.changes |= {
            name: (before, after) for name, before, after in changes_of(values=values, lists=person.groups, fills=fills)
        }
    if new_contact(values=values, person=None if outcome.moved else person):
        outcome.changes["contact"] = ("", _contact_text(values))
    if outcome.changes:
        outcome.kind = "update"


def _number_household(outcome: Outcome, person: Person, policy: Policy) -> None:
    """A key of ours gives way to the number of the household register; one number to another only where the file counts."""
    number, known = outcome.values.get("household_number", ""), person.household_number
    if number and number != known and (OUR_KEY.fullmatch(known) or policy is Policy.UPDATE):
        outcome.changes["household_number"] = (known, number)


def _less(name: str, before: Any, after: Any) -> bool:
    """Notes that hold what is written already are left as they are."""
    return name == "note" and str(after) in str(before)


def _keep_known(outcome: Outcome, person: Person) -> None:
    """How much of a birth date is known goes with the date; a day that is known is not made a month."""
    changes, rank = outcome.changes, ("", "year", "month", "day")
    before, after = person.values.get("born_known") or "", outcome.values.get("born_known") or ""
    if person.values.get("born_on") and rank.index(after) < rank.index(before) and after:
        changes.pop("born_on", None)
    if "born_on" not in changes and not (rank.index(after) > rank.index(before) and person.values.get("born_on")):
        changes.pop("born_known", None)


def new_groups(*, values: Mapping[str, Any], person: Person | None) -> list[str]:
    """The priority groups that a sheet names of somebody present who is not on their lists. A sheet takes nobody off a list."""
    known = person.groups if person else ()
    return [] if _leaves(values) else [group for group in values.get("groups", ()) if group not in known]


def _leaves(values: Mapping[str, Any]) -> bool:
    return bool(values.get("moved_out_on") or values.get("died_on"))


def new_contact(*, values: Mapping[str, Any], person: Person | None) -> bool:
    """Whether the sheet names somebody to call, or a number, that the household does not have."""
    name, phone = values.get("contact_name", ""), values.get("contact_phone", "")
    if not name and not phone:
        return False
    if person is None:
        return True
    numbers = {number for kept in person.contacts.values() for number in kept}
    return phone not in numbers if phone else name not in person.contacts


def _contact_text(values: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (values.get("contact_name", ""), values.get("contact_phone", ""))))


def _door_text(door: Door) -> str:
    return "-".join(str(part) for part in door)
