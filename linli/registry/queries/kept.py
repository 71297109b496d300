"""What is kept about one person, by purpose, as it can be shown to them: who may read a part on their behalf decides what stands here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from linli.core.errors import NotFound
from linli.core.masking import mask_id_number
from linli.core.rooms import KeptPart
from linli.registry.grades import PURPOSES, Grade, Graded, Purpose, Shown, fields_kept
from linli.registry.groups import groups_seen
from linli.registry.import_words import masked_text
from linli.registry.keeping import NUMBERED
from linli.registry.models import (
    ChangeRequest,
    Contact,
    FormReport,
    HealthNote,
    HomeVisit,
    ImportBatch,
    ImportChange,
    Membership,
    Post,
    Resident,
)
from linli.registry.retention import KEPT
from linli.registry.scopes import Scope

NEWEST: Final = 50
OFFICE_ONLY: Final[Mapping[Purpose, str]] = {
    Purpose.IDENTITY: "registry.identity",
    Purpose.STATISTICS: "registry.edit",
    Purpose.HEALTH: "registry.health",
}
"""What not everybody sees who may open the door: without this permission the part says only who shows it."""


class Numbers(StrEnum):
    """Whether phone and ID numbers are printed in full: asked for with a reason, after it was written down."""

    MASKED = "masked"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Reader:
    """On whose eyes the page is drawn."""

    scope: Scope
    permissions: frozenset[str]
    numbers: Numbers = Numbers.MASKED


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What is kept about somebody. ``touching`` names the rows by which the trail speaks of them: (kind of thing, its number)."""

    resident_id: int
    household_id: int
    name: str
    place: str
    anonymised_on: date | None
    parts: Sequence[KeptPart]
    touching: Sequence[tuple[str, str]]


def kept_about(*, reader: Reader, resident_id: int) -> KeptPage:
    """A resident's own page. At most a dozen queries. Raises NotFound, also out of the reader's reach."""
    rows = Resident.objects.filter(reader.scope.covers_people(), pk=resident_id)
    resident = rows.select_related("household__dwelling").first()
    if resident is None:
        raise NotFound
    found = _rows(resident, reader)
    parts = [_part(purpose, found.get(purpose, ()), reader) for purpose in Purpose if purpose is not Purpose.PLACES]
    return KeptPage(
        resident_id=resident.pk,
        household_id=resident.household_id,
        name=resident.name,
        place=resident.household.dwelling.label,
        anonymised_on=resident.anonymised_on,
        parts=[part for part in parts if part.items or part.withheld],
        touching=_touching(resident, found),
    )


Item = Sequence[Any]
"""Rows of the register that belong together, or finished pairs of words."""


def _rows(resident: Resident, reader: Reader) -> dict[Purpose, Sequence[Item]]:
    me = {"resident": resident}
    of_household = Q(resident=resident) | Q(resident__isnull=True, household_id=resident.household_id)
    contacts = Contact.objects.filter(household_id=resident.household_id, anonymised_on__isnull=True)
    lists = Membership.objects.filter(**me, group__in=groups_seen(permissions=reader.permissions))
    visits = HomeVisit.objects.filter(of_household).select_related("household__dwelling")
    relatives = contacts.prefetch_related("points").order_by("call_order", "pk")
    return {
        Purpose.WHO: [[resident.household, resident]],
        Purpose.REACH: [[resident]],
        Purpose.IDENTITY: [[resident]],
        Purpose.STATISTICS: [[resident]],
        Purpose.RELATIVES: [[one, *(p for p in one.points.all() if p.kind in NUMBERED)] for one in relatives],
        Purpose.LISTS: [[one] for one in lists.order_by("pk")],
        Purpose.HEALTH: [[one] for one in HealthNote.objects.filter(**me).exclude(text="").order_by("pk")],
        Purpose.VISITS: [[one] for one in visits.order_by("-visited_on", "-pk")[:NEWEST]],
        Purpose.CORRECTIONS: [[one] for one in ChangeRequest.objects.filter(**me).order_by("-pk")[:NEWEST]],
        Purpose.POSTS: [
            [one] for one in Post.objects.filter(**me).select_related("grid", "building", "unit__building").order_by("pk")
        ],
        Purpose.IMPORTS: _files(resident),
        Purpose.REPORTS: _reports(resident),
    }  # fmt: skip


def _files(resident: Resident) -> list[list[tuple[str, str]]]:
    """The files whose rows are still there and that wrote something about this person."""
    wrote = ImportChange.objects.filter(model="resident", object_id=resident.pk).values("batch_id")
    batches = ImportBatch.objects.filter(pk__in=wrote, emptied_at__isnull=True).order_by("-pk")
    return [[(_("File"), one.file_name), (_("Brought in"), _day(one.finished_at or one.created_at))] for one in batches]


def _reports(resident: Resident) -> list[list[tuple[str, str]]]:
    forms = FormReport.objects.filter(template__community_id=resident.community_id, marks__has_key=resident.reference)
    newest = forms.select_related("template").order_by("-filled_at")[:NEWEST]
    return [
        [(_("Form"), one.template.name), (_("Filled"), _day(one.filled_at)), (_("By"), one.by_label)] for one in newest
    ]


def _part(purpose: Purpose, found: Sequence[Item], reader: Reader) -> KeptPart:
    reason = PURPOSES[purpose]
    needed = OFFICE_ONLY.get(purpose, "")
    if needed and needed not in reader.permissions:
        return KeptPart(reason.title, reason.why, reason.basis, KEPT[purpose], (), _("The office shows you this part."))
    withheld = ""
    if purpose is Purpose.LISTS and "registry.restricted" not in reader.permissions:
        withheld = _("Some lists are protected: the community secretary shows you whether you are on one.")
    items = [_item(item, purpose, reader) for item in found]
    return KeptPart(reason.title, reason.why, reason.basis, KEPT[purpose], [item for item in items if item], withheld)


def _item(item: Item, purpose: Purpose, reader: Reader) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    for one in item:
        if isinstance(one, tuple):
            told.append(one)
            continue
        for name, graded in fields_kept(model=str(one._meta.model_name), purpose=purpose):
            if _may_see(purpose, graded, reader) and (said := _said(one, name, graded, reader)):
                told.append((capfirst(str(one._meta.get_field(name).verbose_name)), said))
    return told


def _may_see(purpose: Purpose, graded: Graded, reader: Reader) -> bool:
    """What is sensitive and said in free words is read by those who write the register."""
    return graded.grade < Grade.SENSITIVE or purpose is not Purpose.WHO or "registry.edit" in reader.permissions


def _said(row: Any, name: str, graded: Graded, reader: Reader) -> str:
    value = getattr(row, name)
    if value in (None, ""):
        return ""
    if name == "born_on" and row.born_known == "year":
        return str(value.year)
    if graded.shown is Shown.HEALTH and graded.grade is Grade.SENSITIVE and reader.numbers is Numbers.MASKED:
        return _("written down; printed with a reason, together with the full numbers")
    if isinstance(value, date):
        return _day(value)
    if row._meta.get_field(name).flatchoices:
        return str(getattr(row, f"get_{name}_display")())
    return _as_read(str(value), name, graded, reader)


def _as_read(text: str, name: str, graded: Graded, reader: Reader) -> str:
    """Numbers inside free words are masked as well. A household's number is no phone, however many digits it has."""
    if reader.numbers is Numbers.WHOLE or name in {"number", "reference"}:
        return text
    return mask_id_number(text) if graded.shown is Shown.IDENTITY else masked_text(text)


def _day(at: date | datetime) -> str:
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return date_format(day, "Y-m-d")


def _touching(resident: Resident, found: Mapping[Purpose, Iterable[Item]]) -> list[tuple[str, str]]:
    """The resident, and those rows about them that this reader may know of."""
    rows = [
        one
        for purpose in (Purpose.LISTS, Purpose.HEALTH, Purpose.VISITS, Purpose.CORRECTIONS)
        for one in found[purpose]
    ]
    named = [(str(item[0]._meta.model_name), str(item[0].pk)) for item in rows]
    return [("resident", str(resident.pk)), *named]
