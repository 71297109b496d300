"""A worker's first page, and their own messages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.rooms import rooms
from linli.desk.queries import desk_screen, inbox_page_of
from linli.desk.views.entry import is_fragment, number_in, staff_context
from linli.notifications.actions import mark_inbox_read
from linli.notifications.queries import inbox_for
from linli.registry.context import scope_for

PER_PAGE = 30
MOST_ON_TODAY = 5


@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    """What is open in my places, and a card from every room that has something to say."""
    scope = scope_for(request.user)
    now = timezone.localtime()
    context = {**staff_context(request), "now": now, "sees_incidents": request.user.has_perm("incidents.view")}
    if context["sees_incidents"]:
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        context["screen"] = desk_screen(scope=scope, now=now, day_start=start, most=MOST_ON_TODAY)
    if is_fragment(request):
        return render(request, "desk/parts/today.html", context)
    cards = sorted((card for room in rooms() for card in room.today_cards()), key=lambda card: card.order)
    # A card is a template of its room, already escaped there.
    context["cards"] = [mark_safe(html) for card in cards if (html := card.render(request, scope))]  # noqa: S308
    return render(request, "desk/today.html", context)


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The messages to my posts, newest first."""
    messages = inbox_for(user_id=request.user.pk or 0, on=timezone.localdate())
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    lines = inbox_page_of(messages=list(page))
    context = {**staff_context(request), "page": page, "lines": lines, "unread": messages.filter(read_at=None).count()}
    return render(request, "desk/parts/inbox.html" if is_fragment(request) else "desk/inbox.html", context)


@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Marks one message to my posts as read, or all of them."""
    chosen = number_in(request.POST.get("message"))
    ids = None if request.POST.get("all") else [chosen] if chosen is not None else []
    mark_inbox_read(by=actor_of_request(request), now=timezone.now(), message_ids=ids)
    return redirect("desk:inbox")
