"""The pictures of the statistics: each a drawing, the sentence that says the same, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.desk.files import Table
from linli.desk.tables import share_words, span, statistics_tables, step_names
from linli.incidents.queries import Counted, Statistics
from linli.ui.bars import Bar, lying_bars, standing_bars

MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Picture:
    """``has_hollow`` says whether the key to hollow bars belongs under it."""

    table: Table
    drawing: SafeString
    has_hollow: bool = False


def pictures_of(*, numbers: Statistics) -> list[Picture]:
    """In the order of the page; the numbers come from the same tables that are printed and exported."""
    tables = statistics_tables(numbers=numbers)
    return [
        Picture(tables["week"], _weeks(numbers), has_hollow=True),
        Picture(tables["answer"], _answers(numbers)),
        Picture(tables["kind"], _sorts(numbers.kinds, tables["kind"].title), has_hollow=True),
        Picture(tables["cause"], _sorts(numbers.causes, tables["cause"].title), has_hollow=True),
        Picture(tables["hour"], _hours(numbers)),
        Picture(tables["building"], _sorts(numbers.buildings, tables["building"].title), has_hollow=True),
    ]


def _weeks(numbers: Statistics) -> SafeString:
    bars = [Bar(f"{w.starts_on.month}-{w.starts_on.day}", w.incidents, hollow=w.false_alarms) for w in numbers.weeks]
    says = _("%(n)d incidents in %(weeks)d weeks; median to the first answer %(median)s") % {
        "n": numbers.incidents,
        "weeks": len(numbers.weeks),
        "median": span(numbers.first_answer.median_seconds),
    }
    return standing_bars(bars=bars, says=says)


def _answers(numbers: Statistics) -> SafeString:
    names = [_("in %(time)s") % {"time": name} for name in step_names()[:-1]]
    steps = zip([*names, _("later")], numbers.first_answer_steps, strict=True)
    bars = [*(Bar(name, n) for name, n in steps), Bar(_("not yet"), numbers.unanswered)]
    return standing_bars(bars=bars, says=_heard(_("First answers"), bars))


def _hours(numbers: Statistics) -> SafeString:
    bars = [Bar(f"{hour}", n) for hour, n in enumerate(numbers.hours)]
    most = max(range(24), key=lambda hour: numbers.hours[hour])
    says = _("By hour of the day; most between %(from)d and %(to)d o'clock") % {"from": most, "to": most + 1}
    return standing_bars(bars=bars, says=says)


def _sorts(sorts: Sequence[Counted], title: str) -> SafeString:
    """The twelve most frequent; what is beyond stands in the table."""
    bars = [
        Bar(one.title or _("elsewhere"), one.incidents, words=_number(one), hollow=_hollow(one))
        for one in sorts[:MOST_BARS]
    ]
    return lying_bars(bars=bars, says=_heard(title, bars))


def _number(one: Counted) -> str:
    false_alarms = one.false_alarms
    if not false_alarms.part or false_alarms.part == false_alarms.whole == one.incidents:
        return str(one.incidents)
    return _("%(n)d, false %(share)s") % {"n": one.incidents, "share": share_words(false_alarms)}


def _hollow(one: Counted) -> int:
    return one.false_alarms.part


def _heard(title: str, bars: Sequence[Bar]) -> str:
    said = _(", ").join(f"{bar.label} {bar.value:g}" for bar in bars[:MOST_BARS])
    return _("%(title)s: %(bars)s") % {"title": title, "bars": said}
