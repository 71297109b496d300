"""A gas alarm whose cause was an old hose becomes a request to replace it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Reporter, Request
from linli.incidents.events import IncidentClosed
from linli.incidents.models import Incident
from linli.journeys.actions import JOURNEYS
from linli.journeys.preset import GAS_KINDS, HOSE_CATEGORY, HOSE_CAUSES, OLD_HOSE
from linli.journeys.queries import category_called, rule_in_force
from linli.journeys.wording import hose_text
from linli.registry.models import Resident


@transaction.atomic
def ask_for_new_hose(happening: IncidentClosed) -> None:
    """Once for an incident, also if it is closed twice. Where it goes says the place: unit captain, building captain, grid lead."""
    if happening.is_drill or happening.kind not in GAS_KINDS or happening.cause_code not in HOSE_CAUSES:
        return
    on = timezone.localdate(happening.at)
    if not rule_in_force(code=OLD_HOSE, community_id=happening.community_id, on=on).is_on:
        return
    lay_down_categories(community_id=happening.community_id)
    incident = Incident.objects.select_related("cause").get(pk=happening.incident_id)
    assert incident.cause is not None
    text = hose_text(
        place=happening.place,
        happened_at=timezone.localtime(incident.happened_at),
        cause=incident.cause.title_zh,
        outcome=incident.outcome,
    )
    given = Given(
        text=text,
        channel=Request.Channel.LINLI,
        reporter=_head_of(happening.household_id),
        place=place_given(happening=happening),
        category_id=category_called(community_id=happening.community_id, code=HOSE_CATEGORY, on=on),
        source=f"incident:{happening.incident_id}",
    )
    enter_request(by=JOURNEYS, now=happening.at, community_id=happening.community_id, given=given)


def place_given(*, happening: IncidentClosed) -> PlaceGiven:
    """As far down as it is known; else in the incident's words."""
    if happening.dwelling_id is not None:
        return PlaceGiven(dwelling_id=happening.dwelling_id)
    if happening.unit_id is not None:
        return PlaceGiven(unit_id=happening.unit_id)
    if happening.building_id is not None:
        return PlaceGiven(building_id=happening.building_id)
    return PlaceGiven(words=happening.place)


def _head_of(household_id: int | None) -> ReporterGiven:
    """The head of the household, to be called where a phone is on file; nobody where there is none."""
    if household_id is None:
        return ReporterGiven()
    living = Resident.objects.filter(household_id=household_id, moved_out_on__isnull=True, died_on__isnull=True)
    head = living.filter(is_head=True).first()
    if head is None:
        return ReporterGiven()
    wants = Reporter.Wants.CALL if head.phone else Reporter.Wants.NOTHING
    return ReporterGiven(resident_id=head.pk, wants=wants)
