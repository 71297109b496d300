"""Blank forms that were kept, and what was reported in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from django.core.cache import cache
from django.db.models import Q, QuerySet

from linli.core.errors import NotFound
from linli.core.inner import not_inner
from linli.core.secrets import keyed_hash
from linli.registry.models import FormReport, FormTemplate, Resident
from linli.registry.queries.rows import HEADINGS, Row
from linli.registry.scopes import Scope
from linli.registry.single_form import Template, read_template, read_word

WORD_VALUES = ("社区", "日期", "人数", "填表人")
"""What a Word template may ask for beside its list of people."""
LIST: Final = "名单"
REMEMBERED_SECONDS: Final = 3600


def reached_by(*, scope: Scope, field: str = "community_id") -> Q:
    """Blanks of the communities in which somebody works; who goes into them is a question of their posts."""
    return not_inner(field) if scope.everything else Q(**{f"{field}__in": scope.present_in})


def forms_for(*, scope: Scope) -> list[FormTemplate]:
    """Blanks in use, the newest first, without their files."""
    rows = FormTemplate.objects.filter(reached_by(scope=scope), put_away_at__isnull=True)
    return list(rows.defer("file").select_related("community").order_by("-made_at", "-pk"))


def form_for(*, scope: Scope, form_id: int) -> FormTemplate:
    """One blank in use with its file. Raises NotFound, also out of reach."""
    row = FormTemplate.objects.filter(reached_by(scope=scope), pk=form_id, put_away_at__isnull=True).first()
    if row is None:
        raise NotFound
    return row


def reports_of(*, form: FormTemplate, limit: int) -> list[FormReport]:
    """The newest fillings of a blank."""
    return list(FormReport.objects.filter(template=form).order_by("-filled_at", "-pk")[:limit])


def sheets_of_form(*, form: FormTemplate) -> Template:
    """What an Excel blank looks like, remembered in this process by what stands in the file. Raises TemplateError."""
    data = bytes(form.file)
    kept: Template | None = cache.get(key := _key("sheets", data))
    if kept is None:
        cache.set(key, kept := read_template(data=data), REMEMBERED_SECONDS)
    return kept


def _key(what: str, data: bytes) -> str:
    return f"form-{what}-{hashlib.sha256(data).hexdigest()}"


def names_of_form(*, form: FormTemplate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names a Word blank asks for: those we know, and those that stay empty; the list of people goes by its Chinese name.

    Raises TemplateError.
    """
    data = bytes(form.file)
    names: frozenset[str] | None = cache.get(key := _key("names", data))
    if names is None:
        cache.set(key, names := read_word(data=data), REMEMBERED_SECONDS)
    known = {*WORD_VALUES, "rows", *(f"rows.{name}" for pair in HEADINGS.items() for name in pair), "rows.序号"}
    told = [(name in known, LIST + name[4:] if name.split(".")[0] == "rows" else name) for name in sorted(names)]
    return tuple(name for is_known, name in told if is_known), tuple(name for is_known, name in told if not is_known)


def marks_of(*, people: Sequence[Resident], rows: Sequence[Row]) -> dict[str, str]:
    """By each person's reference a keyed hash of what was written of them: enough to see that something changed, and no more."""
    return {
        person.reference: keyed_hash("\x1f".join(f"{name}={row[name]}" for name in sorted(row)), purpose="form-row")[
            :16
        ]
        for person, row in zip(people, rows, strict=True)
    }


def changed_since(*, marks: Mapping[str, str], before: Mapping[str, str]) -> list[int]:
    """The places in ``marks`` of those who are new, or of whom something else was written in an earlier report."""
    return [at for at, (reference, mark) in enumerate(marks.items()) if before.get(reference) != mark]


def gone_since(*, report: FormReport, people: QuerySet[Resident]) -> list[str]:
    """The names of those who were in a report and are not among ``people`` now. Two queries."""
    there = set(people.order_by().values_list("reference", flat=True))
    missing = [reference for reference in report.marks if reference not in there]
    rows = Resident.objects.filter(community_id=report.template.community_id, reference__among=missing)
    return list(rows.order_by("name").values_list("name", flat=True))
