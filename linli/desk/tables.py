"""Incidents and their numbers as tables: the same for the page, for CSV and for Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.desk.files import Table
from linli.desk.rows import handling_badge
from linli.incidents.models import Incident
from linli.incidents.queries import Counted, Share, Statistics, Waits
from linli.incidents.queries.statistics import WAITS

MOST_EXPORTED: Final = 5000


def history_table(*, incidents: Iterable[Incident]) -> Table:
    """One line per incident; no names, no phones."""
    head = [
        _("Number"), _("Community"), _("Place"), _("Kind"), _("Opened"), _("First answer"), _("Taken in hand"), _("Closed at"),
        _("State"), _("Cause"), _("False alarm"), _("What was done"), _("Drill"), _("Detector"),
    ]  # fmt: skip
    rows = [
        [
            one.pk, one.community.name, one.place, one.kind.title, one.opened_at, one.first_answer_at, one.acknowledged_at,
            one.closed_at, handling_badge(incident=one).word, one.cause.title if one.cause else "",
            yes_or_no(one.cause.false_alarm) if one.cause else "", one.outcome, yes_or_no(one.drill_id is not None),
            one.source_label,
        ]
        for one in incidents
    ]  # fmt: skip
    return Table("history", _("Incidents"), head, rows)


def yes_or_no(fact: bool) -> str:
    return _("yes") if fact else _("no")


def statistics_tables(*, numbers: Statistics) -> dict[str, Table]:
    """Every table of the page of pictures, by its name in addresses."""
    tables = [
        _weeks(numbers),
        _hours(numbers),
        _sorts("kind", _("By kind"), _("Kind"), numbers.kinds),
        _causes(numbers),
        _sorts("building", _("By building"), _("Building"), numbers.buildings),
        _times(numbers),
        _steps(numbers),
    ]
    return {table.ident: table for table in tables}


def _weeks(numbers: Statistics) -> Table:
    head = [
        _("Week from"),
        _("Incidents"),
        _("False alarms"),
        _("Median to the first answer"),
        pgettext("count", "Answered"),
    ]
    rows = [
        [
            f"{w.starts_on:%Y-%m-%d}",
            w.incidents,
            w.false_alarms,
            span(w.first_answer.median_seconds),
            w.first_answer.count,
        ]
        for w in numbers.weeks
    ]
    return Table("week", _("By week"), head, rows)


def _hours(numbers: Statistics) -> Table:
    rows = [[f"{hour:02d}:00–{hour:02d}:59", n] for hour, n in enumerate(numbers.hours)]
    return Table("hour", _("By hour of the day"), [_("Hour"), _("Incidents")], rows)


def _sorts(ident: str, title: str, what: str, sorts: Sequence[Counted]) -> Table:
    rows = [[one.title or _("elsewhere"), one.incidents, share_words(one.false_alarms)] for one in sorts]
    return Table(ident, title, [what, _("Incidents"), _("False alarms among the closed")], rows)


def _causes(numbers: Statistics) -> Table:
    rows = [[one.title or _("no cause given"), one.incidents] for one in numbers.causes]
    return Table("cause", _("By cause"), [_("Cause"), _("Incidents")], rows)


def _times(numbers: Statistics) -> Table:
    head = [_("Until"), _("How many"), _("Median"), _("Nine of ten within"), _("The longest")]
    steps = [
        (_("the first answer"), numbers.first_answer),
        (_("the desk had it in hand"), numbers.acknowledged),
        (_("it was closed"), numbers.closed),
    ]
    return Table("times", _("How long it took"), head, [[name, *wait_words(waits)] for name, waits in steps])


def wait_words(waits: Waits) -> list[Any]:
    """How many, median, slowest tenth (a dash while there are fewer than ten) and the longest."""
    tail = span(waits.p90_seconds) if waits.tail_is_known else "—"
    return [waits.count, span(waits.median_seconds), tail, span(waits.longest_seconds)]


def _steps(numbers: Statistics) -> Table:
    rows: list[list[Any]] = [[name, n] for name, n in zip(step_names(), numbers.first_answer_steps, strict=True)]
    rows.append([_("not answered yet"), numbers.unanswered])
    return Table("answer", _("First answers"), [_("First answer within"), _("Incidents")], rows)


def step_names() -> list[str]:
    names = [span(float(end)) for end in WAITS]
    return [*names, _("later")]


def share_words(share: Share) -> str:
    """``12 of 48 (25 %)``; below thirty the counts alone, since a rate would say more than is known."""
    if not share.whole:
        return "—"
    counts = _("%(part)d of %(whole)d") % {"part": share.part, "whole": share.whole}
    if share.percent is None:
        return counts
    return _("%(counts)s (%(percent)d %%)") % {"counts": counts, "percent": share.percent}


def span(seconds: float | None) -> str:
    """``45 s``, ``3 min``, ``2 h 10 min``, ``4 days``; a dash for nothing."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    if whole < 90:
        return _("%(n)d s") % {"n": whole}
    minutes = round(seconds / 60)
    if minutes < 90:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        hours, left = divmod(minutes, 60)
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left}
    return _("%(n)d days") % {"n": round(minutes / 1440)}
