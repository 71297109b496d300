"""What keeps coming back: what was found, what was decided, and the sentences by which it is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.access import ARRANGE, Reach
from linli.casework.actions.detections import add_detection, change_detection, checked_detection, delete_detection
from linli.casework.actions.repeats import put_suggestion_away
from linli.casework.context import reach_for
from linli.casework.forms.repeats import DetectionForm, WhyForm
from linli.casework.models import Category, DetectionRule, Suggestion
from linli.casework.queries import suggestions as ask
from linli.casework.queries.matters import matters_in
from linli.casework.queries.repeats import clusters_found
from linli.casework.queries.settings import categories_of
from linli.casework.repeat_words import (
    cluster_sentence,
    decided_badge,
    detection_sentence,
    suggestion_sentence,
    why_words,
)
from linli.casework.views.choosing import community_chosen
from linli.casework.words import state_badge
from linli.registry.models import Community
from linli.ui.form_parts import refusals_in

PER_PAGE: Final = 12
MOST_TRIED: Final = 12


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def repeats_page(request: HttpRequest) -> HttpResponse:
    """What was found, the biggest first; below it the sentences."""
    return _page(request)


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def decided_page(request: HttpRequest) -> HttpResponse:
    """What was decided, by whom and why."""
    communities, community = community_chosen(request)
    reach = reach_for(request.user)
    found = ask.decided_suggestions(reach=reach, community_id=community.pk)
    names = ask.names_for(reach=reach, told=[one.params for one in found])
    lines = [
        {
            "one": one,
            "sentence": suggestion_sentence(suggestion=one, names=names),
            "badge": decided_badge(suggestion=one),
            "why": why_words(suggestion=one),
        }
        for one in found
    ]
    shown = {"communities": communities, "community": community, "lines": lines}
    return render(request, "casework/repeats/decided.html", shown)


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def matters_page(request: HttpRequest) -> HttpResponse:
    """All matters, the open ones first."""
    communities, community = community_chosen(request)
    rows = matters_in(reach=reach_for(request.user), community_id=community.pk)
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    return render(
        request, "casework/repeats/matters.html", {"communities": communities, "community": community, "page": page}
    )


@never_cache
@require_POST
@permission_required("casework.rates", raise_exception=True)
def put_away(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """It is nothing, or settled otherwise: with a reason."""
    form = WhyForm(request.POST, auto_id=f"id_away{suggestion_id}_%s")
    suggestion = ask.suggestion_for(reach=reach_for(request.user), suggestion_id=suggestion_id)
    if form.is_valid():
        with refusals_in(form):
            put_suggestion_away(
                by=actor_of_request(request), now=timezone.now(), suggestion_id=suggestion_id,
                why=form.cleaned_data["why"],
            )  # fmt: skip
            return redirect(f"{reverse('casework:repeats')}?community={suggestion.community_id}")
    return _page(request, away={suggestion_id: form})


@never_cache
@require_POST
@permission_required("casework.arrange", raise_exception=True)
def new_detection(request: HttpRequest) -> HttpResponse:
    """One sentence more; it can be tried out before it is written down."""
    _communities, community = community_chosen(request)
    form = DetectionForm(request.POST, categories=_categories(community), auto_id="id_new_%s")
    tried: dict[str, Any] | None = None
    if form.is_valid():
        with refusals_in(form):
            if request.POST.get("do") == "try":
                rule = checked_detection(community_id=community.pk, given=form.given())
                tried = _tried(rule, community, reach_for(request.user))
            else:
                rule = add_detection(
                    by=actor_of_request(request), now=timezone.now(), community_id=community.pk, given=form.given()
                )
                return redirect(f"{reverse('casework:repeats')}?community={community.pk}#sentence-{rule.pk}")
    return _page(request, bound={None: form}, tried={None: tried})


@never_cache
@require_POST
@permission_required("casework.arrange", raise_exception=True)
def edit_detection(request: HttpRequest, detection_id: int) -> HttpResponse:
    """Other numbers, in use or not, tried out, or taken out."""
    by, now, reach = actor_of_request(request), timezone.now(), reach_for(request.user)
    kept = ask.detection_for(reach=reach, detection_id=detection_id)
    back = f"{reverse('casework:repeats')}?community={kept.community_id}"
    form = DetectionForm(
        request.POST, categories=_categories(kept.community), kind=kept.kind, auto_id=f"id_s{kept.pk}_%s"
    )
    tried: dict[str, Any] | None = None
    if request.POST.get("do") == "delete":
        form.is_valid()
        with refusals_in(form):
            delete_detection(by=by, now=now, detection_id=detection_id)
            return redirect(f"{back}#sentences")
    elif form.is_valid():
        with refusals_in(form):
            if request.POST.get("do") == "try":
                rule = checked_detection(community_id=kept.community_id, given=form.given())
                tried = _tried(rule, kept.community, reach)
            else:
                change_detection(by=by, now=now, detection_id=detection_id, given=form.given())
                return redirect(f"{back}#sentence-{kept.pk}")
    return _page(request, bound={kept.pk: form}, tried={kept.pk: tried}, community=kept.community)


def _page(
    request: HttpRequest,
    *,
    away: Mapping[int, WhyForm] | None = None,
    bound: Mapping[int | None, DetectionForm] | None = None,
    tried: Mapping[int | None, Any] | None = None,
    community: Community | None = None,
) -> HttpResponse:
    communities, first = community_chosen(request)
    community = community or first
    reach = reach_for(request.user)
    page = Paginator(ask.open_suggestions(reach=reach, community_id=community.pk), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown = {
        "communities": communities,
        "community": community,
        "page": page,
        "lines": _lines(reach, list(page), away or {}),
        "may_arrange": reach.may(ARRANGE),
        **_sentences(community, reach, bound or {}, tried or {}),
    }
    refused = any(form.errors for form in [*(away or {}).values(), *(bound or {}).values()])
    return render(request, "casework/repeats/page.html", shown, status=422 if refused else 200)


def _lines(reach: Reach, found: list[Suggestion], away: Mapping[int, WhyForm]) -> list[dict[str, Any]]:
    names = ask.names_for(reach=reach, told=[one.params for one in found])
    evidence = ask.evidence_of(reach=reach, suggestions=found)
    return [
        {
            "one": one,
            "sentence": suggestion_sentence(suggestion=one, names=names),
            "rule": detection_sentence(rule=one.rule),
            "requests": [(case, state_badge(state=case.state)) for case in evidence[one.pk]],
            "more": len(one.evidence) - len(evidence[one.pk]),
            "away": away.get(one.pk) or WhyForm(auto_id=f"id_away{one.pk}_%s"),
        }
        for one in found
    ]


def _sentences(
    community: Community, reach: Reach, bound: Mapping[int | None, DetectionForm], tried: Mapping[int | None, Any]
) -> dict[str, Any]:
    rules = ask.detections_in(reach=reach, community_id=community.pk)
    if not reach.may(ARRANGE):
        return {"sentences": [{"rule": rule, "words": detection_sentence(rule=rule)} for rule in rules]}
    categories = _categories(community)
    sentences = [
        {
            "rule": rule,
            "words": detection_sentence(rule=rule),
            "form": bound.get(rule.pk) or _form_of(rule, categories),
            "open": rule.pk in bound,
            "tried": tried.get(rule.pk),
        }
        for rule in rules
    ]
    new = bound.get(None) or DetectionForm(
        initial={"kind": "place", "days": 7, "least": 3}, categories=categories, auto_id="id_new_%s"
    )
    return {"sentences": sentences, "new": new, "new_open": None in bound, "new_tried": tried.get(None)}


def _form_of(rule: DetectionRule, categories: list[Category]) -> DetectionForm:
    initial = {"days": rule.days, "least": rule.least, "category": rule.category_id, "is_on": rule.is_on}
    return DetectionForm(initial=initial, categories=categories, kind=rule.kind, auto_id=f"id_s{rule.pk}_%s")


def _tried(rule: DetectionRule, community: Community, reach: Reach) -> dict[str, Any]:
    """What the sentence would find now, biggest first; nothing is kept."""
    zone = ZoneInfo(community.time_zone)
    found = clusters_found(rule=rule, on=timezone.localtime(timezone.now(), zone).date(), zone=zone)
    found.sort(key=lambda cluster: (-cluster.size, cluster.group))
    few = found[:MOST_TRIED]
    names = ask.names_for(reach=reach, told=[cluster.facts for cluster in few])
    lines = [cluster_sentence(kind=rule.kind, size=cluster.size, facts=cluster.facts, names=names) for cluster in few]
    return {"words": detection_sentence(rule=rule), "n": len(found), "lines": lines, "more": len(found) - len(few)}


def _categories(community: Community) -> list[Category]:
    return categories_of(community_id=community.pk, on=timezone.localdate())
