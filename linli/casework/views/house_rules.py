"""Clocks, rules, teams and answers to begin with, as the office keeps them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions import grading, teaming, templating
from linli.casework.context import reach_for
from linli.casework.errors.arranging import ArrangementNotFound
from linli.casework.forms.arranging import (
    GradeForm,
    PolicyForm,
    TeamForm,
    TemplateForm,
    grade_initial,
    policy_initial,
    template_initial,
)
from linli.casework.models import Request, ResponseTemplate, Team
from linli.casework.queries import arranging as ask
from linli.casework.queries.hands import posts_that_lead
from linli.casework.queries.settings import categories_of, policy_of
from linli.casework.queries.templates import all_templates, sample_filled, template_for, variable_words
from linli.casework.views.arranging import ARRANGE, arranging_page_form, in_community
from linli.casework.views.office import community_looked_after, posted, today_in
from linli.registry.models import Community
from linli.ui.form_parts import refusals_in


@never_cache
@require_safe
@permission_required(ARRANGE, raise_exception=True)
def clocks_page(request: HttpRequest) -> HttpResponse:
    """The grades of clock: what is in force, what comes, what was."""
    communities, community = community_looked_after(request)
    grades = ask.grades_of(community_id=community.pk, on=today_in(community, timezone.now()))
    shown = {"communities": communities, "community": community, "grades": grades}
    return render(request, "casework/arranging/clocks.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def clock_page(request: HttpRequest, code: str) -> HttpResponse:
    """Change a clock from a day on."""
    _communities, community = community_looked_after(request)
    now = timezone.now()
    on = today_in(community, now)
    row = next((one for one in ask.grades_of(community_id=community.pk, on=on) if one.code == code), None)
    if row is None:
        raise ArrangementNotFound
    grade = row.now or row.coming[0]
    form = GradeForm(posted(request), initial=grade_initial(grade, on))
    back = in_community("casework:arrange-clocks", community)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by, since = actor_of_request(request), form.cleaned_data["since_on"]
            grading.change_grade(
                by=by, now=now, community_id=community.pk, code=code, since_on=since, given=form.given()
            )
            messages.success(request, _("Saved."))
            return redirect(back)
    title = _("Change the clock “%(grade)s”") % {"grade": grade.title}
    return arranging_page_form(request, community=community, form=form, title=title, back=back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def policy_page(request: HttpRequest) -> HttpResponse:
    """The rules of requests: change them from a day on, and all rows there were."""
    communities, community = community_looked_after(request)
    now = timezone.now()
    on = today_in(community, now)
    form = PolicyForm(
        posted(request),
        initial=policy_initial(policy_of(community_id=community.pk, on=on), on),
        posts=posts_that_lead(community_id=community.pk, on=on),
    )
    back = in_community("casework:arrange", community)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by, since = actor_of_request(request), form.cleaned_data["since_on"]
            grading.change_policy(by=by, now=now, community_id=community.pk, since_on=since, given=form.given())
            messages.success(request, _("Saved."))
            return redirect(in_community("casework:arrange-policy", community))
    more = {"policies": ask.policies_of(community_id=community.pk), "communities": communities, "today": on}
    return arranging_page_form(
        request, community=community, form=form, title=_("Rules of requests"), back=back, more=more
    )


@never_cache
@require_safe
@permission_required(ARRANGE, raise_exception=True)
def teams_page(request: HttpRequest) -> HttpResponse:
    """All teams, with who is in them."""
    communities, community = community_looked_after(request)
    shown = {
        "communities": communities,
        "community": community,
        "teams": ask.teams_with_posts(community_id=community.pk, on=today_in(community, timezone.now())),
        "new_url": in_community("casework:arrange-team-new", community),
    }
    return render(request, "casework/arranging/teams.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def team_new(request: HttpRequest) -> HttpResponse:
    """A new team."""
    _communities, community = community_looked_after(request)
    return _team_form(request, community, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def team_page(request: HttpRequest, team_id: int) -> HttpResponse:
    """A team: its name, who is in it, whether it has ended."""
    team = ask.arranged_team(reach=reach_for(request.user), team_id=team_id)
    by, now, do = actor_of_request(request), timezone.now(), request.POST.get("do")
    if do in {"end", "revive"}:
        (teaming.end_team if do == "end" else teaming.revive_team)(by=by, now=now, team_id=team.pk)
        return redirect(in_community("casework:arrange-teams", team.community))
    return _team_form(request, team.community, team)


def _team_form(request: HttpRequest, community: Community, team: Team | None) -> HttpResponse:
    by, now = actor_of_request(request), timezone.now()
    posts = posts_that_lead(community_id=community.pk, on=today_in(community, now))
    initial = {"name": team.name, "posts": ask.posts_in(team=team)} if team else {}
    form = TeamForm(posted(request), initial=initial, posts=posts)
    back = in_community("casework:arrange-teams", community)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            told: dict[str, Any] = {"name": form.cleaned_data["name"], "post_ids": form.cleaned_data["posts"]}
            if team is None:
                teaming.add_team(by=by, now=now, community_id=community.pk, **told)
            else:
                teaming.change_team(by=by, now=now, team_id=team.pk, **told)
            return redirect(back)
    title = _("The team “%(name)s”") % {"name": team.name} if team else _("A new team")
    more = {"team": team}
    return arranging_page_form(request, community=community, form=form, title=title, back=back, more=more)


@never_cache
@require_safe
@permission_required(ARRANGE, raise_exception=True)
def templates_page(request: HttpRequest) -> HttpResponse:
    """All answers to begin with, as they would read."""
    communities, community = community_looked_after(request)
    words = dict(Request.State.choices)
    rows = [
        (one, words.get(Request.State(one.state), one.state), sample_filled(text=one.text))
        for one in all_templates(community_id=community.pk)
        if one.state in Request.State.values
    ]
    shown = {
        "communities": communities,
        "community": community,
        "rows": rows,
        "new_url": in_community("casework:arrange-template-new", community),
    }
    return render(request, "casework/arranging/templates.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def template_new(request: HttpRequest) -> HttpResponse:
    """One answer to begin with more."""
    _communities, community = community_looked_after(request)
    return _template_form(request, community, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def template_page(request: HttpRequest, template_id: int) -> HttpResponse:
    """Say it otherwise, look at it filled in, or take it away."""
    template = template_for(reach=reach_for(request.user), template_id=template_id)
    if request.POST.get("do") == "delete":
        templating.delete_template(by=actor_of_request(request), now=timezone.now(), template_id=template.pk)
        return redirect(in_community("casework:arrange-templates", template.community))
    return _template_form(request, template.community, template)


def _template_form(request: HttpRequest, community: Community, template: ResponseTemplate | None) -> HttpResponse:
    by, now = actor_of_request(request), timezone.now()
    categories = categories_of(community_id=community.pk, on=today_in(community, now))
    form = TemplateForm(posted(request), initial=template_initial(template) if template else {}, categories=categories)
    back = in_community("casework:arrange-templates", community)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "preview":
        with refusals_in(form):
            if template is None:
                templating.add_template(by=by, now=now, community_id=community.pk, given=form.given())
            else:
                templating.change_template(by=by, now=now, template_id=template.pk, given=form.given())
            return redirect(back)
    text = str(form["text"].value() or "")
    away = _("It is no longer offered. Answers that were given stay as they are. This cannot be undone.")
    more = {"preview": sample_filled(text=text), "variables": variable_words(), "away": away if template else ""}
    title = _("An answer to begin with")
    return arranging_page_form(request, community=community, form=form, title=title, back=back, more=more)
