"""What this room has to say on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.registry.queries import HouseholdCard
from linli.safety.queries.dwellings import devices_at


def household_devices(request: HttpRequest, household: HouseholdCard) -> str:
    """The detectors that hang in this dwelling, and whether they report."""
    devices = devices_at(dwelling_id=household.dwelling_id, now=timezone.now())
    return render_to_string("safety/household_card.html", {"devices": devices}, request=request)
