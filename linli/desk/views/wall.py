"""The wall (大屏): what is open, seen from five metres, without names; signed in or by a link of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.accounts.idle import stay_signed_in
from linli.desk.actions import make_wall_link, revoke_wall_link
from linli.desk.build import build_mark
from linli.desk.forms import WallLinkForm
from linli.desk.queries import wall_link_behind, wall_links_of, wall_of, wall_scope, whole_communities
from linli.desk.views.entry import LIVE_URL, is_fragment, needs, number_in, staff_context
from linli.registry.context import scope_for
from linli.registry.models import Community
from linli.registry.queries import Scope, communities_in


@require_safe
@never_cache
@needs("incidents.view")
def wall_page(request: HttpRequest) -> HttpResponse:
    """The wall of the communities one has a post in; ``?community=`` chooses one of several."""
    scope = scope_for(request.user)
    wanted, communities = number_in(request.GET.get("community")), communities_in(scope=scope)
    if wanted is None and len(communities) == 1:
        wanted = communities[0].pk
    community = next((one for one in communities if one.pk == wanted), None)
    stay_signed_in(request=request)
    return _wall(
        request,
        scope.narrowed(community_id=community.pk if community else None),
        community,
        live_url=LIVE_URL,
        communities=communities if len(communities) > 1 else [],
    )


@require_safe
@never_cache
@login_not_required
def wall_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a screen that nobody signs in at; whoever has the address sees no more than who stands before the screen."""
    link = wall_link_behind(token=token)
    live_url = reverse("live-wall", args=[token])
    return _wall(request, wall_scope(link=link), link.community, live_url=live_url, communities=[])


def _wall(
    request: HttpRequest, scope: Scope, community: Community | None, *, live_url: str, communities: list[Community]
) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "wall": wall_of(scope=scope, now=now, community_id=community.pk if community else None),
        "community": community,
        "communities": communities,
        "live_url": live_url,
        "now": timezone.localtime(now),
        "build": build_mark(),
        "idle_seconds": 0,
    }
    return render(request, "desk/parts/wall.html" if is_fragment(request) else "desk/wall.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("desk.walls")
def wall_links_page(request: HttpRequest) -> HttpResponse:
    """The links of my communities; a POST makes a new one, whose address is shown this once."""
    scope = scope_for(request.user)
    form = WallLinkForm(request.POST or None, communities=whole_communities(scope=scope))
    address = ""
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        _link, token = make_wall_link(
            by=actor_of_request(request),
            now=timezone.now(),
            scope=scope,
            community_id=made["community"],
            name=made["name"],
        )
        address = request.build_absolute_uri(reverse("desk:wall-by-link", args=[token]))
        form = WallLinkForm(communities=whole_communities(scope=scope))
    context = {**staff_context(request), "form": form, "links": wall_links_of(scope=scope), "address": address}
    return render(request, "desk/wall_links.html", context, status=422 if form.errors else 200)


@require_POST
@needs("desk.walls")
def revoke_wall(request: HttpRequest, link_id: int) -> HttpResponse:
    """The screen that uses it goes dark within half a minute."""
    revoke_wall_link(by=actor_of_request(request), now=timezone.now(), scope=scope_for(request.user), link_id=link_id)
    return redirect("desk:wall-links")
