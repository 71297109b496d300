"""Numbers and addresses that reach nobody."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.registry.actions import believe_point
from linli.registry.context import scope_for
from linli.registry.queries import dead_ways_count, dead_ways_for

MOST_ROWS = 500


@require_safe
@permission_required("registry.view", raise_exception=True)
def dead_page(request: HttpRequest) -> HttpResponse:
    """The dead ways of my places, newest first: whose they are, since when, and what was wrong."""
    scope = scope_for(request.user)
    rows = dead_ways_for(scope=scope, limit=MOST_ROWS)
    count = len(rows) if len(rows) < MOST_ROWS else dead_ways_count(scope=scope)
    return render(request, "notifications/dead.html", {"rows": rows, "count": count})


@require_POST
@permission_required("registry.edit", raise_exception=True)
def dead_revive(request: HttpRequest, point_id: int) -> HttpResponse:
    """Somebody called it, and it rang: it is tried again like any other."""
    point = believe_point(by=actor_of_request(request), now=timezone.now(), point_id=point_id)
    holder = str(point.contact or point.post)
    messages.success(request, _("From now on this way is used again: %(holder)s.") % {"holder": holder})
    return redirect("notifications:dead")
