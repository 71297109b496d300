"""The hotline 12345 both ways: its sheet comes in, our answers go out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions import hotline as act
from linli.casework.actions.hotline_replies import REPLY_HEAD, export_hotline_replies
from linli.casework.context import reach_for
from linli.casework.errors.hotline import ColumnsMissing, TooManyReplies
from linli.casework.forms.hotline import RepliesForm, SheetForm
from linli.casework.hotline.moments import Stretch
from linli.casework.hotline.rows import RatingTold
from linli.casework.hotline_words import reason_words
from linli.casework.masked import masked_words
from linli.casework.models import HotlineBatch, HotlineRow
from linli.casework.queries import hotline as ask
from linli.casework.views.office import community_looked_after, posted, today_in
from linli.core.errors import Refusal
from linli.core.masking import mask_phone
from linli.registry.models import Community
from linli.ui.downloads import XLSX, attachment, excel_list
from linli.ui.workbooks import workbook

HOTLINE: Final = "casework.hotline"
PAGE_ROWS: Final = 50
SAMPLES: Final = 3
STATES: Final = {"new": "done", "known": "unknown", "error": "soon"}
State = HotlineBatch.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(HOTLINE, raise_exception=True)
def hotline_page(request: HttpRequest) -> HttpResponse:
    """The door for a sheet, those that came, and the way out for answers."""
    communities, community = community_looked_after(request)
    form = SheetForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _staged(request, community, form.cleaned_data)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("password" if "password" in refusal.code else "file", str(refusal.sentence))
        else:
            return redirect("casework:hotline-sheet", batch.pk)
    shown = {
        "communities": communities,
        "community": community,
        "form": form,
        "sheets": ask.newest_sheets(community_id=community.pk),
    }
    return render(request, "casework/hotline/list.html", shown, status=422 if form.errors else 200)


def _staged(request: HttpRequest, community: Community, told: Mapping[str, Any]) -> HotlineBatch:
    """What was uploaded, read from a file of its own that goes again."""
    with tempfile.NamedTemporaryFile(prefix="linli-hotline-") as kept:
        for chunk in told["file"].chunks():
            kept.write(chunk)
        kept.flush()
        return act.stage_hotline_sheet(
            by=actor_of_request(request), now=timezone.now(), community_id=community.pk, path=Path(kept.name),
            file_name=told["file"].name, password=told["password"],
        )  # fmt: skip


@never_cache
@require_safe
@permission_required(HOTLINE, raise_exception=True)
def sheet_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What becomes of each row; while it is brought in, how far it is."""
    batch = ask.sheet_for(reach=reach_for(request.user), batch_id=batch_id)
    outcome = request.GET.get("outcome", "")
    counts = ask.counts_of(batch=batch)
    page = Paginator(ask.rows_shown(batch=batch, outcome=outcome), PAGE_ROWS).get_page(request.GET.get("page"))
    labels = dict(HotlineRow.Outcome.choices)
    tabs = [(name, labels[HotlineRow.Outcome(name)], getattr(counts, name)) for name in ("new", "known", "error")]
    shown = {
        "batch": batch,
        "is_ratings": batch.columns["kind"] == "ratings",
        "counts": counts,
        "tabs": [{"name": name, "label": label, "n": n, "current": name == outcome} for name, label, n in tabs if n],
        "page": page,
        "rows": [_row(row, batch) for row in page],
    }
    return render(request, "casework/hotline/sheet.html", shown)


def _row(row: HotlineRow, batch: HotlineBatch) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "row": row,
        "state": STATES[row.outcome],
        "label": row.get_outcome_display(),
        "reason": reason_words(reason=row.reason),
    }
    if not row.cells:
        return shown
    told = ask.told_of(row=row, batch=batch, now=timezone.now())
    if isinstance(told, RatingTold):
        return shown | {"rating": told, "words": masked_words(told.words)}
    zone = ZoneInfo(batch.community.time_zone)
    due = _stretch_words(told.due) if isinstance(told.due, Stretch) else told.due and told.due.astimezone(zone)
    return shown | {
        "told": told, "phone": mask_phone(told.phone), "text": masked_words(told.text), "due": due,
        "is_stretch": isinstance(told.due, Stretch),
    }  # fmt: skip


def _stretch_words(stretch: Stretch) -> str:
    if stretch.hours:
        return _("%(n)d hours") % {"n": stretch.hours}
    return _("%(n)d working days") % {"n": stretch.working_days}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(HOTLINE, raise_exception=True)
def columns_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What the columns hold, to be put right by hand."""
    batch = ask.sheet_for(reach=reach_for(request.user), batch_id=batch_id)
    if batch.state != State.READ:
        return redirect("casework:hotline-sheet", batch.pk)
    titles, refused = batch.columns["titles"], ""
    chosen = ask.fields_of(columns=batch.columns)
    if request.method == "POST":
        chosen = {at: name for at in range(len(titles)) if (name := request.POST.get(f"c-{at}", ""))}
        by, now = actor_of_request(request), timezone.now()
        try:
            act.choose_hotline_columns(by=by, now=now, batch_id=batch.pk, fields=chosen)
        except ColumnsMissing as refusal:
            refused = str(refusal.sentence)
        else:
            return redirect("casework:hotline-sheet", batch.pk)
    samples = ask.sample_cells(batch=batch, limit=SAMPLES)
    columns = [
        {
            "at": at,
            "title": title or _("(without a heading)"),
            "field": chosen.get(at, ""),
            "samples": [
                _sample(row[at], chosen.get(at, "")) for row in samples if at < len(row) and row[at] not in {None, ""}
            ],
        }
        for at, title in enumerate(titles)
    ]
    fields = ask.field_words()[batch.columns["kind"]]
    shown = {"batch": batch, "columns": columns, "fields": list(fields.items()), "refused": refused}
    return render(request, "casework/hotline/columns.html", shown, status=422 if refused else 200)


def _sample(cell: object, field: str) -> str:
    """What stands in a column; numbers of cases are whole, all others masked."""
    text = str(cell)
    return (text if field == "number" else masked_words(text))[:40]


@never_cache
@require_POST
@permission_required(HOTLINE, raise_exception=True)
def sheet_do(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Bring it in, or put it away."""
    by, now = actor_of_request(request), timezone.now()
    if request.POST.get("do") == "drop":
        batch = act.drop_hotline_sheet(by=by, now=now, batch_id=batch_id)
        return redirect(f"{reverse('casework:hotline')}?community={batch.community_id}")
    act.ask_hotline_taking(by=by, now=now, batch_id=batch_id)
    return redirect("casework:hotline-sheet", batch_id)


@never_cache
@require_safe
@permission_required(HOTLINE, raise_exception=True)
def progress_part(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far it is; the page is drawn anew when it is done."""
    batch = ask.sheet_for(reach=reach_for(request.user), batch_id=batch_id)
    shown = {"batch": batch, "counts": ask.counts_of(batch=batch)}
    answer = render(request, "casework/hotline/progress.html", shown)
    if batch.state != State.TAKING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@never_cache
@require_safe
@permission_required(HOTLINE, raise_exception=True)
def errors_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rows that were not understood, as they stood in the file, with the reason beside each."""
    batch = ask.sheet_for(reach=reach_for(request.user), batch_id=batch_id)
    found = act.take_hotline_errors(by=actor_of_request(request), now=timezone.now(), batch_id=batch.pk)
    titles = [title.rpartition(" ")[2] for title in batch.columns["titles"]]
    rows = [
        [
            *(cells[at] if at < len(cells) else None for at in range(len(titles))),
            reason_words(reason=row.reason),
            row.row,
        ]
        for row, cells in found
    ]
    head = [*titles, "原因", "原行号"]
    content = workbook(title="未识别的行", head=head, rows=rows, mark=str(request.user))
    return attachment(content=content, name=f"{Path(batch.file_name).stem} 未识别的行.xlsx", kind=XLSX)


@never_cache
@require_safe
@permission_required(HOTLINE, raise_exception=True)
def replies_page(request: HttpRequest) -> HttpResponse:
    """Which answers go back, and the file with them."""
    communities, community = community_looked_after(request)
    now = timezone.now()
    on = today_in(community, now)
    asked = "since_on" in request.GET
    first = {"since_on": on - timedelta(days=6), "until_on": on, "state": "answered"}
    form = RepliesForm(request.GET if asked else None, initial=first)
    if asked and form.is_valid():
        try:
            rows = export_hotline_replies(
                by=actor_of_request(request), now=now, community_id=community.pk, **form.cleaned_data
            )
        except TooManyReplies as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return excel_list(title="12345工单办理结果", head=REPLY_HEAD, rows=rows, on=on)
    shown = {"communities": communities, "community": community, "form": form}
    return render(request, "casework/hotline/replies.html", shown, status=422 if form.errors else 200)


@never_cache
@require_safe
@permission_required(HOTLINE, raise_exception=True)
def reply_part(request: HttpRequest, request_id: int) -> HttpResponse:
    """The reply text of one request, to be copied into the hotline's system; a part of a page, or a page of its own."""
    found, text = ask.reply_text(reach=reach_for(request.user), request_id=request_id)
    part = "casework/hotline/reply.html" if request.headers.get("HX-Request") else "casework/hotline/reply_page.html"
    return render(request, part, {"case": found, "text": text, "lines": text.count("\n") + 2})
