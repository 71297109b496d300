"""The routing sentences: reading, writing, ordering them, and their trial on the last month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions import routing as act
from linli.casework.context import reach_for
from linli.casework.errors.routing import SentencesChanged
from linli.casework.forms.routing import SentenceForm
from linli.casework.models import RoutingRule
from linli.casework.queries import routing as ask
from linli.casework.queries.hands import posts_that_lead, teams_that_lead
from linli.casework.queries.settings import categories_of
from linli.casework.routing_words import sentence_words
from linli.casework.rules.trials import NOBODY, Target
from linli.casework.views.office import community_looked_after, numbers_in, posted, today_in
from linli.registry.models import Community
from linli.ui.form_parts import refusals_in

ARRANGE = "casework.arrange"


@never_cache
@require_safe
@permission_required(ARRANGE, raise_exception=True)
def routing_page(request: HttpRequest) -> HttpResponse:
    """All sentences in their order, and what holds where none of them does."""
    communities, community = community_looked_after(request)
    rules = ask.rules_of(community_id=community.pk)
    shown = {
        "communities": communities,
        "community": community,
        "rows": _rows(rules),
        "waiting": sum(not rule.is_on for rule in rules),
        "new_url": _address("casework:routing-new", community),
        "fallback": ask.fallback_of(community_id=community.pk, on=today_in(community, timezone.now())),
    }
    return render(request, "casework/routing/list.html", shown)


def _rows(rules: list[RoutingRule]) -> list[dict[str, Any]]:
    last = len(rules) - 1
    return [
        {"rule": rule, "words": sentence_words(rule=rule), "first": at == 0, "last": at == last}
        for at, rule in enumerate(rules)
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def sentence_new(request: HttpRequest) -> HttpResponse:
    """One sentence more."""
    _communities, community = community_looked_after(request)
    now = timezone.now()
    form = _form(request, community, now, initial={})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act.add_sentence(
                by=actor_of_request(request), now=now, community_id=community.pk, given=_given(form.cleaned_data)
            )
            return _saved(request, community)
    return _form_page(request, community, form, rule=None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def sentence_page(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Say a sentence otherwise."""
    rule = ask.rule_for(reach=reach_for(request.user), rule_id=rule_id)
    now = timezone.now()
    form = _form(request, rule.community, now, initial=_initial(rule))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by = actor_of_request(request)
            act.change_sentence(by=by, now=now, rule_id=rule.pk, given=_given(form.cleaned_data))
            return _saved(request, rule.community)
    return _form_page(request, rule.community, form, rule=rule)


@never_cache
@require_POST
@permission_required(ARRANGE, raise_exception=True)
def sentence_do(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Up, down, not in use, away."""
    rule = ask.rule_for(reach=reach_for(request.user), rule_id=rule_id)
    by, now, do = actor_of_request(request), timezone.now(), request.POST.get("do", "")
    if do == "delete":
        act.delete_sentence(by=by, now=now, rule_id=rule.pk)
    elif do == "off":
        act.switch_sentence_off(by=by, now=now, rule_id=rule.pk)
    elif do in {"up", "down"}:
        moved = act.move_sentence(by=by, now=now, rule_id=rule.pk, direction="up" if do == "up" else "down")
        if rule.is_on and not moved.is_on:
            messages.warning(
                request,
                _("It passed another sentence that is in use. Try it on the last month, then switch it on again."),
            )
    return redirect(_address("casework:routing", rule.community) + (f"#rule-{rule.pk}" if do in {"up", "down"} else ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def routing_trial(request: HttpRequest) -> HttpResponse:
    """What these sentences would have done last month. Only from here are they switched on."""
    communities, community = community_looked_after(request)
    now, changed = timezone.now(), ""
    rules = ask.rules_of(community_id=community.pk)
    told = request.POST if request.method == "POST" else request.GET
    chosen = set(numbers_in(told.getlist("use"))) if "tried" in told else {rule.pk for rule in rules}
    if request.method == "POST":
        try:
            act.put_sentences_in_use(
                by=actor_of_request(request), now=now, community_id=community.pk, rule_ids=chosen,
                tried=request.POST.get("tried", ""),
            )  # fmt: skip
        except SentencesChanged as refusal:
            changed = str(refusal.sentence)
        else:
            messages.success(request, _("These sentences are in use from now on."))
            return redirect(_address("casework:routing", community))
    tried = ask.tried_on_last_month(community=community, draft=chosen, now=now)
    shown = {
        "communities": communities,
        "community": community,
        "tried": tried,
        "rows": _tried_rows(rules, chosen, tried),
        "changes": [
            (one, _name(one.before, tried.names), _name(one.after, tried.names)) for one in tried.trial.changes
        ],
        "days": ask.TRIED_DAYS,
        "refused": changed,
        "alters": any(rule.is_on != (rule.pk in chosen) for rule in rules),
    }
    return render(request, "casework/routing/trial.html", shown, status=409 if changed else 200)


def _tried_rows(rules: list[RoutingRule], chosen: set[int], tried: ask.Tried) -> list[dict[str, Any]]:
    words = {rule.pk: sentence_words(rule=rule) for rule in rules}
    numbers = {rule.pk: at for at, rule in enumerate(rules, start=1)}
    return [
        {
            "rule": rule,
            "number": numbers[rule.pk],
            "words": words[rule.pk],
            "chosen": rule.pk in chosen,
            "count": tried.trial.counts.get(rule.pk),
            "swallowed_by": numbers.get(tried.swallowed.get(rule.pk, 0)),
            "passed_over": rule.pk in tried.passed_over,
        }
        for rule in rules
    ]


def _name(target: Target, names: Mapping[Target, str]) -> str:
    return _("nobody: the office") if target == NOBODY else names.get(target, "?")


def _form(request: HttpRequest, community: Community, now: datetime, *, initial: Mapping[str, Any]) -> SentenceForm:
    on = today_in(community, now)
    grids, buildings = ask.places_of(community_id=community.pk)
    return SentenceForm(
        posted(request),
        initial=dict(initial),
        categories=categories_of(community_id=community.pk, on=on),
        grids=grids,
        buildings=buildings,
        teams=teams_that_lead(community_id=community.pk, on=on),
        posts=posts_that_lead(community_id=community.pk, on=on),
    )


def _form_page(
    request: HttpRequest, community: Community, form: SentenceForm, *, rule: RoutingRule | None
) -> HttpResponse:
    shown = {"community": community, "form": form, "rule": rule}
    return render(request, "casework/routing/form.html", shown, status=422 if form.errors else 200)


def _initial(rule: RoutingRule) -> dict[str, Any]:
    rows = {name: getattr(rule, f"{name}_id") for name in ("category", "grid", "building", "team", "post")}
    return rows | {name: getattr(rule, name) for name in ("channel", "days", "begins", "ends")}


def _given(typed: Mapping[str, Any]) -> act.SentenceGiven:
    return act.SentenceGiven(
        category_id=typed["category"], channel=typed["channel"], grid_id=typed["grid"], building_id=typed["building"],
        days=typed["days"], begins=typed["begins"], ends=typed["ends"], team_id=typed["team"], post_id=typed["post"],
    )  # fmt: skip


def _saved(request: HttpRequest, community: Community) -> HttpResponse:
    messages.success(request, _("Saved. It is not in use yet: try it on the last month first."))
    return redirect(_address("casework:routing", community))


def _address(name: str, community: Community) -> str:
    return f"{reverse(name)}?community={community.pk}"
