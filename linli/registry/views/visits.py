"""Visits: who is to be visited, the form at the door, what comes next, and the form on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actors import actor_of_request
from linli.registry.actions.visits import record_visit
from linli.registry.context import groups_for, scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community, HomeVisit, Household
from linli.registry.queries import communities_in
from linli.registry.queries import visits as ask
from linli.registry.queries.visits import COMING_DAYS, VisitDue
from linli.registry.views.care_forms import VisitForm
from linli.ui.form_parts import refusals_in

PER_PAGE: Final = 40
IN_THE_FORM: Final = ("found", "note", "to_do")


@dataclass(frozen=True, slots=True)
class Walk:
    """Which list somebody goes through, as the address says it: all who are due, the latest first, or a building or stairwell
    door by door; ``typing`` when they type in forms that were filled in on paper."""

    unit_id: int | None
    building_id: int | None
    who: str | None
    community_id: int | None = None
    typing: bool = False
    on: str = ""

    @property
    def by_door(self) -> bool:
        return self.unit_id is not None or self.building_id is not None

    @property
    def query(self) -> str:
        """To be put behind an address, with its question mark; empty where there is nothing to say."""
        told: dict[str, Any] = {"unit": self.unit_id, "building": self.building_id, "who": self.who}
        told |= {"community": self.community_id, "on": self.on or None}
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in told.items() if value is not None})
        if self.typing:
            query["typing"] = "1"
        return f"?{query.urlencode()}" if query else ""

    def holds(self, row: VisitDue) -> bool:
        wanted = ((self.unit_id, row.unit_id), (self.building_id, row.building_id), (self.who, row.looks_after))
        return all(asked is None or asked == there for asked, there in wanted)


def _walk(request: HttpRequest) -> Walk:
    told = request.GET
    return Walk(
        unit_id=_number(told.get("unit")),
        building_id=_number(told.get("building")),
        who=told.get("who"),
        community_id=_number(told.get("community")),
        typing="typing" in told,
        on=told.get("on", "")[:10],
    )


@never_cache
@require_safe
@permission_required("registry.visit", raise_exception=True)
def visits_page(request: HttpRequest) -> HttpResponse:
    """Who should have been visited, the latest first, and whose day is near."""
    communities, community = _community(request)
    walk, today = _walk(request), timezone.localdate()
    rows = _rows(request, community.pk, today)
    chosen = [row for row in rows if walk.holds(row)]
    late = [row for row in chosen if row.late_days > 0]
    page = Paginator(late, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "communities": communities,
        "community": community,
        "walk": walk,
        "page": page,
        "late": len(late),
        "coming": [row for row in chosen if row.late_days <= 0],
        "coming_days": COMING_DAYS,
        "counts": _counts(rows),
        "houses": _houses(rows),
        "nobody_listed": not rows,
    }
    return render(request, "registry/visits/list.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.visit", raise_exception=True)
def visit_page(request: HttpRequest, household_id: int) -> HttpResponse:
    """Three questions at a door. The form has a key in its address, so that going back comes to the same form."""
    key, today, walk = _key(request), timezone.localdate(), _walk(request)
    household = ask.household_to_visit(scope=scope_for(request.user), household_id=household_id)
    if key is None:
        query = request.GET.copy()
        query["form"] = str(uuid4())
        return redirect(f"{reverse('registry:visit', args=[household.pk])}?{query.urlencode()}")
    kept = ask.visit_of_form(key=key, household_id=household.pk, user_id=request.user.pk or 0)
    form = VisitForm(request.POST or None, initial=_preset(request, walk, household, kept, today))
    form.fields["visited_on"].widget.attrs["max"] = today.isoformat()
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by, now = actor_of_request(request), timezone.now()
            visit = record_visit(by=by, now=now, household_id=household.pk, key=key, **form.cleaned_data)
            after = replace(walk, on=visit.visited_on.isoformat()) if walk.typing else walk
            return redirect(f"{reverse('registry:visit-saved', args=[visit.pk])}{after.query}")
    shown = {
        "household": household,
        "people": ask.names_in(household_ids=[household.pk]).get(household.pk, ()),
        "visits": ask.visits_at(household_id=household.pk, on=today),
        "form": form,
        "kept": kept,
        "walk": walk,
        "unfold": walk.typing or any(name not in IN_THE_FORM for name in form.errors),
    }
    return render(request, "registry/visits/form.html", shown, status=422 if form.errors else 200)


@never_cache
@require_safe
@permission_required("registry.visit", raise_exception=True)
def visit_saved(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What was written down, when the next visit is due, and who is next on the list."""
    visit, today = ask.visit_for(scope=scope_for(request.user), visit_id=visit_id), timezone.localdate()
    walk = _walk(request)
    rows = [row for row in _rows(request, visit.community_id, today) if walk.holds(row)]
    shown = {
        "visit": visit,
        "due_on": ask.visits_at(household_id=visit.household_id, on=today).due_on,
        "walk": walk,
        "next": _next(walk, rows, visit, today),
        "left": sum(row.late_days > 0 for row in rows),
    }
    return render(request, "registry/visits/saved.html", shown)


@never_cache
@require_safe
@permission_required(["registry.visit", "registry.print"], raise_exception=True)
def visits_paper(request: HttpRequest) -> HttpResponse:
    """A form on paper for each household of a building or stairwell that is due, in the order of the doors."""
    _communities, community = _community(request)
    walk, today = _walk(request), timezone.localdate()
    rows = _rows(request, community.pk, today)
    chosen = sorted((row for row in rows if walk.holds(row)), key=lambda row: row.door_key)
    shown = {
        "community": community,
        "walk": walk,
        "rows": chosen,
        "houses": _houses(rows),
        "coming_days": COMING_DAYS,
        "today": today,
    }
    return render(request, "registry/visits/paper.html", shown)


def _rows(request: HttpRequest, community_id: int, today: date) -> list[VisitDue]:
    scope = scope_for(request.user).narrowed(community_id=community_id)
    until = today + timedelta(days=COMING_DAYS)
    return ask.visits_due(scope=scope, on=today, until=until, groups=groups_for(request.user))


def _community(request: HttpRequest) -> tuple[list[Community], Community]:
    """Those within reach, and the one the address names, or the first. Raises NoCommunityYet."""
    communities = communities_in(scope=scope_for(request.user))
    wanted = _number(request.GET.get("community"))
    community = next((one for one in communities if one.pk == wanted), communities[0] if communities else None)
    if community is None:
        raise NoCommunityYet
    return communities, community


def _counts(rows: Sequence[VisitDue]) -> list[dict[str, Any]]:
    """How many are late and how many come soon, for each who looks after them; who has most to catch up on first."""
    late = Counter(row.looks_after for row in rows if row.late_days > 0)
    soon = Counter(row.looks_after for row in rows if row.late_days <= 0)
    names = sorted(late.keys() | soon.keys(), key=lambda name: (-late[name], -soon[name], name))
    return [{"who": name, "late": late[name], "soon": soon[name]} for name in names]


def _houses(rows: Sequence[VisitDue]) -> list[dict[str, Any]]:
    """The buildings and stairwells that have somebody to visit, with how many, in their order."""
    found: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row.door_key):
        _town, _length, number, stairwell, *_door = row.door_key
        house = found.setdefault(row.building_id, {"id": row.building_id, "number": number, "n": 0, "units": {}})
        house["n"] += 1
        unit = house["units"].setdefault(row.unit_id, {"id": row.unit_id, "number": stairwell, "n": 0})
        unit["n"] += 1
    return [{**house, "units": list(house["units"].values())} for house in found.values()]


def _next(walk: Walk, rows: Sequence[VisitDue], visit: HomeVisit, today: date) -> VisitDue | None:
    """Who comes after this household, also where nobody opened and it stays on the list."""
    others = [row for row in rows if row.household_id != visit.household_id]
    door = ask.door_key_of(household=visit.household)
    if walk.by_door:
        return min((row for row in others if row.door_key > door), key=lambda row: row.door_key, default=None)
    before = ask.due_before(visit=visit, on=today) or today
    after = (row for row in others if row.lateness > (before, door))
    return min(after, key=lambda row: row.lateness, default=None)


def _preset(
    request: HttpRequest, walk: Walk, household: Household, kept: HomeVisit | None, today: date
) -> dict[str, Any]:
    """What stands in the form at first: what was saved with it; else I, today; from paper, the captain on the day last typed."""
    if kept is not None:
        return {name: getattr(kept, name) for name in (*IN_THE_FORM, "visited_on", "visitor_name")}
    if walk.typing:
        return {"visited_on": _day(walk.on), "visitor_name": ask.looks_after(household=household, on=today)}
    return {"visited_on": today, "visitor_name": str(request.user)}


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("form", ""))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
