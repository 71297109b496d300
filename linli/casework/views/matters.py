"""A matter: made of what was found or of one request, its page, and what is done with it there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions.matters import (
    accept_suggestion,
    attach_found_since,
    attach_request,
    close_matter,
    detach_request,
    open_matter,
)
from linli.casework.context import reach_for
from linli.casework.errors.repeats import MatterWithoutRequests, SuggestionDecided
from linli.casework.forms.repeats import AttachForm, CloseForm, MatterForm
from linli.casework.masked import masked_words
from linli.casework.models import Request, Suggestion
from linli.casework.queries import matters as ask
from linli.casework.queries.requests import request_for
from linli.casework.queries.suggestions import names_for, requests_among, suggestion_for
from linli.casework.queries.tasks import tasks_of_matter
from linli.casework.repeat_words import matter_badge, matter_title, suggestion_sentence
from linli.casework.task_words import task_badge
from linli.casework.views.choosing import number_in
from linli.casework.words import state_badge
from linli.registry.context import groups_for
from linli.ui.form_parts import refusals_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.rates", raise_exception=True)
def new_matter(request: HttpRequest) -> HttpResponse:
    """Make a matter of a suggestion (``?suggestion=``) or of one request (``?request=``)."""
    suggestion, case = _made_of(request)
    reach = reach_for(request.user)
    requests = (
        [case] if case else list(requests_among(reach=reach, ids=suggestion.evidence if suggestion else []).values())
    )
    offered = [one for one in requests if one.matter_id is None]
    names = names_for(reach=reach, told=[suggestion.params] if suggestion else [])
    title = matter_title(suggestion=suggestion, names=names) if suggestion else _title_of(requests[0])
    initial = {"title": title, "requests": _chosen_first(offered, suggestion)}
    lines = [(one, _line(one)) for one in offered]
    form = MatterForm(request.POST or None, initial=initial, offered=lines)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            told: dict[str, Any] = {
                "by": actor_of_request(request),
                "now": timezone.now(),
                "title": form.cleaned_data["title"],
                "why": form.cleaned_data["why"],
                "request_ids": form.cleaned_data["requests"],
            }
            made = accept_suggestion(suggestion_id=suggestion.pk, **told) if suggestion else open_matter(**told)
            return redirect("casework:matter", made.pk)
    shown = {
        "form": form,
        "suggestion": suggestion,
        "case": case,
        "sentence": suggestion_sentence(suggestion=suggestion, names=names) if suggestion else "",
        "elsewhere": len(requests) - len(offered),
    }
    return render(request, "casework/repeats/new_matter.html", shown, status=422 if form.errors else 200)


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def matter_page(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Its requests, its tasks, what came of it."""
    return _page(request, matter_id)


@never_cache
@require_POST
@permission_required("casework.rates", raise_exception=True)
def attach(request: HttpRequest, matter_id: int) -> HttpResponse:
    """One request more by its number; or all that were found since."""
    by, now = actor_of_request(request), timezone.now()
    if request.POST.get("do") == "found":
        attach_found_since(by=by, now=now, matter_id=matter_id)
        return redirect("casework:matter", matter_id)
    form = AttachForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            attach_request(by=by, now=now, matter_id=matter_id, number=form.cleaned_data["number"])
            return redirect("casework:matter", matter_id)
    return _page(request, matter_id, attach_form=form)


@never_cache
@require_POST
@permission_required("casework.rates", raise_exception=True)
def detach(request: HttpRequest, matter_id: int, request_id: int) -> HttpResponse:
    """A request does not belong to it after all."""
    detach_request(by=actor_of_request(request), now=timezone.now(), matter_id=matter_id, request_id=request_id)
    return redirect("casework:matter", matter_id)


@never_cache
@require_POST
@permission_required("casework.rates", raise_exception=True)
def close(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Say what came of it."""
    form = CloseForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            close_matter(
                by=actor_of_request(request), now=timezone.now(), matter_id=matter_id,
                outcome=form.cleaned_data["outcome"],
            )  # fmt: skip
            return redirect("casework:matter", matter_id)
    return _page(request, matter_id, close_form=form)


def _page(
    request: HttpRequest,
    matter_id: int,
    *,
    attach_form: AttachForm | None = None,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    reach = reach_for(request.user)
    matter = ask.matter_for(reach=reach, matter_id=matter_id)
    suggestions = ask.suggestions_of_matter(matter=matter)
    names = names_for(reach=reach, told=[one.params for one in suggestions])
    tasks = tasks_of_matter(reach=reach, groups=groups_for(request.user), matter_id=matter.pk)
    shown = {
        "matter": matter,
        "badge": matter_badge(matter=matter),
        "requests": _with_badges(ask.requests_of_matter(reach=reach, matter=matter)),
        "since": [] if matter.closed_at else _with_badges(ask.found_since(reach=reach, suggestions=suggestions)),
        "sources": [suggestion_sentence(suggestion=one, names=names) for one in suggestions],
        "tasks": [(one, task_badge(task=one)) for one in tasks],
        "attach_form": attach_form or AttachForm(),
        "close_form": close_form or CloseForm(),
        "closing": bool(close_form),
    }
    refused = bool((attach_form and attach_form.errors) or (close_form and close_form.errors))
    return render(request, "casework/repeats/matter.html", shown, status=422 if refused else 200)


def _made_of(request: HttpRequest) -> tuple[Suggestion | None, Request | None]:
    """Raises SuggestionNotFound, SuggestionDecided, RequestNotFound, MatterWithoutRequests."""
    reach = reach_for(request.user)
    suggestion_id, request_id = number_in(request.GET.get("suggestion")), number_in(request.GET.get("request"))
    if suggestion_id is not None:
        suggestion = suggestion_for(reach=reach, suggestion_id=suggestion_id)
        if suggestion.state != Suggestion.State.OPEN:
            raise SuggestionDecided
        return suggestion, None
    if request_id is not None:
        return None, request_for(reach=reach, request_id=request_id)
    raise MatterWithoutRequests


def _chosen_first(offered: Iterable[Request], suggestion: Suggestion | None) -> list[int]:
    """All of them; of what came in last year only what is open still."""
    if suggestion is None or "then" not in suggestion.params:
        return [one.pk for one in offered]
    newest = max((one.received_at.year for one in offered), default=0)
    return [one.pk for one in offered if one.ended_at is None or one.received_at.year == newest]


def _title_of(case: Request) -> str:
    return (_("%(place)s: %(category)s") % {"place": case.place or "—", "category": case.category.title})[:120]


def _line(case: Request) -> str:
    at = timezone.localtime(case.received_at)
    return f"{case.number} · {at:%Y-%m-%d} · {case.place} · {masked_words(case.text)[:60]}"


def _with_badges(requests: list[Request]) -> list[tuple[Request, Any]]:
    return [(one, state_badge(state=one.state)) for one in requests]
