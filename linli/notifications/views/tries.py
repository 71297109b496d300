"""The tries to tell people about a matter, opened on its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.roles import communities_of
from linli.core.errors import NotAllowed
from linli.notifications.carriers.tries import tries_about


@require_safe
@never_cache
def tries_part(request: HttpRequest, about: str) -> HttpResponse:
    """A fragment: each try, over which way, and what became of it. Raises NotAllowed."""
    if not request.user.has_perm("notifications.view"):
        raise NotAllowed
    everywhere = getattr(request.user, "is_superuser", False)
    communities = None if everywhere else communities_of(user_id=request.user.pk or 0)
    return render(
        request, "notifications/parts/tries.html", {"tries": tries_about(community_ids=communities, about=about)}
    )
