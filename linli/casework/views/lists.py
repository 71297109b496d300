"""Requests as lists: mine, open, due, in nobody's hands, to be decided, answered, all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions.exporting import record_export_of_requests
from linli.casework.context import reach_for
from linli.casework.forms.listing import ListForm
from linli.casework.models import Request
from linli.casework.queries.listing import buildings_of, rows_for_file
from linli.casework.queries.requests import MINE, MOST_COUNTED, OPEN, TABS, requests_found, tab_counts
from linli.casework.queries.settings import categories_of
from linli.casework.words import due_badge, state_badge
from linli.registry.context import scope_for
from linli.registry.queries import communities_in
from linli.ui.downloads import excel_list

PER_PAGE, MOST_PAGES = 30, 70
MOST_IN_A_FILE = 5000
TITLES = {
    "mine": gettext_lazy("In my hands"), "open": gettext_lazy("Open"), "due": gettext_lazy("Due within a day"),
    "loose": gettext_lazy("In nobody's hands"), "decide": gettext_lazy("To be decided"),
    "answered": pgettext_lazy("tab", "Answered"), "all": gettext_lazy("All"),
}  # fmt: skip


class FewPages(Paginator):  # type: ignore[type-arg]
    """Counts no further than MOST_PAGES: nobody turns more, and counting a million rows takes longer than reading them."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Request] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: PER_PAGE * MOST_PAGES].count()


@never_cache
@require_safe
@permission_required("casework.view", raise_exception=True)
def list_page(request: HttpRequest) -> HttpResponse:
    """What is within reach, by tab, words and filters."""
    reach, now, form = reach_for(request.user), timezone.now(), _form(request)
    tab = request.GET.get("tab") or (MINE if not request.user.has_perm("casework.assign") else OPEN)
    wanted = form.wanted(tab="all" if request.GET.get("q") and not request.GET.get("tab") else tab)
    page = FewPages(requests_found(reach=reach, wanted=wanted, now=now), PER_PAGE).get_page(request.GET.get("page"))
    known = {wanted.tab: page.paginator.count}
    counted = [] if wanted.words.strip() else tab_counts(reach=reach, wanted=wanted, now=now, known=known)
    counts = {one.tab: one for one in counted}  # beside what was found by words they would be about something else
    shown = {
        "form": form,
        "wanted": wanted,
        "tabs": [(one, TITLES[one], counts.get(one)) for one in TABS],
        "title": TITLES[wanted.tab],
        "page": page,
        "rows": [(one, state_badge(state=one.state), due_badge(request=one, now=now)) for one in page],
        "query": _without(request, "tab", "page"),
        "whole": request.GET.urlencode(),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "more_used": any(request.GET.get(name) for name in form.fields if name != "q"),
        "most": MOST_COUNTED,
        "several": "community" in form.fields,
    }
    return render(request, "casework/list.html", shown)


@never_cache
@require_safe
@permission_required("casework.export", raise_exception=True)
def list_file(request: HttpRequest) -> HttpResponse:
    """The list as an Excel file, at most 5,000 rows, without who told us; that it was taken is written down."""
    now, form = timezone.now(), _form(request)
    wanted = form.wanted(tab=request.GET.get("tab") or OPEN)
    head, rows = rows_for_file(
        requests=requests_found(reach=reach_for(request.user), wanted=wanted, now=now)[:MOST_IN_A_FILE]
    )
    record_export_of_requests(by=actor_of_request(request), now=now, rows=len(rows), asked=request.GET.urlencode())
    return excel_list(title=_("Requests"), head=head, rows=rows, on=timezone.localdate(now))


def _form(request: HttpRequest) -> ListForm:
    scope = scope_for(request.user)
    communities = communities_in(scope=scope)
    first = next(
        (one for one in communities if str(one.pk) == request.GET.get("community")),
        communities[0] if communities else None,
    )
    return ListForm(
        request.GET,
        communities=communities,
        buildings=buildings_of(scope=scope, community_id=first.pk) if first else [],
        categories=categories_of(community_id=first.pk, on=timezone.localdate()) if first else [],
    )


def _without(request: HttpRequest, *names: str) -> str:
    query: Any = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return str(query.urlencode())
