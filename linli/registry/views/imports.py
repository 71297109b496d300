"""Bringing in a register from Excel: the file, its columns, what would happen, the questions, the writing, the taking back."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Refusal
from linli.registry import import_files, import_words
from linli.registry.access import access_of
from linli.registry.actions import imports
from linli.registry.context import scope_for
from linli.registry.groups import groups_seen
from linli.registry.importing.listings import LISTED
from linli.registry.importing.outcomes import MOVED
from linli.registry.importing.plain import unpacked
from linli.registry.models import Community, ImportBatch, ImportRow, ImportSheet
from linli.registry.queries import communities_in
from linli.registry.queries.importing import batch_for, batches_for, grids_of, sheets_of
from linli.ui.downloads import XLSX, attachment

LARGEST_BYTES: Final = 50 * 1024 * 1024
PAGE_ROWS, SAMPLES, NEWEST = 50, 3, 30
State = ImportBatch.State
WORKING: Final = frozenset({State.PLANNING, State.COMMITTING, State.UNDOING})


class UploadForm(forms.Form):
    """A file, and its password if it has one."""

    community = forms.TypedChoiceField(label=_("Community"), coerce=int, choices=())
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Excel, WPS or CSV, as you have it: titles, merged cells and several sheets do no harm. 50 MB at most."
        ),
        error_messages={"required": _("Choose the file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xls,.xlsx,.xlsm,.xlsb,.et,.ods,.csv,.txt,.htm,.html"}),
    )
    password = forms.CharField(
        label=_("Password of the file"),
        help_text=_("Only if Excel asks for one when the file is opened. It is not kept."),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, communities: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["community"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(community.pk, community.name) for community in communities]
        if len(communities) == 1:
            choice.widget, choice.initial = forms.HiddenInput(), communities[0].pk

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("This file is larger than 50 MB. Save only the sheets with people."))
        return file


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.edit", raise_exception=True)
def imports_page(request: HttpRequest) -> HttpResponse:
    """The newest imports, and the door for one more."""
    scope = scope_for(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, communities=communities_in(scope=scope))
    if request.method == "POST" and form.is_valid():
        try:
            batch = _staged(request, form.cleaned_data)
        except Refusal as refusal:
            form.add_error("password" if "password" in refusal.code else "file", str(refusal.sentence))
        else:
            return redirect("registry:import", batch.pk)
    shown = {"form": form, "batches": batches_for(scope=scope, limit=NEWEST)}
    return render(request, "registry/imports/list.html", shown, status=422 if form.errors else 200)


def _staged(request: HttpRequest, told: Mapping[str, Any]) -> ImportBatch:
    """What was uploaded, read from a file of its own that goes again."""
    with tempfile.NamedTemporaryFile(prefix="linli-import-") as kept:
        for chunk in told["file"].chunks():
            kept.write(chunk)
        kept.flush()
        return imports.stage_import(
            by=actor_of_request(request),
            now=timezone.now(),
            community_id=told["community"],
            path=Path(kept.name),
            file_name=told["file"].name,
            password=told["password"],
        )


@never_cache
@require_safe
@permission_required("registry.edit", raise_exception=True)
def import_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Where an import stands: its columns first, then what would become of each row."""
    batch = batch_for(scope=scope_for(request.user), batch_id=batch_id)
    if batch.state == State.DRAFT:
        return redirect("registry:import-columns", batch.pk)
    kind = request.GET.get("kind", "")
    rows = batch.rows.filter(kind=kind) if kind in ImportRow.Kind.values else batch.rows.all()
    page = Paginator(rows.order_by("sheet", "number"), PAGE_ROWS).get_page(request.GET.get("page"))
    seen = groups_seen(permissions=access_of(by=actor_of_request(request), now=timezone.now()).permissions)
    several = batch.sheets.filter(included=True).count() > 1
    names = {sheet.position: sheet.name for sheet in sheets_of(batch=batch)} if several else {}
    shown = {
        "batch": batch,
        "working": batch.state in WORKING,
        "tabs": _tabs(batch, kind),
        "page": page,
        "rows": [_row(row, names, seen) for row in page],
        "good": _good(batch) + _answered(batch),
        "kept_out": sum(batch.counts.get(name, 0) for name in import_files.TROUBLED),
        "unanswered": batch.rows.filter(kind="question", answer="").count(),
        "left": [(name, import_words.LEFT[why]) for _model, name, why in batch.left],
    }
    return render(request, "registry/imports/import.html", shown)


def _good(batch: ImportBatch) -> int:
    return sum(batch.counts.get(name, 0) for name in ("create", "update"))


def _answered(batch: ImportBatch) -> int:
    """Rows that were a question and have an answer by now: they are taken over too, unless that contradicts something."""
    return batch.rows.filter(kind="question").exclude(answer="").count() if batch.state == State.PLANNED else 0


def _tabs(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    found = [(kind, label, batch.counts.get(kind, 0)) for kind, label in ImportRow.Kind.choices]
    return [{"kind": kind, "label": label, "n": n, "current": kind == chosen} for kind, label, n in found if n]


STATES: Final[Mapping[str, str]] = {
    "create": "done", "update": "hand", "same": "unknown", "question": "soon", "conflict": "soon", "error": "soon",
}  # fmt: skip


def _row(row: ImportRow, sheets: Mapping[int, str], seen: Collection[str]) -> dict[str, Any]:
    told = unpacked(row.told)
    values = told["values"]
    say = import_words.value_in_words
    place = (
        "-".join(str(values.get(part) or "?") for part in ("building", "unit", "door")) if values.get("door") else ""
    )
    return {
        "id": row.pk,
        "number": row.number,
        "sheet": sheets.get(row.sheet, ""),
        "name": values.get("name", "—"),
        "place": place,
        "state": STATES[row.kind],
        "kind": row.kind,
        "label": row.get_kind_display(),
        "reasons": [import_words.reason_in_words(code=code, typed=typed) for code, typed in told["reasons"]],
        "changes": [
            (import_words.COLUMNS[name], say(name, before), say(name, after))
            for name, (before, after) in _changes_for(told["changes"], seen).items()
            if name != "born_known"
        ],
        "candidates": [_candidate(one) for one in told["candidates"]],
        "answer": row.answer,
        "has_moved": _first_code(told) == MOVED,
        "may_be_new": not (
            _first_code(told) == "other_name" or (_first_code(told) == MOVED and values.get("id_number"))
        ),
    }


def _first_code(told: Mapping[str, Any]) -> str:
    return str(told["reasons"][0][0]) if told["reasons"] else ""


def _changes_for(changes: Mapping[str, Any], seen: Collection[str]) -> dict[str, Any]:
    """Who compared the file may have seen more lists than who reads the page."""
    shown = dict(changes)
    if "groups" in shown:
        shown["groups"] = [[group for group in groups if group in seen] for groups in shown["groups"]]
    for name in LISTED:
        if name in shown:
            before, after = ({group: told for group, told in one.items() if group in seen} for one in shown.pop(name))
            shown |= {name: (before, after)} if after else {}
    return shown


def _candidate(one: Mapping[str, Any]) -> dict[str, Any]:
    door = "-".join(str(part) for part in one["door"])
    return {"pk": str(one["pk"]), "name": one["name"], "door": door, "born_on": one["born_on"]}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.edit", raise_exception=True)
def columns_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What the columns hold, and what happens to people who are in the register already."""
    batch = batch_for(scope=scope_for(request.user), batch_id=batch_id)
    refused = ""
    if request.method == "POST":
        columns, grid = _told_columns(request, batch), request.POST.get("grid", "")
        policy = request.POST.get("policy", batch.policy)
        try:
            imports.ask_plan(
                by=actor_of_request(request),
                now=timezone.now(),
                batch_id=batch.pk,
                policy=policy if policy in ImportBatch.Policy.values else batch.policy,
                grid_id=int(grid) if grid.isascii() and grid.isdigit() else None,
                columns=columns,
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            refused = str(refusal.sentence)
        else:
            return redirect("registry:import", batch.pk)
    if batch.state not in {State.DRAFT, State.PLANNED}:
        return redirect("registry:import", batch.pk)
    shown = {
        "batch": batch,
        "sheets": [_columns(sheet) for sheet in sheets_of(batch=batch)],
        "fields": list(import_words.FIELDS.items()),
        "policies": ImportBatch.Policy.choices,
        "grids": grids_of(batch=batch),
        "refused": refused,
    }
    return render(request, "registry/imports/columns.html", shown, status=422 if refused else 200)


def _told_columns(request: HttpRequest, batch: ImportBatch) -> dict[int, dict[int, str]]:
    told: dict[int, dict[int, str]] = {}
    for sheet in sheets_of(batch=batch):
        if f"s-{sheet.position}" in request.POST:
            names = {at: request.POST.get(f"c-{sheet.position}-{at}", "") for at in range(len(sheet.titles))}
            told[sheet.position] = {at: name for at, name in names.items() if name in import_words.FIELDS}
    return told


def _columns(sheet: ImportSheet) -> dict[str, Any]:
    rows = unpacked(sheet.rows)[sheet.first_row : sheet.first_row + SAMPLES]
    columns = [
        {
            "at": at,
            "title": title or "—",
            "field": sheet.fields.get(str(at), ""),
            "samples": [_sample(row[at]) for row in rows if at < len(row) and row[at] not in (None, "")],
        }
        for at, title in enumerate(sheet.titles)
    ]
    return {"sheet": sheet, "columns": columns}


def _sample(cell: object) -> str:
    return import_words.masked_text(str(cell))[:40]


@never_cache
@require_safe
@permission_required("registry.edit", raise_exception=True)
def progress_part(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far the long work is; the page is drawn anew when it is done."""
    batch = batch_for(scope=scope_for(request.user), batch_id=batch_id)
    answer = render(request, "registry/imports/progress.html", {"batch": batch})
    if batch.state not in WORKING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@never_cache
@require_POST
@permission_required("registry.edit", raise_exception=True)
def do_import(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Write, take back, put away, or say that all who are asked about have moved."""
    told: dict[str, Any] = {"by": actor_of_request(request), "now": timezone.now(), "batch_id": batch_id}
    if request.POST.get("do") == "discard":
        imports.discard_import(**told)
        return redirect("registry:imports")
    deeds = {"undo": imports.ask_undo, "moved": imports.answer_moves}
    deeds.get(request.POST.get("do", ""), imports.ask_commit)(**told)
    return redirect("registry:import", batch_id)


@never_cache
@require_POST
@permission_required("registry.edit", raise_exception=True)
def answer_row(request: HttpRequest, row_id: int) -> HttpResponse:
    """Who the person of a row is."""
    row = imports.answer_question(
        by=actor_of_request(request), now=timezone.now(), row_id=row_id, answer=request.POST.get("answer", "")
    )
    if request.headers.get("HX-Request"):
        answer = render(request, "registry/imports/question.html", {"row": _row(row, {}, ()), "saved": True})
        if not _good(row.batch):
            answer.headers["HX-Refresh"] = "true"  # there is something to take over now
        return answer
    return redirect("registry:import", row.batch_id)


@never_cache
@require_safe
@permission_required("registry.edit", raise_exception=True)
def errors_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rows that were kept out, with the reasons; a file with personal data, so the trail knows."""
    batch = batch_for(scope=scope_for(request.user), batch_id=batch_id)
    imports.record_download(by=actor_of_request(request), now=timezone.now(), batch_id=batch.pk)
    name = f"{Path(batch.file_name).stem} 退回的行.xlsx"
    return attachment(content=import_files.errors_workbook(batch=batch), name=name, kind=XLSX)


@require_safe
@permission_required("registry.edit", raise_exception=True)
def template_file(request: HttpRequest) -> HttpResponse:
    """An empty register to fill in."""
    return attachment(content=import_files.template_workbook(), name="居民台账模板.xlsx", kind=XLSX)
