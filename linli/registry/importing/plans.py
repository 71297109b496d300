"""What an import would do: each person of the sheet against the persons of the register. The order of the rows does not matter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from linli.registry.importing.entries import Entry, Note
from linli.registry.importing.groups import Group, groups_of, with_stairwells

Door = tuple[str, int | None, str]
PERSONAL: Final = (
    "name", "sex", "ethnicity", "id_number", "born_on", "born_known", "relation", "phone", "other_phones", "politics",
    "education", "marriage", "residence", "workplace", "registered_address", "moved_in_on", "moved_out_on", "died_on", "note",
)  # fmt: skip
NEW: Final = "new"
HEAD: Final = "02"
OUR_KEY: Final = re.compile(r"T[2-9A-HJ-NP-Z]{8}|")
UNSAID: Final[Mapping[str, Collection[Any]]] = {"sex": ("", "0", "9"), "relation": ("", "80"), "born_known": ("",)}


class Policy(StrEnum):
    """What happens to somebody who is in the register already. Blank cells erase nothing under any of them."""

    SKIP = "skip"
    UPDATE = "update"
    FILL = "fill"
    FORCE_NEW = "new"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the register: the columns of ``PERSONAL``, where they live, the priority groups whose lists they are on, and who is
    called for their household."""

    pk: int
    values: Mapping[str, Any]
    door: Door
    household_id: int
    household_number: str = ""
    contacts: Mapping[str, Collection[str]] = field(default_factory=dict)
    groups: Collection[str] = ()

    @property
    def gone(self) -> bool:
        return bool(self.values.get("moved_out_on") or self.values.get("died_on"))


@dataclass(slots=True)
class Outcome:
    """What becomes of one person of the sheet, who may stand in several of its rows.

    ``kind`` is create, update, same, question, conflict or error; ``changes`` has (before, after) for each column;
    ``reasons`` are (code, detail), most of them shown beside the row even where they stop nothing.
    """

    kind: str
    rows: tuple[int, ...]
    values: dict[str, Any]
    person: Person | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    candidates: tuple[Person, ...] = ()
    reasons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def door(self) -> Door:
        return self.values.get("building", ""), self.values.get("unit"), self.values.get("door", "")

    def refuse(self, code: str, detail: str = "", *, kind: str = "conflict") -> None:
        self.kind = kind
        self.reasons.insert(0, (code, detail))


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
        return _meets(outcome, known.by_pk[int(answer)], policy)
    if bearers:
        if bearers[0].values["name"] != group.values["name"]:
            return _asks(outcome, bearers, "other_name")
        return _meets(outcome, bearers[0], policy)
    return _by_name(outcome, group, known, policy)


def _by_name(outcome: Outcome, group: Group, known: _Known, policy: Policy) -> Outcome:
    here = known.at_door(group.values, group.door)
    if len(here) == 1:
        return _meets(outcome, here[0], policy)
    if here:
        return _asks(outcome, here, "several")
    near = known.elsewhere(group.values, group.identity)
    return _asks(outcome, near, "like_person") if near else outcome


def _asks(outcome: Outcome, candidates: Sequence[Person], code: str) -> Outcome:
    outcome.kind, outcome.candidates = "question", tuple(sorted(candidates, key=lambda p: p.pk))
    outcome.reasons.insert(0, (code, ""))
    return outcome


def _meets(outcome: Outcome, person: Person, policy: Policy) -> Outcome:
    """Somebody of the register is in the sheet."""
    outcome.kind, outcome.person = "same", person
    values = outcome.values
    if person.gone and not (values.get("moved_out_on") or values.get("died_on")):
        outcome.refuse("has_left")
        return outcome
    if outcome.door != person.door:
        outcome.refuse("lives_elsewhere", "-".join(str(part) for part in person.door))
        return outcome
    if policy is Policy.SKIP:
        return outcome
    for name in PERSONAL:
        before, after = person.values.get(name) or "", values.get(name) or ""
        if after not in ("", *UNSAID.get(name, ())) and after != before:
            said = before not in ("", *UNSAID.get(name, ()))
            if not said or (policy is Policy.UPDATE and not _less(name, before, after)):
                outcome.changes[name] = (before, after)
    _keep_known(outcome, person)
    _number_household(outcome, person, policy)
    if new := new_groups(values, person):
        outcome.changes["groups"] = (sorted(person.groups), sorted({*person.groups, *new}))
    if new_contact(values, person):
        outcome.changes["contact"] = ("", _contact_text(values))
    if outcome.changes:
        outcome.kind = "update"
    return outcome


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


def new_groups(values: Mapping[str, Any], person: Person | None) -> list[str]:
    """The priority groups that a sheet names of somebody present who is not on their lists. A sheet takes nobody off a list."""
    gone = values.get("moved_out_on") or values.get("died_on")
    known = person.groups if person else ()
    return [] if gone else [group for group in values.get("groups", ()) if group not in known]


def new_contact(values: Mapping[str, Any], person: Person | None) -> bool:
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
            heads[person.door].append(outcome if outcome and "relation" in outcome.changes else person)
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
