"""Proactive tasks: the list, planning one with a look at whom it means, its page, and its steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.access import RATES, Reach
from linli.casework.actions.tasks import change_task, drop_task, finish_task, measure_task, plan_task, start_task
from linli.casework.context import reach_for
from linli.casework.forms.repeats import WhyForm
from linli.casework.forms.tasks import PlanForm, TaskForm
from linli.casework.models import Matter, ProactiveTask
from linli.casework.queries import tasks as ask
from linli.casework.queries.aims import MOST_MEANT, Meant, aim_names, meant_by, places_typed, riser_typed, where_told
from linli.casework.queries.hands import posts_that_lead
from linli.casework.queries.matters import matter_for, requests_of_matter
from linli.casework.queries.settings import categories_of
from linli.casework.queries.tasks import may_run_task
from linli.casework.rules.aims import Aim, aim_from
from linli.casework.task_words import (
    aim_words,
    comparison_picture,
    meant_words,
    progress_words,
    target_badge,
    task_badge,
    verdict_badge,
    verdict_words,
)
from linli.casework.views.choosing import community_chosen, number_in
from linli.core.errors import NotFound
from linli.registry.context import groups_for, scope_for
from linli.registry.models import Community
from linli.ui.form_parts import refusals_in

PER_PAGE: Final = 60
MOST_PREVIEWED: Final = 30


@never_cache
@require_safe
@permission_required("casework.work", raise_exception=True)
def tasks_page(request: HttpRequest) -> HttpResponse:
    """What is to be done before anybody complains, by its day; and what was done, with whether it helped."""
    communities, community = community_chosen(request)
    reach, groups = reach_for(request.user), groups_for(request.user)
    told: dict[str, Any] = {"reach": reach, "groups": groups, "community_id": community.pk}
    over = Paginator(ask.tasks_over(**told), 20).get_page(request.GET.get("page"))
    shown = {
        "communities": communities,
        "community": community,
        "under_way": [(one, task_badge(task=one)) for one in ask.tasks_in(**told)[:100]],
        "over": [(one, task_badge(task=one), _kept_verdict(one)) for one in over],
        "page": over,
        "today": timezone.localdate(),
        "may_plan": reach.may(RATES),
    }
    return render(request, "casework/tasks/list.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.rates", raise_exception=True)
def new_task(request: HttpRequest) -> HttpResponse:
    """Plan a task. It is saved only with the number of households or people that was looked at before."""
    matter = _matter(request)
    communities, community = community_chosen(request)
    community = matter.community if matter else community
    form = PlanForm(
        request.POST or None,
        initial=_begins_with(request, matter),
        groups=groups_for(request.user),
        **_offers(community),
    )
    looked: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            aim = _aim(form, community)
            looked = _looked_at(request, community, aim)
            if request.POST.get("do") == "save" and request.POST.get("seen") == looked["seen"]:
                task = plan_task(
                    by=actor_of_request(request), now=timezone.now(), community_id=community.pk, given=form.given(),
                    aim=aim, matter_id=matter.pk if matter else None,
                )  # fmt: skip
                return redirect("casework:task", task.pk)
    shown = {
        "form": form, "matter": matter, "communities": communities, "community": community, **looked,
        "narrowed": any(form[name].value() for name in PlanForm.AIM[2:] if name != "told_days"),
    }  # fmt: skip
    return render(request, "casework/tasks/new.html", shown, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.work", raise_exception=True)
def edit_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Other words, another lead, another day. For whom it is stays."""
    reach, task = reach_and_task(request, task_id)
    may_run_task(reach=reach, task=task).enforce()
    initial = {
        "title": task.title, "what": task.what, "planned_on": task.planned_on, "lead": task.lead_id,
        "category": task.category_id, "measure_days": task.measure_days,
    }  # fmt: skip
    form = TaskForm(request.POST or None, initial=initial, **_offers(task.community))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            change_task(by=actor_of_request(request), now=timezone.now(), task_id=task.pk, given=form.given())
            return redirect("casework:task", task.pk)
    return render(
        request, "casework/tasks/change.html", {"form": form, "task": task}, status=422 if form.errors else 200
    )


@never_cache
@require_safe
@permission_required("casework.work", raise_exception=True)
def task_page(request: HttpRequest, task_id: int) -> HttpResponse:
    """What is to be done, for whom, how far it is, and whether it helped."""
    return _page(request, task_id)


@never_cache
@require_POST
@permission_required("casework.work", raise_exception=True)
def step_task(request: HttpRequest, task_id: int, what: str) -> HttpResponse:
    """Begin it, finish it, drop it, or keep what came of it."""
    by, now = actor_of_request(request), timezone.now()
    if what == "drop":
        form = WhyForm(request.POST, auto_id="id_drop_%s")
        if form.is_valid():
            with refusals_in(form):
                drop_task(by=by, now=now, task_id=task_id, why=form.cleaned_data["why"])
                return redirect("casework:task", task_id)
        return _page(request, task_id, drop_form=form)
    steps = {"start": start_task, "finish": finish_task, "measure": measure_task}
    if what not in steps:
        raise NotFound
    steps[what](by=by, now=now, task_id=task_id)
    return redirect("casework:task", task_id)


def _page(request: HttpRequest, task_id: int, *, drop_form: WhyForm | None = None) -> HttpResponse:
    reach, now = reach_for(request.user), timezone.now()
    task = ask.task_for(reach=reach, task_id=task_id, groups=groups_for(request.user))
    progress = ask.progress_of(reach=reach, task=task)
    targets = ask.targets_of(reach=reach, task=task)
    left = request.GET.get("show") == "left"
    page = Paginator(targets.filter(state="to_do") if left else targets, PER_PAGE).get_page(request.GET.get("page"))
    names = ask.names_of_targets(targets=list(page))
    comparison = ask.comparison_of(task=task, now=now)
    aim = aim_from(data=task.aim)
    shown = {
        "task": task,
        "badge": task_badge(task=task),
        "aim": aim_words(aim=aim, names=aim_names(aim=aim)),
        "meant": meant_words(aim=aim, n=progress.total),
        "progress": progress,
        "progress_words": progress_words(progress=progress),
        "targets": [(one, target_badge(target=one), "、".join(names.get(one.pk, ()))) for one in page],
        "page": page,
        "only_left": left,
        "under_way": task.state in ask.UNDER_WAY,
        "may_run": bool(may_run_task(reach=reach, task=task)),
        "drop_form": drop_form or WhyForm(auto_id="id_drop_%s"),
        "dropping": drop_form is not None,
        "measured_on": task.done_at + timedelta(days=task.measure_days) if task.done_at else None,
        **_measured(comparison),
    }
    return render(request, "casework/tasks/task.html", shown, status=422 if drop_form and drop_form.errors else 200)


def _measured(comparison: ask.Comparison | None) -> dict[str, Any]:
    if comparison is None:
        return {"comparison": None}
    return {
        "comparison": comparison,
        "verdict": verdict_words(comparison=comparison),
        "verdict_badge": verdict_badge(comparison=comparison),
        "picture": comparison_picture(comparison=comparison),
    }


def _kept_verdict(task: ProactiveTask) -> Any:
    """Of a task that is measured, in a word; None of others, so that a list counts nothing."""
    comparison = ask.kept_comparison(task=task)
    return verdict_badge(comparison=comparison) if comparison is not None else None


def _matter(request: HttpRequest) -> Matter | None:
    matter_id = number_in(request.GET.get("matter"))
    return matter_for(reach=reach_for(request.user), matter_id=matter_id) if matter_id is not None else None


def _begins_with(request: HttpRequest, matter: Matter | None) -> dict[str, Any]:
    """Tomorrow; of a matter its name, its category and where its requests came from."""
    begins: dict[str, Any] = {
        "planned_on": timezone.localdate() + timedelta(days=1),
        "measure_days": 30,
        "told_days": 365,
    }
    if matter is None:
        return begins
    places, riser = where_told(requests=requests_of_matter(reach=reach_for(request.user), matter=matter))
    return begins | {"title": matter.title, "category": matter.category_id, "places": places, "riser": riser}


def _offers(community: Community) -> dict[str, Any]:
    on = timezone.localdate()
    return {
        "posts": posts_that_lead(community_id=community.pk, on=on),
        "categories": categories_of(community_id=community.pk, on=on),
    }


def _aim(form: PlanForm, community: Community) -> Aim:
    told = form.cleaned_data
    if told["riser"]:
        unit_id, column = riser_typed(community_id=community.pk, words=told["riser"])
        return form.aim(buildings=[], units=[unit_id], column=column)
    buildings, units = places_typed(community_id=community.pk, words=told["places"])
    return form.aim(buildings=buildings, units=units, column="")


def _looked_at(request: HttpRequest, community: Community, aim: Aim) -> dict[str, Any]:
    """Whom it means now: nothing is kept. ``seen`` says what was looked at."""
    found: list[Meant] = []
    if not aim.says_nothing:
        found = meant_by(
            scope=scope_for(request.user), community_id=community.pk, aim=aim, on=timezone.localdate(),
            groups=groups_for(request.user),
        )  # fmt: skip
    return {
        "looked": not aim.says_nothing,
        "nothing_said": aim.says_nothing,
        "seen": str(len(found)),
        "n": len(found),
        "most": MOST_MEANT,
        "meant": meant_words(aim=aim, n=len(found)),
        "aim": aim_words(aim=aim, names=aim_names(aim=aim)),
        "few": found[:MOST_PREVIEWED],
        "more": max(len(found) - MOST_PREVIEWED, 0),
    }


def reach_and_task(request: HttpRequest, task_id: int) -> tuple[Reach, ProactiveTask]:
    """What a page about one task begins with. Raises TaskNotFound."""
    reach = reach_for(request.user)
    return reach, ask.task_for(reach=reach, task_id=task_id, groups=groups_for(request.user))
