"""Switching notifications on and off: on a relative's phone behind a link, on a worker's own computer or phone."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.actors import Actor
from linli.notifications.carriers.browsers import read_subscription, subscribe_my_posts, unsubscribe_my_posts
from linli.notifications.errors import SubscriptionNotUnderstood
from linli.notifications.links import message_of
from linli.notifications.queries import message_by_id
from linli.registry.actions.subscribing import subscribe_browser, unsubscribe_browser

DONE = 204


@require_safe
@never_cache
def browsers_page(request: HttpRequest) -> HttpResponse:
    """Alerts on this computer or phone, for somebody with a post."""
    return render(request, "notifications/browsers.html", {"push_url": reverse("notifications:push")})


@require_POST
def push_of_mine(request: HttpRequest) -> HttpResponse:
    """This browser gets what my posts are told, or no longer does."""
    asked, by, now = _asked(request), actor_of_request(request), timezone.now()
    if asked["wanted"]:
        subscribe_my_posts(by=by, now=now, given=asked["subscription"])
    else:
        unsubscribe_my_posts(by=by, now=now, endpoint=_endpoint(asked))
    return HttpResponse(status=DONE)


@login_not_required
@require_POST
@never_cache
def push_behind_link(request: HttpRequest, token: str) -> HttpResponse:
    """This browser gets what the holder of the link is told, or no longer does. Raises LinkExpired, NotFound."""
    asked, now = _asked(request), timezone.now()
    message = message_by_id(message_id=message_of(token))
    kind, pk = message.recipient_kind, message.recipient_id
    by = Actor(kind=kind, label=message.recipient_name, ref=str(pk))
    if asked["wanted"]:
        endpoint, kept = read_subscription(asked["subscription"])
        subscribe_browser(by=by, now=now, holder_kind=kind, holder_id=pk, endpoint=endpoint, subscription=kept)
    else:
        unsubscribe_browser(by=by, now=now, holder_kind=kind, holder_id=pk, endpoint=_endpoint(asked))
    return HttpResponse(status=DONE)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """{"wanted": true or false, "subscription": {...}}. Raises SubscriptionNotUnderstood."""
    try:
        asked = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise SubscriptionNotUnderstood from error
    if not isinstance(asked, dict) or not {"wanted", "subscription"} <= set(asked):
        raise SubscriptionNotUnderstood
    return asked


def _endpoint(asked: dict[str, Any]) -> str:
    subscription = asked["subscription"]
    return str(subscription.get("endpoint", "")) if isinstance(subscription, dict) else ""
