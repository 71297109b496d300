"""Sheets of the hotline: what would become of each row, and what is sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linli.casework.access import Reach
from linli.casework.errors.hotline import NoReplyYet, SheetNotFound
from linli.casework.errors.requests import RequestNotFound
from linli.casework.hotline.columns import REQUESTS, Found
from linli.casework.hotline.rows import Cells, RatingTold, Told, rating_told, request_told
from linli.casework.models import CallTry, Category, HotlineBatch, HotlineRow, Rating, Request
from linli.casework.queries.office import looks_after
from linli.casework.queries.requests import midnight_of
from linli.casework.queries.settings import guessed_category
from linli.registry.importing.plain import unpacked
from linli.registry.models import Community

Outcome = HotlineRow.Outcome
RATED_STATES: Final = ("resolved", "closed", "reopen_asked")
ANSWERED: Final = ("resolved", "closed", "reopen_asked")
TWICE, TWICE_OTHER, NO_SUCH, NOT_ANSWERED = "twice", "twice-other", "no-such", "not-answered"
RATED, NOT_REACHED = "rated", "not-reached"
NEWEST: Final = 30


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row, and why: a code and what stood there, with a colon between."""

    outcome: str
    number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """How many rows a sheet has of each outcome, and how many of the new ones are brought in."""

    new: int = 0
    known: int = 0
    error: int = 0
    taken: int = 0

    @property
    def left(self) -> int:
        return self.new - self.taken

    @property
    def rows(self) -> int:
        return self.new + self.known + self.error


def sheet_for(*, reach: Reach, batch_id: int) -> HotlineBatch:
    """A sheet of a community that this person looks after. Raises SheetNotFound."""
    found = HotlineBatch.objects.select_related("community", "uploaded_by").filter(pk=batch_id).first()
    if found is None or not looks_after(reach=reach, community_id=found.community_id):
        raise SheetNotFound
    return found


def newest_sheets(*, community_id: int) -> list[HotlineBatch]:
    """The newest sheets of a community, each with how many rows (``n``). One query."""
    rows = HotlineBatch.objects.filter(community_id=community_id).annotate(n=Count("rows"))
    return list(rows.select_related("uploaded_by").order_by("-pk")[:NEWEST])


def counts_of(*, batch: HotlineBatch) -> SheetCounts:
    """How many rows of each outcome. One query."""
    found = (
        HotlineRow.objects.filter(batch=batch)
        .values_list("outcome")
        .annotate(n=Count("pk"), taken=Count("pk", filter=Q(cells="")))
    )
    by_outcome = {outcome: (n, taken) for outcome, n, taken in found.order_by()}
    new, taken = by_outcome.get(Outcome.NEW, (0, 0))
    return SheetCounts(new, by_outcome.get(Outcome.KNOWN, (0, 0))[0], by_outcome.get(Outcome.ERROR, (0, 0))[0], taken)


def rows_shown(*, batch: HotlineBatch, outcome: str) -> QuerySet[HotlineRow]:
    """The rows of a sheet, or those of one outcome. Lazy."""
    rows = HotlineRow.objects.filter(batch=batch).select_related("request").order_by("row")
    return rows.filter(outcome=outcome) if outcome in Outcome.values else rows


def fields_of(*, columns: Mapping[str, Any]) -> dict[int, str]:
    """What the columns of a sheet hold, by their place."""
    return {int(column): name for column, name in columns["fields"].items()}


def sample_cells(*, batch: HotlineBatch, limit: int) -> list[list[Any]]:
    """The cells of the first rows, to show what stands in the columns. One query."""
    rows = HotlineRow.objects.filter(batch=batch).exclude(cells="").order_by("row")[:limit]
    return [unpacked(row.cells)["cells"] for row in rows]


def told_of(*, row: HotlineRow, batch: HotlineBatch, now: datetime) -> Told | RatingTold:
    """What a row says. Its cells must not be emptied yet."""
    columns = batch.columns
    kept = unpacked(row.cells)
    cells = Cells(row=kept["cells"], fields=fields_of(columns=columns))
    if columns["kind"] != REQUESTS:
        return rating_told(cells=cells)
    return request_told(cells=cells, zone=ZoneInfo(batch.community.time_zone), now=now, cut=kept["cut"])


def judged_rows(
    *, community: Community, found: Found, fields: Mapping[int, str], now: datetime, rows: Sequence[int]
) -> list[Judged]:
    """What becomes of these rows (by their place in the sheet). One query for the numbers of the whole sheet, two for ratings."""
    if found.kind == REQUESTS:
        return _judged_requests(community, found, fields, now, rows)
    return _judged_ratings(community, found, fields, rows)


def _judged_requests(
    community: Community, found: Found, fields: Mapping[int, str], now: datetime, rows: Sequence[int]
) -> list[Judged]:
    zone = ZoneInfo(community.time_zone)
    told = [
        request_told(cells=Cells(row=found.rows[at], fields=fields), zone=zone, now=now, cut=at in found.shortened)
        for at in rows
    ]
    numbers = list({one.number for one in told if one.number})
    here = set(
        Request.objects.filter(community=community, outside_number__among=numbers).values_list(
            "outside_number", flat=True
        )
    )
    first: dict[str, tuple[int, Told]] = {}
    judged = []
    for at, one in zip(rows, told, strict=True):
        before = first.setdefault(one.number, (at, one)) if one.number else (at, one)
        if one.wrong[0]:
            judged.append(Judged(Outcome.ERROR, one.number, _reason(one.wrong)))
        elif one.number in here:
            judged.append(Judged(Outcome.KNOWN, one.number))
        elif before[0] == at:
            judged.append(Judged(Outcome.NEW, one.number, _reason(one.note)))
        else:
            same = before[1].text == one.text
            reason = _reason((TWICE if same else TWICE_OTHER, str(before[0] + found.first_row)))
            judged.append(Judged(Outcome.KNOWN if same else Outcome.ERROR, one.number, reason))
    return judged


def _judged_ratings(community: Community, found: Found, fields: Mapping[int, str], rows: Sequence[int]) -> list[Judged]:
    told = [rating_told(cells=Cells(row=found.rows[at], fields=fields)) for at in rows]
    numbers = list({one.number for one in told if one.number})
    rated = Exists(Rating.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds")))
    here = Request.objects.filter(community=community, outside_number__among=numbers).annotate(
        rated=rated, tried=unreached_by_sheet()
    )
    known = {number: told for number, *told in here.values_list("outside_number", "state", "rated", "tried")}
    first: dict[str, int] = {}
    judged = []
    for at, one in zip(rows, told, strict=True):
        before = first.setdefault(one.number, at) if one.number else at
        if one.wrong[0]:
            judged.append(Judged(Outcome.ERROR, one.number, _reason(one.wrong)))
        elif one.number not in known:
            judged.append(Judged(Outcome.ERROR, one.number, NO_SUCH))
        elif before != at:
            judged.append(Judged(Outcome.KNOWN, one.number, _reason((TWICE, str(before + found.first_row)))))
        elif known[one.number][1]:
            judged.append(Judged(Outcome.KNOWN, one.number, RATED))
        elif known[one.number][0] not in RATED_STATES:
            judged.append(Judged(Outcome.ERROR, one.number, NOT_ANSWERED))
        elif not one.reached:
            judged.append(Judged(Outcome.KNOWN if known[one.number][2] else Outcome.NEW, one.number, NOT_REACHED))
        else:
            judged.append(Judged(Outcome.NEW, one.number))
    return judged


def unreached_by_sheet() -> Exists:
    """Of a request: whether a sheet said before that nobody was reached about its last answer."""
    tries = CallTry.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds"), outcome=CallTry.Outcome.AT_HOTLINE)
    return Exists(tries)


def _reason(said: tuple[str, str]) -> str:
    code, what = said
    return f"{code}:{what}"[:300] if what else code


def category_of_levels(*, levels: Sequence[str], text: str, categories: Sequence[Category]) -> Category | None:
    """By the sheet's own titles, the finest first: one of ours called so, or with one name in the other; else by words, at first below
    the main category that the sheet names; None where nothing points anywhere.

    ``categories`` are main ones with their children, as ``categories_of`` gives them.
    """
    below = [one for main in categories for one in main.children.all()]
    for level in levels:
        exact = next((one for one in below if level in {one.title_zh, one.title_en}), None)
        if exact is not None:
            return exact
    for level in levels:
        near = [one for one in below if len(level) > 1 and (level in one.title_zh or one.title_zh in level)]
        if len(near) == 1:
            return near[0]
    named = [main for main in categories if any(level in {main.title_zh, main.title_en} for level in levels)]
    said = f"{text}\n{' '.join(levels)}"
    return guessed_category(text=said, categories=named) or guessed_category(text=said, categories=list(categories))


def replies(*, reach: Reach, community_id: int, since_on: date, until_on: date, state: str) -> QuerySet[Request]:
    """Requests of the hotline within reach, by number: those answered in these days (``state`` "answered"), or all received in them
    ("all"). Both days count. Lazy."""
    field = "resolved_at" if state == "answered" else "received_at"
    end = midnight_of(day=until_on + timedelta(days=1))
    rows = Request.objects.filter(reach.covers(), community_id=community_id).exclude(outside_number="")
    rows = rows.filter(**{f"{field}__gte": midnight_of(day=since_on), f"{field}__lt": end})
    if state == "answered":
        rows = rows.filter(state__in=ANSWERED)
    return rows.select_related("community", "category").order_by("outside_number")


def reply_text(*, reach: Reach, request_id: int) -> tuple[Request, str]:
    """One request, and the text that goes back to the hotline, as it is pasted into its form. One query.

    Raises RequestNotFound, NoReplyYet.
    """
    request = Request.objects.select_related("community").filter(reach.covers(), pk=request_id).first()
    if request is None:
        raise RequestNotFound
    if not request.answer or request.resolved_at is None:
        raise NoReplyYet
    zone = ZoneInfo(request.community.time_zone)
    lines = [
        f"工单编号：{request.outside_number}" if request.outside_number else "",
        f"办理结果：{request.answer}",
        f"联系情况：{_contact(request, zone)}",
        f"办结时间：{request.resolved_at.astimezone(zone):%Y-%m-%d %H:%M}",
        f"承办单位：{request.community.name}",
    ]
    return request, "\n".join(line for line in lines if line)


def _contact(request: Request, zone: ZoneInfo) -> str:
    if request.contacted_at is None:
        return "未联系"
    return f"已于 {request.contacted_at.astimezone(zone):%Y-%m-%d %H:%M} 联系诉求人"


def field_words() -> dict[str, dict[str, str]]:
    """What a column can hold, in words, by kind of sheet."""
    number = _("number of the case")
    return {
        "requests": {
            "number": number, "name": _("who called"), "phone": _("their phone"), "text": _("what was told"), "title": _("title"),
            "place": _("where it is"), "category_1": _("category, first level"), "category_2": _("category, second level"),
            "category_3": _("category, third level"), "category": _("kind of case"), "received": _("received at"),
            "due": _("due time"), "urgency": _("how urgent"),
        },
        "ratings": {
            "number": number, "contacted": _("were they contacted"), "solved": _("is it solved"),
            "satisfaction": _("how satisfied"), "reached": _("was anybody reached"), "words": _("in their words"),
        },
    }  # fmt: skip
