"""The desk's duty on Today: who is on, until when, who is next, what is missing."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.registry.queries import Scope
from linli.scheduling.queries.boards import boards_for
from linli.scheduling.queries.people import open_swaps, own_posts

MOST_BOARDS = 4


def duty_card(request: HttpRequest, scope: Scope) -> str:
    """A card for each community with a rota; nothing where none is kept, or for those who may not see it."""
    if not request.user.has_perm("scheduling.view"):
        return ""
    now = timezone.now()
    boards = boards_for(scope=scope, at=now)
    if not boards:
        return ""
    own = own_posts(user_id=request.user.pk, on=timezone.localdate(now))
    asked = open_swaps(post_ids=own, now=now)[0] if own else []
    context = {"boards": boards[:MOST_BOARDS], "asked": asked, "hands_over": request.user.has_perm("scheduling.edit")}
    return render_to_string("scheduling/today_card.html", context, request=request)
