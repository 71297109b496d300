"""What has been kept for long enough: nobody's who is present, has an open incident, or holds a post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from linli.registry.models import (
    ChangeRequest,
    Contact,
    FormReport,
    HealthNote,
    HomeVisit,
    ImportBatch,
    Post,
    Resident,
)
from linli.registry.retention import PERIODS, REPORTS_KEPT, Matter
from linli.registry.scopes import valid_on

State = ImportBatch.State


@dataclass(frozen=True, slots=True)
class Asked:
    """``spared``: the households whose incident is open, as a room above knows them."""

    on: date
    before: date
    spared: Collection[int]

    @property
    def midnight(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.before, time.min))


def expired(*, matter: Matter, on: date, spared: Collection[int]) -> QuerySet[Any]:
    """The rows whose time is over on this day, by primary key. What was dealt with is no longer among them."""
    asked = Asked(on, PERIODS[matter].before(on=on), spared)
    return _ROWS[matter](asked).order_by("pk")


def expired_count(*, matter: Matter, on: date, spared: Collection[int]) -> int:
    """How many rows that are."""
    return expired(matter=matter, on=on, spared=spared).count()


def expired_references(*, matter: Matter, on: date, spared: Collection[int]) -> list[str]:
    """By which the rows are named without naming anybody: the key of ours of a person, the number of anything else."""
    name = "reference" if matter is Matter.PEOPLE else "pk"
    return [str(one) for one in expired(matter=matter, on=on, spared=spared).values_list(name, flat=True)]


def _people(asked: Asked) -> QuerySet[Any]:
    """Who came back is present under the same ID number; who holds a post is known to the neighbours by name."""
    here = Q(moved_out_on__isnull=True, died_on__isnull=True)
    back = Resident.objects.filter(
        here, community_id=OuterRef("community_id"), id_number_hash=OuterRef("id_number_hash")
    ).exclude(id_number_hash="")
    posts = Post.objects.filter(valid_on(day=asked.on), resident_id=OuterRef("pk"))
    left = Q(moved_out_on__lt=asked.before) | Q(died_on__lt=asked.before)
    rows = Resident.objects.filter(left, anonymised_on__isnull=True)
    return rows.exclude(household_id__among=list(asked.spared)).filter(~Exists(back), ~Exists(posts))


def _contacts(asked: Asked) -> QuerySet[Any]:
    over = Q(ended_on__lt=asked.before) | Q(household__moved_out_on__lt=asked.before)
    rows = Contact.objects.filter(over, anonymised_on__isnull=True)
    return rows.exclude(household_id__among=list(asked.spared))


def _health(asked: Asked) -> QuerySet[Any]:
    over = Q(ended_on__lt=asked.before) | Q(review_on__lt=asked.before)
    rows = HealthNote.objects.filter(over).exclude(text="")
    return rows.exclude(resident__household_id__among=list(asked.spared))


def _visits(asked: Asked) -> QuerySet[Any]:
    rows = HomeVisit.objects.filter(~Q(note="") | ~Q(to_do=""), visited_on__lt=asked.before)
    return rows.exclude(household_id__among=list(asked.spared))


def _corrections(asked: Asked) -> QuerySet[Any]:
    said = ~Q(proposed="") | ~Q(phone="") | ~Q(before="") | ~Q(answer="")
    rows = ChangeRequest.objects.filter(said, answered_at__lt=asked.midnight)
    return rows.exclude(household_id__among=list(asked.spared))


def _imports(asked: Asked) -> QuerySet[Any]:
    """Written, taken back or put away for long enough; or begun and left lying."""
    finished = Q(state__in=[State.COMMITTED, State.UNDONE, State.DISCARDED], finished_at__lt=asked.midnight)
    left_lying = Q(state__in=[State.DRAFT, State.PLANNED], created_at__lt=asked.midnight)
    return ImportBatch.objects.filter(finished | left_lying, emptied_at__isnull=True)


def _reports(asked: Asked) -> QuerySet[Any]:
    newest_first = Window(RowNumber(), partition_by=F("template_id"), order_by=[F("filled_at").desc(), F("pk").desc()])
    newest = (
        FormReport.objects.annotate(place=newest_first).filter(place__lte=REPORTS_KEPT).values_list("pk", flat=True)
    )
    return FormReport.objects.exclude(pk__among=list(newest)).exclude(marks={})


_ROWS: Final[Mapping[Matter, Callable[[Asked], QuerySet[Any]]]] = {
    Matter.VISITS: _visits,
    Matter.CORRECTIONS: _corrections,
    Matter.HEALTH: _health,
    Matter.CONTACTS: _contacts,
    Matter.PEOPLE: _people,
    Matter.IMPORTS: _imports,
    Matter.REPORTS: _reports,
}
