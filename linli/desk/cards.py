"""What the desk has to say on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from linli.incidents.queries import incidents_of_household
from linli.registry.queries import HouseholdCard


def household_incidents(request: HttpRequest, household: HouseholdCard) -> str:
    """What is open at this door, and what was; nothing for those who may not see incidents, or where nothing ever happened."""
    if not request.user.has_perm("incidents.view"):
        return ""
    incidents = incidents_of_household(household_id=household.id)
    return render_to_string("desk/household_card.html", {"incidents": incidents}, request=request) if incidents else ""
