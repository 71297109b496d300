"""The front desk: a request is written down, its slip is printed, the next one comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions.entering import enter_request
from linli.casework.actions.reporters import subscribe_reporter
from linli.casework.addresses import track_path, whole
from linli.casework.context import reach_for
from linli.casework.forms.entry import RequestForm
from linli.casework.models import Category
from linli.casework.queries.people import likely_reporter, likely_reporters
from linli.casework.queries.places import Place, place_of_resident, place_of_words
from linli.casework.queries.requests import alike, reporters_of, request_for
from linli.casework.queries.settings import categories_of, guessed_category, policy_of
from linli.registry.context import scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community
from linli.registry.queries import communities_in
from linli.ui.form_parts import refusals_in
from linli.ui.pictures import qr_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.enter", raise_exception=True)
def new_page(request: HttpRequest) -> HttpResponse:
    """Who, what, where. A double click is one request; somebody who tells us the same as others joins them."""
    screen = _screen(request, request.POST or None)
    form: RequestForm = screen["form"]
    if request.method == "POST" and form.is_valid():
        by, now, given = actor_of_request(request), timezone.now(), form.given()
        with refusals_in(form):
            if (join := _number(request.POST.get("join"))) is not None:
                subscribe_reporter(by=by, now=now, request_id=join, given=given.reporter)
                return redirect("casework:saved", join)
            entered = enter_request(by=by, now=now, community_id=form.cleaned_data["community"], given=given)
            request.session["casework_channel"] = given.channel
            return redirect("casework:saved", entered.pk)
    return render(request, "casework/new.html", screen, status=422 if form.errors else 200)


@never_cache
@require_POST
@permission_required("casework.enter", raise_exception=True)
def people_part(request: HttpRequest) -> HttpResponse:
    """The residents that may be meant, to choose from while one types. By POST: names do not belong into addresses and logs."""
    words = request.POST.get("who", "")[:60]
    likely = likely_reporters(scope=scope_for(request.user), words=words, on=timezone.localdate())
    return render(request, "casework/parts/people.html", {"likely": likely, "words": words})


@never_cache
@require_POST
@permission_required("casework.enter", raise_exception=True)
def about_part(request: HttpRequest) -> HttpResponse:
    """The category that the words point to, its questions, what to say first, and whether somebody told us the same already."""
    return render(request, "casework/parts/about.html", _screen(request, None))


@never_cache
@require_safe
@permission_required("casework.enter", raise_exception=True)
def saved_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """The number, in whose hands, until when; then the slip or the next one."""
    entered = request_for(reach=reach_for(request.user), request_id=request_id)
    return render(request, "casework/saved.html", {"entered": entered})


@never_cache
@require_safe
@permission_required("casework.view", raise_exception=True)
def slip_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """What the resident takes home: the number, until when we answer, and a code that shows how it goes."""
    entered = request_for(reach=reach_for(request.user), request_id=request_id)
    address = whole(track_path(request_id=entered.pk))
    shown = {
        "entered": entered,
        "address": address,
        "qr": qr_code(text=address),
        "reporters": reporters_of(request=entered),
    }
    return render(request, "casework/slip.html", shown)


def _screen(request: HttpRequest, data: QueryDict | None) -> dict[str, Any]:
    """The form: sent (``data``), or new or being typed, with what is known so far."""
    communities = communities_in(scope=scope_for(request.user))
    if not communities:
        raise NoCommunityYet
    typed = request.POST
    community = _chosen(communities, typed.get("community"))
    today = timezone.localdate()
    categories = categories_of(community_id=community.pk, on=today)
    chosen_category = "" if typed.get("category") == typed.get("guess") else typed.get("category", "")
    category = _category(categories, chosen_category, typed.get("text", ""))
    form = RequestForm(
        data,
        initial=_initial(request, typed, community, category),
        communities=communities,
        categories=categories,
        questions=list(category.questions.all()) if category else [],
    )
    chosen = _number(typed.get("resident"))
    return {
        "form": form,
        "category": category,
        "guess": category.pk if category and not chosen_category else "",
        "chosen": likely_reporter(scope=scope_for(request.user), resident_id=chosen) if chosen else None,
        "alike": _alike(request, community, category, typed.get("where", ""), chosen) if category else [],
    }


def _initial(request: HttpRequest, typed: QueryDict, community: Community, category: Category | None) -> dict[str, Any]:
    known: dict[str, Any] = {
        "key": uuid4(),
        "community": community.pk,
        "channel": request.session.get("casework_channel"),
    }
    known["category"] = category.pk if category else None
    for question in category.questions.all() if category else ():
        name = f"q_{question.code}"
        known[name] = typed.getlist(name) if question.kind == "multivaluelist" else typed.get(name)
    return known


def _alike(
    request: HttpRequest, community: Community, category: Category, where: str, resident_id: int | None
) -> list[Any]:
    place: Place | None = None
    if where.strip():
        place = place_of_words(community_id=community.pk, words=where)
    elif resident_id is not None:
        place = place_of_resident(community_id=community.pk, resident_id=resident_id)
    if place is None or not place.label:
        return []
    now = timezone.now()
    days = policy_of(community_id=community.pk, on=timezone.localdate(now)).duplicate_days
    return alike(
        reach=reach_for(request.user),
        community_id=community.pk,
        category_id=category.pk,
        building_id=place.building_id,
        unit_id=place.unit_id,
        since=now - timedelta(days=days),
    )


def _category(categories: list[Category], chosen: str | None, text: str) -> Category | None:
    wanted = _number(chosen)
    every = [one for main in categories for one in main.children.all()]
    found = next((one for one in every if one.pk == wanted), None)
    return found or (guessed_category(text=text[:4000], categories=categories) if text.strip() else None)


def _chosen(communities: list[Community], wanted: str | None) -> Community:
    return next((one for one in communities if str(one.pk) == wanted), communities[0])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
