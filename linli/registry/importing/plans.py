"""What an import would do: each person of the sheet against the persons of the register. The order of the rows does not matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.registry.importing.entries import Entry, Note
from linli.registry.importing.groups import Group, groups_of, with_stairwells
from linli.registry.importing.meeting import asks, meets
from linli.registry.importing.outcomes import HEAD, NEW, Door, Outcome, Person, Policy


@dataclass(slots=True)
class Plan:
    """All outcomes, in an order that does not depend on the order of the rows."""

    outcomes: list[Outcome]

    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; a row that repeats another is "same"."""
        found: dict[str, int] = defaultdict(int)
        for outcome in self.outcomes:
            spare = len(outcome.rows) - 1 if outcome.kind in {"create", "update"} else 0
            found[outcome.kind] += len(outcome.rows) - spare
            found["same"] += spare
        return dict(found)


@dataclass(frozen=True, slots=True)
class Register:
    """What the plan is made against. ``answers`` says who the person of a row is (a pk or "new"); ``not_same`` are pairs of an
    entry's identity and the pk of somebody it is not."""

    persons: Sequence[Person]
    doors: Collection[Door]
    answers: Mapping[int, int | str] = field(default_factory=dict)
    not_same: Collection[tuple[str, int]] = ()


def plan_of(*, entries: Iterable[Entry], register: Register, policy: Policy) -> Plan:
    """Decide for every entry. Somebody is recognised by the ID number, or by name and door where birth and ID number do not
    contradict; a like person elsewhere, or more than one, is a question."""
    entries = with_stairwells(list(entries), doors=register.doors)
    stopped = [Outcome("error", (e.row,), e.values, reasons=_said(e.notes)) for e in entries if e.stopped]
    known = _Known(register)
    outcomes = [_outcome(group, known, policy) for group in groups_of([e for e in entries if not e.stopped])]
    _one_person_once(outcomes)
    _one_head(outcomes, register.persons)
    outcomes.sort(key=_order)
    return Plan([*outcomes, *sorted(stopped, key=lambda one: one.rows)])


class _Known:
    """The register, to be looked up."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.by_pk = {person.pk: person for person in register.persons}
        self.by_id: dict[str, list[Person]] = defaultdict(list)
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in register.persons:
            if number := person.values.get("id_number"):
                self.by_id[number].append(person)
            self.by_name[person.values["name"]].append(person)

    def with_id(self, values: Mapping[str, Any]) -> list[Person]:
        """Who bears this ID number: those who live here, or else those who did."""
        found = self.by_id.get(values.get("id_number", ""), [])
        return [person for person in found if not person.gone] or found[-1:]

    def at_door(self, values: Mapping[str, Any], door: Door) -> list[Person]:
        found = [p for p in self.by_name.get(values["name"], ()) if p.door == door and _compatible(values, p.values)]
        here = [person for person in found if not person.gone]
        leaves = bool(values.get("moved_out_on") or values.get("died_on"))
        return here or (found if leaves else [])

    def elsewhere(self, values: Mapping[str, Any], identity: str) -> list[Person]:
        """Like persons behind other doors who have not been told apart from this one already."""
        return [
            person
            for person in self.by_name.get(values["name"], ())
            if not person.gone
            and _compatible(values, person.values)
            and _alike(values, person.values)
            and (identity, person.pk) not in self.register.not_same
        ]


def _outcome(group: Group, known: _Known, policy: Policy) -> Outcome:
    outcome = Outcome("create", group.rows, dict(group.values), reasons=_said(group.notes))
    if group.clash:
        outcome.refuse(group.clash, group.clash_detail)
        return outcome
    answer = next((known.register.answers[row] for row in group.rows if row in known.register.answers), None)
    bearers = known.with_id(group.values)
    if policy is Policy.FORCE_NEW or answer == NEW:
        if bearers:
            outcome.refuse("id_number_taken", bearers[0].values["name"])
        return outcome
    if answer is not None and answer in known.by_pk:
        return meets(outcome=outcome, person=known.by_pk[int(answer)], policy=policy, sure=True)
    if bearers:
        if bearers[0].values["name"] != group.values["name"]:
            return asks(outcome=outcome, candidates=bearers, code="other_name")
        return meets(outcome=outcome, person=bearers[0], policy=policy, sure=False)
    return _by_name(outcome, group, known, policy)


def _by_name(outcome: Outcome, group: Group, known: _Known, policy: Policy) -> Outcome:
    here = known.at_door(group.values, group.door)
    if len(here) == 1:
        return meets(outcome=outcome, person=here[0], policy=policy, sure=False)
    if here:
        return asks(outcome=outcome, candidates=here, code="several")
    near = known.elsewhere(group.values, group.identity)
    return asks(outcome=outcome, candidates=near, code="like_person") if near else outcome


def _compatible(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Neither ID number nor birth date speaks against the same person."""
    if one.get("id_number") and other.get("id_number") and one["id_number"] != other["id_number"]:
        return False
    return same_birth(one, other) is not False


def same_birth(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool | None:
    """Whether two birth dates agree as far as both are known; None where one is not known at all."""
    first, second = one.get("born_on"), other.get("born_on")
    if not isinstance(first, date) or not isinstance(second, date):
        return None
    known = {one.get("born_known") or "day", other.get("born_known") or "day"}
    if first.year != second.year or "year" in known:
        return first.year == second.year
    return first.month == second.month and ("month" in known or first.day == second.day)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    same_day = one.get("born_on") and one.get("born_on") == other.get("born_on") and one.get("born_known") == "day"
    return bool(same_day or (one.get("phone") and one.get("phone") == other.get("phone")))


def _one_person_once(outcomes: Sequence[Outcome]) -> None:
    """Two persons of the sheet cannot be the same one of the register."""
    claimed: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.person is not None and outcome.kind in {"same", "update"}:
            claimed[outcome.person.pk].append(outcome)
    for claims in claimed.values():
        for outcome in claims if len(claims) > 1 else ():
            outcome.refuse("claimed_twice", "、".join(str(row) for one in claims for row in one.rows))


def _one_head(outcomes: Sequence[Outcome], persons: Iterable[Person]) -> None:
    """A household has one head. Who would be a second is a conflict, and so are two in the sheet."""
    written = {o.person.pk: o for o in outcomes if o.person is not None and o.kind == "update"}
    heads: dict[Door, list[Outcome | Person]] = defaultdict(list)
    for person in persons:
        if person.gone:
            continue
        outcome = written.get(person.pk)
        relation = outcome.changes.get("relation", ("", person.values.get("relation")))[1] if outcome else None
        if (relation or person.values.get("relation")) == HEAD:
            new = outcome if outcome and (outcome.moved or "relation" in outcome.changes) else None
            heads[new.door if new else person.door].append(new or person)
    for outcome in outcomes:
        gone = outcome.values.get("moved_out_on") or outcome.values.get("died_on")
        if outcome.kind == "create" and outcome.values.get("relation") == HEAD and not gone:
            heads[outcome.door].append(outcome)
    for claims in heads.values():
        for claim in claims if len(claims) > 1 else ():
            if isinstance(claim, Outcome):
                claim.refuse("second_head", "、".join(sorted(_name_of(one) for one in claims)))


def _name_of(claim: Outcome | Person) -> str:
    return str(claim.values["name"])


def _said(notes: Iterable[Note]) -> list[tuple[str, str]]:
    return [(f"{note.field}:{note.code}", note.typed) for note in notes]


def _order(outcome: Outcome) -> tuple[Any, ...]:
    values = outcome.values
    building, unit, door = outcome.door
    return (
        (building.rjust(10), unit or 0, door.rjust(10)),
        values.get("relation") != HEAD,
        str(values.get("born_on", "")),
        values.get("name", ""),
        values.get("id_number", ""),
    )
