"""What this room has to say on Today and on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.casework.context import places_for, reach_for
from linli.casework.queries.mediation import agreements_due, agreements_due_count
from linli.casework.queries.requests import RequestFilter, requests_at_household, requests_found, tab_counts
from linli.casework.words import due_badge, state_badge
from linli.registry.queries import HouseholdCard, Scope

MOST = 5


def today(request: HttpRequest, scope: Scope) -> str:
    """What is in my hands, the first due first, and how much waits; nothing while nothing does."""
    if not request.user.has_perm("casework.view"):
        return ""
    reach, now = reach_for(request.user), timezone.now()
    counts = {one.tab: one.n for one in tab_counts(reach=reach, wanted=RequestFilter(), now=now)}
    if not any(counts[tab] for tab in ("mine", "due", "loose", "decide")):
        return ""
    mine = requests_found(reach=reach, wanted=RequestFilter(tab="mine"), now=now)[:MOST]
    shown = {"counts": counts, "rows": [(one, due_badge(request=one, now=now)) for one in mine]}
    return render_to_string("casework/parts/today_card.html", shown, request=request)


def household(request: HttpRequest, card: HouseholdCard) -> str:
    """The newest requests about this door; nothing where there is none."""
    if not request.user.has_perm("casework.view"):
        return ""
    rows = requests_at_household(reach=places_for(request.user), household_id=card.id, limit=MOST)
    shown = {"rows": [(one, state_badge(state=one.state)) for one in rows], "household": card}
    return render_to_string("casework/parts/household_card.html", shown, request=request) if rows else ""


def agreements(request: HttpRequest, scope: Scope) -> str:
    """Agreements whose day has come; nothing while there is none."""
    if not request.user.has_perm("casework.mediate"):
        return ""
    reach, on = reach_for(request.user), timezone.localdate()
    rows = agreements_due(reach=reach, on=on, limit=MOST)
    if not rows:
        return ""
    n = len(rows) if len(rows) < MOST else agreements_due_count(reach=reach, on=on)
    return render_to_string("casework/mediation/today_card.html", {"rows": rows, "n": n}, request=request)
