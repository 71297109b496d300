"""The three rates: figures, what was left out of them, pictures with their tables, and the cases behind every number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.access import Reach
from linli.casework.actions.rates import record_export_of_rates
from linli.casework.context import reach_for
from linli.casework.forms.rates import PRESETS, RatesForm, preset_days
from linli.casework.models import Category, Rating, Request
from linli.casework.queries.cases import OF_RATINGS, OF_REQUESTS, ratings_behind, requests_behind
from linli.casework.queries.hands import posts_that_lead
from linli.casework.queries.listing import buildings_of
from linli.casework.queries.names import building_names, lead_names
from linli.casework.queries.rates import RatesFilter, categories_named, drawn_figures, figures_by, weights_in_force
from linli.casework.rate_pictures import pictures_of
from linli.casework.rate_tables import (
    TABLES,
    Names,
    RateTable,
    asked_as,
    overall_words,
    satisfaction_words,
    share_words,
    tables_of,
)
from linli.casework.rules.rates import Counts, Rates, rates_from
from linli.casework.words import state_badge
from linli.core.errors import NotFound
from linli.registry.models import Community
from linli.registry.queries import communities_in
from linli.ui.downloads import excel_list

PER_PAGE: Final = 30
MOST_PAGES: Final = 40
WHICH: Final[Mapping[str, Any]] = {
    "received": _("Requests received"), "aside": _("Joined to another or taken back"), "not_answered": _("Not answered yet"),
    "answered": _("Answered"), "taken": _("Taken in hand"), "in_time": _("Answered in time"), "late": _("Answered late"),
    "overdue": _("Overdue now"), "returned": _("Sent back at least once"), "unrated": _("Answered, not rated"),
    "in_vain": _("Not rated: calls reached nobody"), "expired": _("Not rated: the link was not opened in time"),
    "may_still_rate": _("Not rated yet"), "counted": _("Ratings that count"), "contacted": _("Was contacted"),
    "not_contacted": _("Was not contacted"), "solved": _("Was solved"), "not_solved": _("Was not solved"),
    "satisfied": _("Satisfied"), "mostly": _("Mostly satisfied"), "unsatisfied": _("Not satisfied"),
    "objectable": _("Ratings still in objection time"), "disputed": _("Ratings under objection"), "struck": _("Ratings struck"),
}  # fmt: skip
BESIDE: Final = (
    ("counted", "contacted", "not_contacted", "solved", "not_solved", "satisfied", "mostly", "unsatisfied"),
    ("objectable", "disputed", "struck"),
    ("unrated", "in_vain", "expired", "may_still_rate"),
    ("received", "answered", "in_time", "late", "not_answered", "overdue", "taken", "returned", "aside"),
)
"""Between which of them one changes over on the page of cases."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    reach: Reach
    form: RatesForm
    wanted: RatesFilter
    communities: list[Community]
    categories: list[Category]

    @property
    def query(self) -> str:
        return urlencode(asked_as(wanted=self.wanted))


class FirstPages(Paginator):  # type: ignore[type-arg]
    """Counts no further than forty pages, in their order, as the index has them: nobody turns more, and counting a million rows takes
    longer than reading them."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.values("pk")[: PER_PAGE * MOST_PAGES].count())


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def rates_page(request: HttpRequest) -> HttpResponse:
    """The three rates of the requests received this month, or as asked, and all that belongs to them."""
    asked, now = _asked(request), timezone.now()
    figures = drawn_figures(reach=asked.reach, wanted=asked.wanted, now=now)
    in_force = weights_in_force(reach=asked.reach, community_id=asked.wanted.community_id, on=asked.wanted.until_on)
    rates = rates_from(counts=figures.total, weights=in_force.weights, least=in_force.least)
    tables = tables_of(figures=figures, wanted=asked.wanted, in_force=in_force, names=_names(asked, figures))
    shown = {
        "form": asked.form,
        "wanted": asked.wanted,
        "several": asked.wanted.community_id is None,
        "presets": _presets(asked),
        "counts": figures.total,
        "rates": rates,
        "big": _big(figures.total, rates),
        "in_force": in_force,
        "pictures": pictures_of(tables=tables),
        "cases": f"{reverse('casework:rates-cases')}?{asked.query}",
        "query": asked.query,
        "filtered": any(request.GET.get(name) for name in asked.form.fields),
    }
    return render(request, "casework/rates/page.html", shown)


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def rates_table(request: HttpRequest, table: str) -> HttpResponse:
    """One of the tables: as a page, or the piece of one that is fetched when it is opened under its picture."""
    asked = _asked(request)
    found = _table(asked, table)
    shown = {
        "table": found,
        "rows": found.body(address=reverse("casework:rates-cases")),
        "query": asked.query,
        "said": _said(asked),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "casework/rates/table_part.html" if part else "casework/rates/table.html", shown)


@never_cache
@require_safe
@permission_required(["casework.rates", "casework.export"], raise_exception=True)
def rates_file(request: HttpRequest, table: str) -> HttpResponse:
    """One of the page's tables as an Excel file; that it was taken is written down."""
    asked, now = _asked(request), timezone.now()
    found = _table(asked, table)
    head, rows = found.sheet()
    by = actor_of_request(request)
    record_export_of_rates(by=by, now=now, table=table, rows=len(rows), asked=request.GET.urlencode())
    return excel_list(title=f"{_('The three rates')} {found.title}", head=head, rows=rows, on=timezone.localdate(now))


def _table(asked: Asked, table: str) -> RateTable:
    """Raises NotFound."""
    if table not in TABLES:
        raise NotFound
    figures = figures_by(reach=asked.reach, wanted=asked.wanted, now=timezone.now(), table=table)
    in_force = weights_in_force(reach=asked.reach, community_id=asked.wanted.community_id, on=asked.wanted.until_on)
    tables = tables_of(figures=figures, wanted=asked.wanted, in_force=in_force, names=_names(asked, figures))
    found = next((one for one in tables if one.ident == table), None)
    if found is None:
        raise NotFound
    return found


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def rates_cases(request: HttpRequest) -> HttpResponse:
    """The requests or ratings that a number counts."""
    asked, now, which = _asked(request), timezone.now(), request.GET.get("which", "")
    if which not in WHICH:
        raise NotFound
    behind: Any = ratings_behind if which in OF_RATINGS else requests_behind
    found = behind(reach=asked.reach, wanted=asked.wanted, which=which, now=now)
    page = FirstPages(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [_row(one) for one in page],
        "title": WHICH[which],
        "which": which,
        "beside": [(one, WHICH[one]) for group in BESIDE if which in group for one in group],
        "said": _said(asked),
        "query": asked.query,
        "of_ratings": which in OF_RATINGS,
        "several": asked.wanted.community_id is None,
        "most": PER_PAGE * MOST_PAGES,
    }
    return render(request, "casework/rates/cases.html", shown)


def _row(one: Request | Rating) -> dict[str, Any]:
    rating, request = (one, one.request) if isinstance(one, Rating) else (None, one)
    return {"request": request, "rating": rating, "state": state_badge(state=request.state)}


def _asked(request: HttpRequest) -> Asked:
    reach, today = reach_for(request.user), timezone.localdate()
    communities = communities_in(scope=reach.scope)
    chosen = next((one for one in communities if str(one.pk) == request.GET.get("community")), None)
    one = chosen or (communities[0] if len(communities) == 1 else None)
    categories = categories_named(reach=reach, community_id=one.pk if one else None)
    form = RatesForm(
        _filled(request, today),
        communities=communities,
        categories=categories,
        buildings=buildings_of(scope=reach.scope, community_id=one.pk) if one else [],
        leads=posts_that_lead(community_id=one.pk, on=today) if one else [],
        today=today,
    )
    hour = request.GET.get("hour", "")
    wanted = form.wanted(hour=int(hour) if hour in {str(n) for n in range(24)} else None)
    return Asked(reach, form, wanted, communities, categories)


def _filled(request: HttpRequest, today: date) -> Any:
    """What was asked; the days of this month stand in the form where none were given."""
    data = request.GET.copy()
    if not data.get("since") and not data.get("until"):
        since, until = preset_days(preset="month", today=today)
        data["since"], data["until"] = since.isoformat(), until.isoformat()
    return data


def _presets(asked: Asked) -> list[tuple[Any, str, bool]]:
    """What it is called, its address, and whether it is shown."""
    made = []
    for name, title in PRESETS.items():
        since, until = preset_days(preset=name, today=asked.form.today)
        told = asked_as(wanted=asked.wanted) | {"since": f"{since}", "until": f"{until}"}
        made.append((title, f"?{urlencode(told)}", (asked.wanted.since_on, asked.wanted.until_on) == (since, until)))
    return made


def _names(asked: Asked, figures: Any) -> Names:
    return Names(
        categories={one.code: one.title for one in asked.categories},
        communities={str(one.pk): one.name for one in asked.communities},
        buildings=building_names(ids=figures.buildings) if figures.buildings else {},
        leads=lead_names(ids=figures.leads) if figures.leads else {},
    )


def _big(counts: Counts, rates: Rates) -> list[dict[str, Any]]:
    """The figures in large: what it is called, how it is said, which cases made it and which did not."""
    speaks = rates.speaks
    return [
        {"title": _("Response rate"), "says": share_words(share=rates.response, speaks=speaks), "part": counts.contacted,
         "was": "contacted", "was_not": "not_contacted", "missing": counts.not_contacted},
        {"title": _("Resolution rate"), "says": share_words(share=rates.resolution, speaks=speaks), "part": counts.solved,
         "was": "solved", "was_not": "not_solved", "missing": counts.not_solved},
        {"title": _("Satisfaction rate"), "says": satisfaction_words(counts=counts, rates=rates), "part": counts.satisfied,
         "was": "satisfied", "was_not": "unsatisfied", "missing": counts.unsatisfied, "mostly": counts.mostly},
        {"title": _("Overall"), "says": overall_words(rates=rates), "was": ""},
    ]  # fmt: skip


def _said(asked: Asked) -> str:
    """The filter in words, as it stands over the cases."""
    wanted, form = asked.wanted, asked.form
    said = [f"{wanted.since_on:%Y-%m-%d} – {wanted.until_on:%Y-%m-%d}"]
    for name in ("community", "category", "channel", "building", "lead"):
        if name in form.fields and form.cleaned_data.get(name) not in {None, ""}:
            chosen = str(form.cleaned_data[name])
            labels = dict(_flat(form.fields[name].choices))  # type: ignore[attr-defined]
            said.append(labels.get(chosen, chosen))
    if wanted.hour is not None:
        said.append(f"{wanted.hour}:00–{wanted.hour}:59")
    return " · ".join(said)


def _flat(choices: Any) -> list[tuple[str, str]]:
    found = []
    for value, label in choices:
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        found += [(str(one), str(name)) for one, name in inner]
    return found


assert set(WHICH) == {*OF_REQUESTS, *OF_RATINGS}
