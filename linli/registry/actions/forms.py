"""One form (一表通): a blank is kept once with its mapping, and filled as often as somebody above asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry.access import Access, access_of
from linli.registry.actions.exporting import reveal_numbers_of
from linli.registry.errors import FormRefused, ListTooLong, NothingToFill
from linli.registry.form_words import refusal_in_words
from linli.registry.groups import groups_seen
from linli.registry.models import Community, FormReport, FormTemplate, Resident
from linli.registry.queries.forms import changed_since, form_for, marks_of, reached_by
from linli.registry.queries.lists import PeopleFilter, people_listed
from linli.registry.queries.rows import HEADINGS, Row, rows_masked, rows_whole
from linli.registry.recording import locked, trace
from linli.registry.rules import may_export, may_reveal
from linli.registry.single_form import TemplateError, fill, fill_word, read_template, read_word

MOST_PEOPLE: Final = 20_000
MOST_SHEET_LETTERS: Final = 60  # Excel allows 31
Kind = FormTemplate.Kind


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form, and how many people stand in it."""

    content: bytes
    count: int


@dataclass(frozen=True, slots=True)
class _Job:
    """``people`` go into the file; ``marks`` are of everybody who was asked for."""

    form: FormTemplate
    people: Sequence[Resident]
    fields: Sequence[str]
    marks: Mapping[str, str]
    on: date
    groups: Sequence[str]


def keep_form(*, by: Actor, now: datetime, community_id: int, name: str, data: bytes) -> FormTemplate:
    """Keep a blank (.xlsx or .docx) with the columns we recognise, in the place of an older one of this name.

    The file is read before anything is locked. Raises NotAllowed, NotFound, or FormRefused with the reason.
    """
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    if not Community.objects.filter(reached_by(scope=access.scope, field="pk"), pk=community_id).exists():
        raise NotFound
    told = _understood(data) | {"file": data, "made_by": by.label[:100], "made_at": now}
    with transaction.atomic():
        form, added = FormTemplate.objects.update_or_create(
            community_id=community_id, name=name[:120], put_away_at=None, defaults=told
        )
        trace(form, by=by, now=now, verb="added" if added else "changed")
    return form


@transaction.atomic
def match_form(*, by: Actor, now: datetime, form_id: int, sheet: str, mapping: Mapping[str, str]) -> FormTemplate:
    """Say which sheet of an Excel blank is filled and what its columns hold ("" leaves one empty). Raises NotAllowed or NotFound."""
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    form = locked(FormTemplate, form_id, reached_by(scope=access.scope))
    form.sheet = sheet
    form.mapping = {column: field for column, field in mapping.items() if field in HEADINGS}
    form.save(update_fields=["sheet", "mapping"])
    trace(form, by=by, now=now, verb="changed")
    return form


@transaction.atomic
def put_form_away(*, by: Actor, now: datetime, form_id: int) -> None:
    """Offer this blank no longer; its reports stay. Raises NotAllowed or NotFound."""
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    form = locked(FormTemplate, form_id, reached_by(scope=access.scope))
    form.put_away_at = now
    form.save(update_fields=["put_away_at"])
    trace(form, by=by, now=now, verb="discarded")


def fill_form(
    *, by: Actor, now: datetime, form_id: int, wanted: PeopleFilter, since_report_id: int | None = None
) -> Filled:
    """The blank with these people, numbers masked; with ``since_report_id`` only those who are new or differ since that report.

    The report is kept when the file has been made. Raises NotAllowed, NotFound, ListTooLong, NothingToFill or FormRefused.
    """
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    job = _job(access, now, form_id, wanted, since_report_id)
    rows = rows_masked(people=job.people, fields=job.fields, on=job.on, groups=job.groups)
    content = _made(job, rows, by, now)
    with transaction.atomic():
        _report(job, by, now, reason="")
    return Filled(content, len(rows))


def fill_form_whole(
    *, by: Actor, now: datetime, form_id: int, wanted: PeopleFilter, reason: str, since_report_id: int | None = None
) -> Filled:
    """The same with whole numbers; each is written down with the reason first. Raises ReasonTooShort too."""
    access = access_of(by=by, now=now)
    may_export(permissions=access.permissions).enforce()
    for verb in ("registry.phone", "registry.identity"):
        may_reveal(permissions=access.permissions, verb=verb, reason=reason).enforce()
    job = _job(access, now, form_id, wanted, since_report_id)
    told = " ".join(reason.split())[:200]
    rows = rows_whole(people=job.people, fields=job.fields, on=job.on, groups=job.groups)
    content = _made(job, rows, by, now)
    with transaction.atomic():  # nothing is handed out before this is written down
        reveal_numbers_of(by=by, now=now, people=job.people, fields=job.fields, reason=told, words=job.form.name)
        _report(job, by, now, reason=told)
    return Filled(content, len(rows))


def fields_of(*, form: FormTemplate) -> list[str]:
    """What a blank is filled with: the fields of its columns; of a Word template every field."""
    if form.kind == Kind.WORD:
        return list(HEADINGS)
    return sorted({name for name in form.mapping.values() if name in HEADINGS})


def _understood(data: bytes) -> dict[str, Any]:
    """Kind, sheet and mapping of a blank. Raises FormRefused."""
    try:
        if _is_word(data):
            read_word(data=data)
            return {"kind": Kind.WORD}
        template = read_template(data=data)
    except TemplateError as error:
        raise FormRefused(refusal_in_words(error=error)) from error
    sheet = next((one for one in template.sheets if not one.hidden), template.sheets[0])
    if len(sheet.name) > MOST_SHEET_LETTERS:
        raise FormRefused(refusal_in_words(error=TemplateError("broken")))
    stuck = {
        column
        for warning in template.warnings
        if warning.code == "merged-down" and warning.facts["sheet"] == sheet.name
        for column in warning.facts["columns"].split()
    }
    suggested = sheet.suggested.items()
    mapping = {column: field for column, field in suggested if field in HEADINGS and column not in stuck}
    return {"kind": Kind.EXCEL, "sheet": sheet.name, "mapping": mapping}


def _is_word(data: bytes) -> bool:
    """By content, since names lie: the parts of a Word document begin with word/."""
    return data.startswith(b"PK\x03\x04") and b"word/document.xml" in data and b"xl/workbook.xml" not in data


def _job(access: Access, now: datetime, form_id: int, wanted: PeopleFilter, since_report_id: int | None) -> _Job:
    form = form_for(scope=access.scope, form_id=form_id)
    groups, on = groups_seen(permissions=access.permissions), timezone.localdate(now)
    scope = access.scope.narrowed(community_id=form.community_id)
    people = list(people_listed(scope=scope, wanted=wanted, on=on, groups=groups)[: MOST_PEOPLE + 1])
    if len(people) > MOST_PEOPLE:
        raise ListTooLong
    fields = fields_of(form=form)
    marks = marks_of(people=people, rows=rows_whole(people=people, fields=fields, on=on, groups=groups))
    if since_report_id is not None:
        before = FormReport.objects.filter(template=form, pk=since_report_id).first()
        if before is None:
            raise NotFound
        people = [people[at] for at in changed_since(marks=marks, before=before.marks)]
    if not people:
        raise NothingToFill
    return _Job(form, people, fields, marks, on, groups)


def _made(job: _Job, rows: Sequence[Row], by: Actor, now: datetime) -> bytes:
    """The filled file. Raises FormRefused."""
    form = job.form
    mark = f"{by.label} {timezone.localtime(now):%Y-%m-%d %H:%M} 由邻里填报，含个人信息，请勿外传"
    try:
        if form.kind == Kind.WORD:
            return fill_word(data=bytes(form.file), values=_values(job, by), rows=_texts(rows), watermark=mark)
        mapping = {column: field for column, field in form.mapping.items() if field}
        return fill(data=bytes(form.file), sheet=form.sheet, mapping=mapping, rows=rows, watermark=mark)
    except TemplateError as error:
        raise FormRefused(refusal_in_words(error=error)) from error


def _report(job: _Job, by: Actor, now: datetime, *, reason: str) -> None:
    count = len(job.people)
    FormReport.objects.create(
        template=job.form, filled_at=now, by_label=by.label[:100], count=count, marks=dict(job.marks)
    )
    details = {"people": count, "fields": list(job.fields)}
    trace(job.form, by=by, now=now, verb="filled_form", reason=reason, details=details)


def _values(job: _Job, by: Actor) -> dict[str, str]:
    return {
        "社区": job.form.community.name,
        "日期": f"{job.on.year}年{job.on.month}月{job.on.day}日",
        "人数": str(len(job.people)),
        "填表人": by.label,
    }


def _texts(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Each person's fields by key and by heading, with a running number."""
    found = []
    for number, row in enumerate(rows, start=1):
        texts = {name: "" if value is None else str(value) for name, value in row.items()}
        found.append({**texts, **{HEADINGS[name]: text for name, text in texts.items()}, "序号": str(number)})
    return found
