"""Bringing in the rows of a sheet, one by one: what is broken off goes on where it was, and what is here already stays as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.hotline import drop_rows
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.rating import Rated, note_unreached_by_sheet, rate_by_sheet
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.hotline.moments import Stretch
from linli.casework.hotline.rows import RatingTold, Told
from linli.casework.models import Category, HotlineBatch, HotlineRow, Reporter, Request
from linli.casework.queries.hotline import RATED, category_of_levels, told_of
from linli.casework.queries.settings import categories_of
from linli.core.actors import Actor, system_actor
from linli.core.errors import NotAllowed, Refusal
from linli.scheduling.queries import running_clock

State, Outcome = HotlineBatch.State, HotlineRow.Outcome
AT_ONCE: Final = 20
KEPT_DAYS: Final = 30
REFUSED: Final = "refused"
HOTLINE_PART: Final = system_actor(part="casework-hotline")


def take_hotline_rows(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Bring in so many rows of the sheet that waits longest. Returns how many; 0 when nothing waits."""
    batch = (
        HotlineBatch.objects.select_related("community", "taken_by").filter(state=State.TAKING).order_by("pk").first()
    )
    if batch is None:
        return 0
    waiting = HotlineRow.objects.filter(batch=batch, outcome=Outcome.NEW).exclude(cells="").order_by("row")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    if not ids:
        _finish(batch, now)
        return 1
    lay_down_categories(community_id=batch.community_id)
    categories = categories_of(community_id=batch.community_id, on=timezone.localdate(now))
    for pk in ids:
        _take(batch, pk, now, categories)
    return len(ids)


@transaction.atomic
def empty_hotline_sheets(*, now: datetime, limit: int = 20) -> int:
    """Sheets that nobody brought in are put away after 30 days, and rows that were not understood emptied. Returns how many sheets."""
    old = HotlineBatch.objects.filter(uploaded_at__lte=now - timedelta(days=KEPT_DAYS)).order_by("pk")
    waiting = list(old.filter(state=State.READ).select_for_update()[:limit])
    for batch in waiting:
        drop_rows(batch=batch)
        trace = Trace("discarded", "casework.hotline_batch", str(batch.pk), batch.community_id, batch.file_name[:200])
        record_traces(by=HOTLINE_PART, now=now, traces=[trace])
    full = (
        HotlineRow.objects.exclude(cells="")
        .filter(batch__in=old.filter(state=State.DONE))
        .values("batch_id")
        .distinct()
    )
    done = [row["batch_id"] for row in full[:limit]]
    HotlineRow.objects.filter(batch_id__in=done).update(cells="")
    return len(waiting) + len(done)


@transaction.atomic
def _take(batch: HotlineBatch, row_id: int, now: datetime, categories: list[Category]) -> None:
    """One row, in a transaction of its own; another worker may have it in hand, or have done it."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = HotlineRow.objects.select_for_update(skip_locked=skip).filter(pk=row_id, outcome=Outcome.NEW)
    row = rows.exclude(cells="").first()
    if row is None:
        return
    told = told_of(row=row, batch=batch, now=now)
    try:
        with transaction.atomic():
            if isinstance(told, Told):
                _enter(batch, row, told, now, categories)
            else:
                _rate(batch, row, told, now)
    except IntegrityError:  # somebody brought in the same number at this moment
        if _here(batch, row.outside_number) is None:
            raise
        row.outcome = Outcome.KNOWN
    except Refusal as refusal:
        row.outcome, row.reason = Outcome.ERROR, f"{REFUSED}:{refusal.code}"
        if refusal.code == "rated-already":
            row.outcome, row.reason = Outcome.KNOWN, RATED
    if row.outcome != Outcome.ERROR:
        row.cells = ""
        row.request = row.request or _here(batch, row.outside_number)
    row.save()


def _here(batch: HotlineBatch, number: str) -> Request | None:
    return Request.objects.filter(community_id=batch.community_id, outside_number=number).first()


def _enter(batch: HotlineBatch, row: HotlineRow, told: Told, now: datetime, categories: list[Category]) -> None:
    if (known := _here(batch, told.number)) is not None:
        row.outcome, row.request = Outcome.KNOWN, known
        return
    category = category_of_levels(levels=told.categories, text=told.text, categories=categories)
    wants = Reporter.Wants.CALL if told.phone else Reporter.Wants.NOTHING
    since = told.received_at or now
    given = Given(
        text=told.text[:4000], channel=Request.Channel.HOTLINE, outside_number=told.number, received_at=since,
        reporter=ReporterGiven(name=told.name, phone=told.phone, wants=wants), place=PlaceGiven(words=told.place),
        category_id=category.pk if category else None, due_at=_due_at(batch, told, since),
        priority=Request.Priority.URGENT if told.urgent else Request.Priority.NORMAL,
    )  # fmt: skip
    row.request = enter_request(by=_actor(batch), now=now, community_id=batch.community_id, given=given)


def _due_at(batch: HotlineBatch, told: Told, since: datetime) -> datetime | None:
    """A stretch of time is counted from when it was received; working days by the calendar."""
    if not isinstance(told.due, Stretch):
        return told.due
    if told.due.hours:
        return since + timedelta(hours=told.due.hours)
    clock = running_clock(time_zone=batch.community.time_zone, since=since)
    return clock.end(since=since, seconds=told.due.working_days * 86400, runs="working_days")


def _rate(batch: HotlineBatch, row: HotlineRow, told: RatingTold, now: datetime) -> None:
    request = _here(batch, told.number)
    if request is None:
        raise NotAllowed
    row.request = request
    if not told.reached:
        note_unreached_by_sheet(by=_actor(batch), now=now, request_id=request.pk)
        return
    rated = Rated(contacted=told.contacted, solved=told.solved, satisfaction=told.satisfaction, text=told.words)
    rate_by_sheet(by=_actor(batch), now=now, request_id=request.pk, rated=rated)


def _actor(batch: HotlineBatch) -> Actor:
    """Who had it brought in."""
    user = batch.taken_by
    if user is None:
        return HOTLINE_PART
    return Actor(kind="user", label=str(user), ref=str(user.pk), user_id=user.pk)


@transaction.atomic
def _finish(batch: HotlineBatch, now: datetime) -> None:
    """Once only: what is here already is no longer needed; what was not understood stays for a while, to be put right."""
    found = HotlineBatch.objects.filter(pk=batch.pk, state=State.TAKING).update(state=State.DONE, done_at=now)
    if not found:
        return
    HotlineRow.objects.filter(batch=batch, outcome=Outcome.KNOWN).update(cells="")
    n = HotlineRow.objects.filter(batch=batch, outcome=Outcome.NEW).count()
    trace = Trace(
        "brought_in_sheet", "casework.hotline_batch", str(batch.pk), batch.community_id, batch.file_name[:200],
        details={"rows": n},
    )  # fmt: skip
    record_traces(by=_actor(batch), now=now, traces=[trace])
