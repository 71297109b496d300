"""Blank forms that were kept, and what was reported in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.core.errors import NotFound
from linli.core.secrets import keyed_hash
from linli.registry.models import FormReport, FormTemplate, Resident
from linli.registry.queries.rows import HEADINGS, Row
from linli.registry.scopes import Scope
from linli.registry.single_form import Template, read_template, read_word

WORD_VALUES = ("社区", "日期", "人数", "填表人")
"""What a Word template may ask for beside its list of people."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Against an earlier report: ``changed`` are the places in the list of people who are new or differ, ``gone`` who is missing."""

    changed: tuple[int, ...]
    gone: tuple[str, ...]


def forms_for(*, scope: Scope) -> list[FormTemplate]:
    """Blanks in use, the newest first, without their files."""
    rows = FormTemplate.objects.filter(scope.covers_communities(), put_away_at__isnull=True)
    return list(rows.defer("file").select_related("community").order_by("-made_at", "-pk"))


def form_for(*, scope: Scope, form_id: int) -> FormTemplate:
    """One blank in use with its file. Raises NotFound, also out of reach."""
    row = FormTemplate.objects.filter(scope.covers_communities(), pk=form_id, put_away_at__isnull=True).first()
    if row is None:
        raise NotFound
    return row


def reports_of(*, form: FormTemplate, limit: int) -> list[FormReport]:
    """The newest fillings of a blank."""
    return list(FormReport.objects.filter(template=form).order_by("-filled_at", "-pk")[:limit])


def sheets_of_form(*, form: FormTemplate) -> Template:
    """What an Excel blank looks like. Raises TemplateError."""
    return read_template(data=bytes(form.file))


def names_of_form(*, form: FormTemplate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names a Word blank asks for: those we know, and those that stay empty. Raises TemplateError."""
    known = {*WORD_VALUES, "rows", *(f"rows.{name}" for pair in HEADINGS.items() for name in pair), "rows.序号"}
    asked = sorted(read_word(data=bytes(form.file)))
    return tuple(name for name in asked if name in known), tuple(name for name in asked if name not in known)


def marks_of(*, people: Sequence[Resident], rows: Sequence[Row]) -> dict[str, str]:
    """By each person's reference a keyed hash of what was written of them: enough to see that something changed, and no more."""
    return {
        person.reference: keyed_hash("\x1f".join(f"{name}={row[name]}" for name in sorted(row)), purpose="form-row")[
            :16
        ]
        for person, row in zip(people, rows, strict=True)
    }


def compared(*, marks: Mapping[str, str], before: Mapping[str, str], community_id: int) -> Compared:
    """What is new, different or gone since an earlier report. One query."""
    changed = tuple(at for at, (reference, mark) in enumerate(marks.items()) if before.get(reference) != mark)
    missing = [reference for reference in before if reference not in marks]
    names = Resident.objects.filter(community_id=community_id, reference__among=missing).order_by("name")
    return Compared(changed, tuple(names.values_list("name", flat=True)))
