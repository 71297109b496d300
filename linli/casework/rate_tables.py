"""The three rates as pages and files say them: figures in words, and tables whose every number leads to its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from linli.casework.queries.rates import NOBODY, Figures, InForce, RatesFilter
from linli.casework.rules.rates import Counts, Rates, Share, Weights, percent, rates_from

DAY: Final = timedelta(days=1)
COLUMNS: Final[Sequence[tuple[str, Any]]] = (
    ("received", lazy("Requests received")), ("answered", lazy("Answered")), ("in_time", lazy("Answered in time")),
    ("overdue", lazy("Overdue now")), ("counted", lazy("Ratings that count")), ("contacted", lazy("Response rate")),
    ("solved", lazy("Resolution rate")), ("satisfied", lazy("Satisfaction rate")), ("", lazy("Overall")),
    ("unsatisfied", lazy("Not satisfied")),
)  # fmt: skip
"""Which cases a cell leads to, and its heading."""
TABLES: Final = ("week", "hour", "category", "community", "building", "lead")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is called, how its cases are asked for, its counts, and what its rates come from."""

    name: str
    asked: Mapping[str, str]
    counts: Counts
    weights: Weights | None = None
    least: int = 30

    def rates(self) -> Rates:
        """The three rates of the row."""
        return rates_from(counts=self.counts, weights=self.weights, least=self.least)

    def texts(self) -> list[str]:
        """What stands in the cells, in the order of COLUMNS."""
        counts, rates = self.counts, self.rates()
        return [
            str(counts.received), str(counts.answered), str(counts.in_time), str(counts.overdue), str(counts.counted),
            share_words(share=rates.response, speaks=rates.speaks), share_words(share=rates.resolution, speaks=rates.speaks),
            satisfaction_words(counts=counts, rates=rates), overall_words(rates=rates), str(counts.unsatisfied),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RateTable:
    """``ident`` names it in addresses, ``title`` on the page and in the file's name, ``first`` is the heading of the names."""

    ident: str
    title: str
    first: str
    lines: Sequence[Line]

    @property
    def head(self) -> list[str]:
        return [self.first, *(str(title) for _which, title in COLUMNS)]

    def body(self, *, address: str) -> SafeString:
        """The rows as HTML: every number but 0 leads to its cases. Joined by hand, since there may be a thousand cells."""
        rows = []
        for line in self.lines:
            query = escape(urlencode(line.asked))
            cells = [
                f'<td class="num">{_linked(text, which, f"{address}?{query}&amp;which={which}")}</td>'
                for (which, _title), text in zip(COLUMNS, line.texts(), strict=True)
            ]
            rows.append(f'<tr><th scope="row">{escape(line.name)}</th>{"".join(cells)}</tr>')
        return mark_safe("".join(rows))  # noqa: S308 - names and queries are escaped, texts are numbers of ours

    def sheet(self) -> tuple[list[str], list[list[Any]]]:
        """Head and rows for a file: counts beside rates, rates as numbers."""
        head = [
            self.first, _("Requests received"), _("Answered"), _("Answered in time"), _("Overdue now"), _("Ratings that count"),
            _("Contacted"),
            _("Solved"), _("Satisfied"), _("Mostly satisfied"), _("Not satisfied"), _("Response rate, %"), _("Resolution rate, %"),
            _("Satisfaction rate, %"), _("Overall, %"), _("In objection time"), _("Under objection"), _("Struck"), _("Not rated"),
        ]  # fmt: skip
        return head, [_sheet_row(line) for line in self.lines]


def _linked(text: str, which: str, href: str) -> str:
    return f'<a href="{href}">{text}</a>' if which and text not in {"0", "—"} else text


def _sheet_row(line: Line) -> list[Any]:
    counts, rates = line.counts, line.rates()
    ratios = [rates.response.ratio, rates.resolution.ratio, rates.satisfaction.ratio if rates.satisfaction else None]
    said = [percent(ratio=one) if one is not None and rates.speaks else None for one in (*ratios, rates.overall)]
    return [
        line.name, counts.received, counts.answered, counts.in_time, counts.overdue, counts.counted, counts.contacted, counts.solved,
        counts.satisfied, counts.mostly, counts.unsatisfied, *(float(one) if one is not None else None for one in said),
        counts.objectable, counts.disputed, counts.struck, counts.unrated,
    ]  # fmt: skip


def share_words(*, share: Share, speaks: bool) -> str:
    """97.5% where there are enough for it, else 12/15; "—" of nothing."""
    if share.ratio is None:
        return "—"
    return f"{percent(ratio=share.ratio):.1f}%" if speaks else f"{int(share.part)}/{share.whole}"


def satisfaction_words(*, counts: Counts, rates: Rates) -> str:
    """The rate; or satisfied and mostly satisfied of all; "—" where it is not one figure."""
    if rates.satisfaction is None or rates.satisfaction.ratio is None:
        return "—"
    if rates.speaks:
        return f"{percent(ratio=rates.satisfaction.ratio):.1f}%"
    return f"{counts.satisfied}+{counts.mostly}/{counts.counted}"


def overall_words(*, rates: Rates) -> str:
    """The one figure over three; "—" of too few, and where communities weigh differently."""
    return f"{percent(ratio=rates.overall):.1f}%" if rates.overall is not None and rates.speaks else "—"


def asked_as(*, wanted: RatesFilter) -> dict[str, str]:
    """A filter as it stands in an address."""
    told = {
        "since": wanted.since_on.isoformat(), "until": wanted.until_on.isoformat(), "community": wanted.community_id,
        "category": wanted.category or None, "building": wanted.building_id, "channel": wanted.channel or None, "lead": wanted.lead_id,
        "hour": wanted.hour,
    }  # fmt: skip
    return {name: str(value) for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of groups are called, in the order in which they are to stand."""

    categories: Mapping[str, str]
    communities: Mapping[str, str]
    buildings: Mapping[str, str]
    leads: Mapping[str, str]


def tables_of(*, figures: Figures, wanted: RatesFilter, in_force: InForce, names: Names) -> list[RateTable]:
    """By week, by hour, by category, by community or by building and lead; in the order of the page."""
    lines = _Lines(asked_as(wanted=wanted), in_force)
    tables = [RateTable("week", _("By week"), _("Week from"), lines.of_weeks(figures, wanted))]
    tables.append(RateTable("hour", _("By hour of receiving"), _("Hour"), lines.of_hours(figures)))
    categories = lines.of_keys(figures.categories, names.categories, "category", by_size=True)
    tables.append(RateTable("category", _("By category"), _("Category"), categories))
    if wanted.community_id is None:
        communities = lines.of_keys(figures.communities, names.communities, "community", by_size=False)
        tables.append(RateTable("community", _("By community"), _("Community"), communities))
    else:
        buildings = lines.of_keys(figures.buildings, names.buildings, "building", by_size=False)
        leads = lines.of_keys(figures.leads, names.leads, "lead", by_size=True)
        tables.append(RateTable("building", _("By building"), _("Building"), buildings))
        tables.append(RateTable("lead", _("By lead"), _("Lead"), leads))
    return tables


class _Lines:
    def __init__(self, asked: Mapping[str, str], in_force: InForce) -> None:
        self._asked, self._in_force = asked, in_force

    def line(self, name: str, counts: Counts, *, weights: Weights | None = None, **asked: str) -> Line:
        weighed = weights or self._in_force.weights
        return Line(name, {**self._asked, **asked}, counts, weighed, self._in_force.least)

    def of_weeks(self, figures: Figures, wanted: RatesFilter) -> list[Line]:
        """Every week of the period up to the last in which something came in."""
        last = max(figures.weeks, default="")
        monday, made = wanted.since_on - timedelta(days=wanted.since_on.weekday()), []
        while monday <= wanted.until_on and monday.isoformat() <= last:
            since, until = max(monday, wanted.since_on), min(monday + 6 * DAY, wanted.until_on)
            counts = figures.weeks.get(monday.isoformat(), Counts())
            made.append(self.line(f"{since:%Y-%m-%d}", counts, since=f"{since}", until=f"{until}"))
            monday += 7 * DAY
        return made

    def of_hours(self, figures: Figures) -> list[Line]:
        return [self.line(f"{hour}:00", figures.hours.get(str(hour), Counts()), hour=str(hour)) for hour in range(24)]

    def of_keys(
        self, found: Mapping[str, Counts], names: Mapping[str, str], field: str, *, by_size: bool
    ) -> list[Line]:
        place = {key: at for at, key in enumerate(names)}
        keys = sorted(found, key=lambda key: (key == "", place.get(key, len(place))))
        if by_size:
            keys = sorted(found, key=lambda key: -found[key].received)
        by_community = self._in_force.by_community if field == "community" else {}
        return [
            self.line(
                names.get(key) or key or _("none"),
                found[key],
                weights=by_community.get(int(key)) if by_community else None,
                **{field: key or str(NOBODY)},
            )
            for key in keys
        ]


def week_name(*, line: Line) -> str:
    """The first day of a week as a chart names it."""
    on = date.fromisoformat(line.asked["since"])
    return f"{on.month}-{on.day}"
