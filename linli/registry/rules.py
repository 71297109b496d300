"""What is allowed, and what looks doubtful, in the register. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from linli.core.errors import NotAllowed
from linli.core.verdict import YES, Verdict
from linli.registry.errors import ReasonTooShort, WrongScope

SHORTEST_REASON = 4
SCOPE_OF_ROLE = {
    "administrator": "community",
    "secretary": "community",
    "duty_officer": "community",
    "grid_lead": "grid",
    "building_captain": "building",
    "unit_captain": "unit",
}


def id_number_doubt(*, number: str) -> str:
    """Why an ID number (GB 11643-1999) looks wrong: "form", "birth_date", "check_digit", or "" when it looks right.

    The area code is not judged: areas come and go, and tables reject people born before theirs began.
    """
    return _judged(number)[0]


def born_according_to(*, number: str) -> date | None:
    """The birth date in an ID number that looks right."""
    doubt, born = _judged(number)
    return None if doubt else born


@lru_cache(maxsize=64)  # whoever asks one thing of a number asks the others next
def _judged(number: str) -> tuple[str, date | None]:
    """The doubt and the birth date of an ID number."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "form", None
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        return "birth_date", None
    return "" if ric.calc_check_digit(number) == number[-1] else "check_digit", born


def sex_according_to(*, number: str) -> str:
    """GB/T 2261.1: "1" male, "2" female, "0" when the number does not look right."""
    if id_number_doubt(number=number):
        return "0"
    return "1" if int(number[16]) % 2 else "2"


def age_on(*, born_on: date, day: date) -> int:
    """Full years; somebody born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def may_reveal(*, permissions: Collection[str], verb: str, reason: str) -> Verdict:
    """What is masked is shown whole to those who hold ``verb`` (registry.phone, registry.identity) and say why."""
    if verb not in permissions:
        return Verdict(NotAllowed())
    if len("".join(reason.split())) < SHORTEST_REASON:
        return Verdict(ReasonTooShort())
    return YES


def may_edit(*, permissions: Collection[str]) -> Verdict:
    """The register is written by those who hold registry.edit."""
    return YES if "registry.edit" in permissions else Verdict(NotAllowed())


def may_export(*, permissions: Collection[str]) -> Verdict:
    """A list leaves as a file only with those who hold registry.export."""
    return YES if "registry.export" in permissions else Verdict(NotAllowed())


def may_print(*, permissions: Collection[str]) -> Verdict:
    """A list goes on paper with those who hold registry.print."""
    return YES if "registry.print" in permissions else Verdict(NotAllowed())


def may_hold(*, role: str, place: str) -> Verdict:
    """``place`` is the kind of scope: community, grid, building or unit."""
    return YES if SCOPE_OF_ROLE.get(role) == place else Verdict(WrongScope())


def may_list(*, permissions: Collection[str], restricted: bool) -> Verdict:
    """The lists of priority groups are written by those who hold registry.edit; restricted ones need registry.restricted too."""
    hidden = restricted and "registry.restricted" not in permissions
    return Verdict(NotAllowed()) if hidden else may_edit(permissions=permissions)


def may_write_health(*, permissions: Collection[str]) -> Verdict:
    """Health notes are written by those who may read them and may write the register."""
    return may_edit(permissions=permissions) if "registry.health" in permissions else Verdict(NotAllowed())


def may_visit(*, permissions: Collection[str]) -> Verdict:
    """Visits are planned for and written down by those who hold registry.visit."""
    return YES if "registry.visit" in permissions else Verdict(NotAllowed())


def visit_due_on(*, since_on: date, every_days: int, last_on: date | None) -> date:
    """By which day somebody is to be visited: so many days after the last visit that found somebody.

    Who was put on a list after that visit, or was never visited, has the whole interval from the day they were put on it.
    """
    return max(since_on, last_on or since_on) + timedelta(days=every_days)
