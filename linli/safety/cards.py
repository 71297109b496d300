"""What this room has to say on Today and on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.registry.queries import HouseholdCard
from linli.registry.scopes import Scope
from linli.safety.queries.dwellings import devices_at, morning_of
from linli.safety.words import WORDS, words_of


def devices_today(request: HttpRequest, scope: Scope) -> str:
    """The devices that need somebody today: one list, not a page for each; nothing when all is well."""
    if not request.user.has_perm("safety.view"):
        return ""
    counts = morning_of(scope=scope, now=timezone.now())
    if not counts:
        return ""
    lines = [(WORDS[state], number) for state, number in counts.items()]
    return render_to_string("safety/today_card.html", {"lines": lines}, request=request)


def household_devices(request: HttpRequest, household: HouseholdCard) -> str:
    """The detectors that hang in this dwelling, and how they are."""
    devices = [(device, words_of(device.states)) for device in devices_at(dwelling_id=household.dwelling_id)]
    return render_to_string("safety/household_card.html", {"devices": devices}, request=request)
