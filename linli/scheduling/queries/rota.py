"""The rota as a table: days and shifts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linli.registry.models import Community
from linli.scheduling.models import Duty, Rota, Shift, Swap
from linli.scheduling.queries.boards import is_held
from linli.scheduling.queries.calendar import Days, days_between
from linli.scheduling.queries.gaps import gaps_ahead
from linli.scheduling.rules.days import WORKDAY, ShiftTimes, days_from, takes_place
from linli.scheduling.words import day_words, span_words

GAPS_AHEAD = timedelta(days=14)
MOST_GAPS = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift on one day. ``state``: held, mine, vacant (nobody), unplanned (no duty yet), none (no such shift that day)."""

    state: str
    duty_id: int | None = None
    name: str = ""
    is_asked: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One day; ``kind`` is workday, weekend or holiday, ``name`` that of the holiday."""

    on: date
    words: str
    kind: str
    name: str
    is_certain: bool
    is_today: bool
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Tally:
    """What somebody does in the time shown: duties, of them at night, of them on weekends and holidays, and hours."""

    name: str
    duties: int
    nights: int
    days_off: int
    hours: int


@dataclass(frozen=True, slots=True)
class RotaScreen:
    """The whole page. ``is_kept`` says whether alarms go by this rota."""

    community: Community
    is_kept: bool
    has_shifts: bool
    shifts: Sequence[Shift]
    rows: Sequence[Row]
    tallies: Sequence[Tally]
    gaps: Sequence[str]
    more_gaps: int
    guessed: Sequence[int]


def rota_screen(*, community: Community, first: date, count: int, own: Collection[int], now: datetime) -> RotaScreen:
    """``count`` days from ``first``; ``own`` are the posts of whoever looks. At most nine queries."""
    zone = ZoneInfo(community.time_zone)
    stretch = days_from(first=first, count=count)
    days = days_between(first=stretch[0], last=stretch[-1])
    duties = {(duty.on, duty.shift_id): duty for duty in _duties(community, stretch)}
    every = list(Shift.objects.filter(community=community).order_by("starts", "pk"))
    shifts = [shift for shift in every if _is_shown(shift, stretch, duties)]
    asked = set(
        Swap.objects.filter(community=community, state=Swap.State.ASKED, duty__on__in=stretch).values_list(
            "duty_id", flat=True
        )
    )
    today = now.astimezone(zone).date()
    gaps = gaps_ahead(community_ids=[community.pk], since=now, until=now + GAPS_AHEAD).get(community.pk, [])
    table = _Table(shifts, duties, days, frozenset(own), asked, now, today)
    return RotaScreen(
        community=community,
        is_kept=Rota.objects.filter(community=community, is_kept=True).exists(),
        has_shifts=bool(every),
        shifts=shifts,
        rows=[table.row(day) for day in stretch],
        tallies=_tallies(list(duties.values()), days),
        gaps=[span_words(begin=begin, finish=finish, zone=zone) for begin, finish in gaps[:MOST_GAPS]],
        more_gaps=max(0, len(gaps) - MOST_GAPS),
        guessed=sorted(days.guessed),
    )


def _duties(community: Community, stretch: Sequence[date]) -> list[Duty]:
    """Found by the index on the end: the days by the clock of the community, with a day's room at either side."""
    since = datetime.combine(stretch[0], time(), tzinfo=UTC) - timedelta(days=1)
    until = datetime.combine(stretch[-1], time(), tzinfo=UTC) + timedelta(days=3)
    near = Duty.objects.filter(
        community=community, ends_at__gt=since, ends_at__lt=until, on__gte=stretch[0], on__lte=stretch[-1]
    )
    return list(near.select_related("post", "shift"))


def times_of(*, shift: Shift) -> ShiftTimes:
    """A shift as the rules see it."""
    chosen = {"workday": shift.on_workdays, "weekend": shift.on_weekends, "holiday": shift.on_holidays}
    kinds = frozenset(kind for kind, yes in chosen.items() if yes)
    return ShiftTimes(shift.pk, shift.starts, shift.ends, kinds, shift.since_on, shift.until_on)


def _is_shown(shift: Shift, stretch: Sequence[date], duties: dict[tuple[date, int], Duty]) -> bool:
    in_use = shift.since_on <= stretch[-1] and (shift.until_on is None or shift.until_on >= stretch[0])
    return in_use or any(shift_id == shift.pk for _, shift_id in duties)


@dataclass(frozen=True, slots=True)
class _Table:
    shifts: Sequence[Shift]
    duties: dict[tuple[date, int], Duty]
    days: Days
    own: frozenset[int]
    asked: set[int]
    now: datetime
    today: date

    def row(self, day: date) -> Row:
        return Row(
            on=day,
            words=day_words(day),
            kind=self.days.kind(day),
            name=self.days.names.get(day, ""),
            is_certain=self.days.is_certain(day),
            is_today=day == self.today,
            cells=[self._cell(day, shift) for shift in self.shifts],
        )

    def _cell(self, day: date, shift: Shift) -> Cell:
        duty = self.duties.get((day, shift.pk))
        if duty is None:
            expected = takes_place(shift=times_of(shift=shift), day=day, kind=self.days.kind(day))
            return Cell("unplanned" if expected and day >= self.today else "none")
        over = duty.ends_at <= self.now
        if duty.post is None or not is_held(duty=duty):
            return Cell("vacant", duty.pk, is_over=over)
        state = "mine" if duty.post_id in self.own else "held"
        return Cell(state, duty.pk, duty.post.holder_name, duty.pk in self.asked, over)


def _tallies(duties: Sequence[Duty], days: Days) -> list[Tally]:
    names: dict[int, str] = {}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for duty in duties:
        if duty.post is None or not is_held(duty=duty):
            continue
        names[duty.post.pk] = duty.post.holder_name
        one = counts[duty.post.pk]
        one["duties"] += 1
        one["nights"] += duty.shift.ends <= duty.shift.starts
        one["days_off"] += days.kind(duty.on) != WORKDAY
        one["seconds"] += int((duty.ends_at - duty.starts_at).total_seconds())
    found = [
        Tally(names[pk], one["duties"], one["nights"], one["days_off"], round(one["seconds"] / 3600))
        for pk, one in counts.items()
    ]
    return sorted(found, key=lambda tally: (-tally.duties, tally.name))
