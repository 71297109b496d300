"""What this room has to say on Today and on a household's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.registry.context import groups_for
from linli.registry.groups import OPEN
from linli.registry.queries import HouseholdCard, communities_in, knows_nobody
from linli.registry.queries.care import notes_on_file
from linli.registry.queries.corrections import corrections_waiting_count
from linli.registry.queries.lists import groups_of
from linli.registry.queries.reviews import notes_due
from linli.registry.queries.visits import overdue_count, visits_at
from linli.registry.scopes import Scope


def first_step(request: HttpRequest, scope: Scope) -> str:
    """In a new house: where an administrator begins, and what comes next. Nothing once there are people."""
    has_community = bool(communities_in(scope=scope))
    begins = scope.everything and not has_community
    goes_on = has_community and request.user.has_perm("registry.edit") and knows_nobody(scope=scope)
    if not begins and not goes_on:
        return ""
    return render_to_string("registry/first_step_card.html", {"has_community": has_community}, request=request)


def visits_today(request: HttpRequest, scope: Scope) -> str:
    """How many households in my places should have been visited; nothing while all were."""
    if not request.user.has_perm("registry.visit"):
        return ""
    late = overdue_count(scope=scope, on=timezone.localdate())
    return render_to_string("registry/visits/today_card.html", {"late": late}, request=request) if late else ""


def corrections_today(request: HttpRequest, scope: Scope) -> str:
    """For the office: how many corrections wait for an answer; nothing while none does."""
    if not request.user.has_perm("registry.edit"):
        return ""
    waiting = corrections_waiting_count(scope=scope)
    return render_to_string("registry/corrections/card.html", {"waiting": waiting}, request=request) if waiting else ""


def reviews_today(request: HttpRequest, scope: Scope) -> str:
    """For those who may read them: the health notes whose day to be looked at again is past or near; nothing while there is none."""
    if not request.user.has_perm("registry.health"):
        return ""
    notes = notes_due(scope=scope, on=timezone.localdate(), limit=10)
    return render_to_string("registry/parts/review_card.html", {"notes": notes}, request=request) if notes else ""


def care(request: HttpRequest, household: HouseholdCard) -> str:
    """On which lists the people here are, the last visit, and by when the next is due."""
    today = timezone.localdate()
    shown: dict[str, Any] = {
        "household": household,
        "people": [person for person in people_in_care(request, household) if person["lists"] or person["notes"]],
        "visits": visits_at(household_id=household.id, on=today) if request.user.has_perm("registry.visit") else None,
        "today": today,
    }
    return render_to_string("registry/parts/care_card.html", shown, request=request)


def people_in_care(request: HttpRequest, household: HouseholdCard) -> list[dict[str, Any]]:
    """Each person with the lists the reader may see, and that a health note is on file if they may know of it."""
    today, ids = timezone.localdate(), [person.id for person in household.people]
    lists = groups_of(resident_ids=ids, on=today, groups=groups_for(request.user))
    notes = notes_on_file(resident_ids=ids, on=today) if request.user.has_perm("registry.health") else []
    return [
        {
            "name": person.name,
            "lists": [
                {"row": row, "label": row.get_group_display(), "restricted": row.group not in OPEN}
                for row in lists.get(person.id, [])
            ],
            "notes": [note for note in notes if note.resident_id == person.id],
        }
        for person in household.people
    ]
