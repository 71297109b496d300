"""Categories with their questions, as the office keeps them."""

from __future__ import annotations

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
from linli.casework.actions import arranging as act
from linli.casework.context import reach_for
from linli.casework.forms.arranging import (
    CategoryForm,
    MainCategoryForm,
    QuestionForm,
    category_initial,
    question_initial,
)
from linli.casework.models import Category
from linli.casework.queries import arranging as ask
from linli.casework.queries.hands import teams_that_lead
from linli.casework.views.office import community_looked_after, number_in, posted, today_in
from linli.registry.models import Community
from linli.ui.form_parts import refusals_in

ARRANGE = "casework.arrange"


def arranging_page_form(
    request: HttpRequest, *, community: Community, form: Any, title: str, back: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    """A form with its title, and where one comes back to."""
    shown = {"community": community, "form": form, "page_name": title, "back": back, **(more or {})}
    return render(request, "casework/arranging/form.html", shown, status=422 if form.errors else 200)


def in_community(name: str, community: Community, *args: Any) -> str:
    """The address of a page, about this community."""
    return f"{reverse(name, args=args)}?community={community.pk}"


def grade_choices(community: Community) -> list[tuple[str, str]]:
    """The clocks a category can have, as they are today."""
    on = today_in(community, timezone.now())
    rows = ask.grades_of(community_id=community.pk, on=on)
    return [(row.code, (row.now or row.coming[0]).title) for row in rows]


@never_cache
@require_safe
@permission_required(ARRANGE, raise_exception=True)
def arrange_page(request: HttpRequest) -> HttpResponse:
    """All categories; ways to clocks, rules, teams, answers to begin with and sentences."""
    communities, community = community_looked_after(request)
    shown = {
        "communities": communities,
        "community": community,
        "mains": ask.category_tree(community_id=community.pk),
        "new_url": in_community("casework:arrange-category-new", community),
    }
    return render(request, "casework/arranging/categories.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def category_new(request: HttpRequest) -> HttpResponse:
    """A main category, or one below a main one."""
    _communities, community = community_looked_after(request)
    parent_id = number_in(request.GET.get("parent"))
    parent = ask.arranged_category(reach=reach_for(request.user), category_id=parent_id) if parent_id else None
    community = parent.community if parent else community
    form = _category_form(request, community, is_main=parent is None, initial={"grade": parent.grade if parent else ""})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            category = act.add_category(
                by=actor_of_request(request), now=timezone.now(), community_id=community.pk, parent_id=parent_id,
                given=form.given(),
            )  # fmt: skip
            return redirect("casework:arrange-category", category.pk)
    title = _("A category below “%(main)s”") % {"main": parent.title} if parent else _("A new main category")
    return arranging_page_form(
        request, community=community, form=form, title=title, back=in_community("casework:arrange", community)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def category_page(request: HttpRequest, category_id: int) -> HttpResponse:
    """One category, and its questions."""
    category = ask.arranged_category(reach=reach_for(request.user), category_id=category_id)
    is_main = category.parent_id is None
    form = _category_form(request, category.community, is_main=is_main, initial=category_initial(category))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by, now = actor_of_request(request), timezone.now()
            act.change_category(by=by, now=now, category_id=category.pk, given=form.given())
            messages.success(request, _("Saved."))
            return redirect("casework:arrange-category", category.pk)
    shown = {
        "category": category,
        "questions": [] if is_main else ask.questions_of(category=category),
        "form": form,
        "back": in_community("casework:arrange", category.community),
    }
    return render(request, "casework/arranging/category.html", shown, status=422 if form.errors else 200)


@never_cache
@require_POST
@permission_required(ARRANGE, raise_exception=True)
def category_do(request: HttpRequest, category_id: int) -> HttpResponse:
    """End it, or use it again."""
    category = ask.arranged_category(reach=reach_for(request.user), category_id=category_id)
    deed = act.revive_category if request.POST.get("do") == "revive" else act.end_category
    deed(by=actor_of_request(request), now=timezone.now(), category_id=category.pk)
    return redirect("casework:arrange-category", category.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def question_new(request: HttpRequest, category_id: int) -> HttpResponse:
    """One question more."""
    category = ask.arranged_category(reach=reach_for(request.user), category_id=category_id)
    form = QuestionForm(posted(request), initial={"position": len(ask.questions_of(category=category)) + 1})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            by, now = actor_of_request(request), timezone.now()
            act.add_question(by=by, now=now, category_id=category.pk, given=form.given())
            return redirect("casework:arrange-category", category.pk)
    return _question_form_page(request, category, form, _("A question about “%(category)s”"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ARRANGE, raise_exception=True)
def question_page(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question: change it, or no longer ask it."""
    question = ask.arranged_question(reach=reach_for(request.user), question_id=question_id)
    by, now = actor_of_request(request), timezone.now()
    if request.POST.get("do") == "delete":
        act.delete_question(by=by, now=now, question_id=question.pk)
        return redirect("casework:arrange-category", question.category_id)
    form = QuestionForm(posted(request), initial=question_initial(question))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            act.change_question(by=by, now=now, question_id=question.pk, given=form.given())
            return redirect("casework:arrange-category", question.category_id)
    away = _("It is no longer asked. Answers that were given stay with their requests. This cannot be undone.")
    return _question_form_page(request, question.category, form, _("A question about “%(category)s”"), away=away)


def _question_form_page(
    request: HttpRequest, category: Category, form: QuestionForm, title: str, *, away: str = ""
) -> HttpResponse:
    back = reverse("casework:arrange-category", args=[category.pk])
    named = title % {"category": category.title}
    return arranging_page_form(
        request, community=category.community, form=form, title=named, back=back, more={"away": away}
    )


def _category_form(
    request: HttpRequest, community: Community, *, is_main: bool, initial: dict[str, Any]
) -> MainCategoryForm:
    grades = grade_choices(community)
    if is_main:
        return MainCategoryForm(posted(request), initial=initial, grades=grades)
    teams = teams_that_lead(community_id=community.pk, on=today_in(community, timezone.now()))
    return CategoryForm(posted(request), initial=initial, grades=grades, teams=teams)
