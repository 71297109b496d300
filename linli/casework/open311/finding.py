"""Which requests a program asks for. Dates are taken as they come, with a zone or without, and given out strictly. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.casework.errors.open311 import WRONG, AskedWrongly, Problem
from linli.casework.open311.asked import Asked
from linli.casework.open311.words import CLOSED, OPEN

MOST_ROWS: Final = 1000
MOST_PAGES: Final = 10_000
LONGEST: Final = timedelta(days=90)
YEARS: Final = range(1971, 2200)
_DAY: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_LOST_PLUS: Final = re.compile(r"(?<=\d) (?=\d{2}:?\d{2}$)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``ids`` is not None where ids were named: then nothing else counts but the page. Empty ``codes`` and ``statuses`` leave a part
    open. ``page`` counts from nought."""

    since: datetime
    until: datetime
    ids: Collection[str] | None = None
    codes: Collection[str] = ()
    statuses: Collection[str] = ()
    page: int = 0
    page_size: int = MOST_ROWS

    @property
    def rows(self) -> slice:
        return slice(self.page * self.page_size, (self.page + 1) * self.page_size)


def wanted_of(*, asked: Asked, now: datetime, zone: ZoneInfo) -> Wanted:
    """The filter; without dates the last 90 days, with one of them the 90 days after or before it. Raises AskedWrongly."""
    problems: list[Problem] = []
    page = _number(asked, "page", range(MOST_PAGES + 1), 0, problems)
    size = _number(asked, "page_size", range(1, MOST_ROWS + 1), MOST_ROWS, problems)
    ids = asked.many("service_request_id")
    if len(ids) > MOST_ROWS:
        problems.append(Problem(WRONG, _("Ask for at most 1,000 requests at once.")))
    if ids:
        _end(problems)
        return Wanted(now, now, ids, page=page, page_size=size)
    statuses = [status.lower() for status in asked.many("status")]
    if any(status not in {OPEN, CLOSED} for status in statuses):
        problems.append(Problem(WRONG, _("status can be open or closed, or both with a comma between.")))
    since, until = _span(asked, now, zone, problems)
    _end(problems)
    return Wanted(since, until, None, asked.many("service_code"), statuses, page, size)


def _end(problems: list[Problem]) -> None:
    if problems:
        raise AskedWrongly(problems)


def _number(asked: Asked, name: str, allowed: range, usual: int, problems: list[Problem]) -> int:
    """A page larger than we give is as large as we give."""
    text = asked.one(name)
    if not text:
        return usual
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if name == "page_size":
        number = min(number, allowed[-1])
    if number in allowed:
        return number
    sentence = _("%(name)s must be a whole number from %(least)d to %(most)d.")
    problems.append(Problem(WRONG, sentence % {"name": name, "least": allowed[0], "most": allowed[-1]}))
    return usual


def _span(asked: Asked, now: datetime, zone: ZoneInfo, problems: list[Problem]) -> tuple[datetime, datetime]:
    since, until = (_instant(asked.one(name), name, zone, problems) for name in ("start_date", "end_date"))
    if since is None and until is None:
        return now - LONGEST, now
    if since is None:
        assert until is not None
        return until - LONGEST, until
    if until is None:
        return since, since + LONGEST
    if until < since:
        problems.append(Problem(WRONG, _("end_date is before start_date.")))
    elif until - since > LONGEST + timedelta(days=1):
        problems.append(
            Problem(WRONG, _("From start_date to end_date may be 90 days at most. Ask for one part after the other."))
        )
    return since, until


def _instant(text: str, name: str, zone: ZoneInfo, problems: list[Problem]) -> datetime | None:
    """A day alone begins at midnight, or ends with its last second; without a zone it is the community's time."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
    except ValueError:
        at = None
    if at is None or at.year not in YEARS:
        sentence = _("%(name)s is not a date such as 2026-11-30T08:00:00+08:00.")
        problems.append(Problem(WRONG, sentence % {"name": name}))
        return None
    if name == "end_date" and _DAY.fullmatch(text):
        at = datetime.combine(at.date(), time(23, 59, 59))
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
