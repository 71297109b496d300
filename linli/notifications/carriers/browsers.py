"""Browsers that take notifications: what they send is looked at closely, since we shall send to the address in it."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.db import transaction
from django.utils.timezone import get_current_timezone

from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.notifications.errors import SubscriptionNotUnderstood
from linli.registry.actions.subscribing import subscribe_browser, unsubscribe_browser
from linli.registry.queries import posts_now

MOST_LETTERS = 1000


def read_subscription(given: Any) -> tuple[str, str]:
    """The endpoint, and the whole as it is kept. Raises SubscriptionNotUnderstood.

    Push services are on the open internet: no plain HTTP, no number for a host, no name of this network.
    """
    if not isinstance(given, dict) or not isinstance(given.get("keys"), dict):
        raise SubscriptionNotUnderstood
    endpoint, keys = given.get("endpoint"), given["keys"]
    if not isinstance(endpoint, str) or len(endpoint) > MOST_LETTERS or not _on_the_internet(endpoint):
        raise SubscriptionNotUnderstood
    if _length(keys.get("p256dh")) != 65 or _length(keys.get("auth")) != 16:
        raise SubscriptionNotUnderstood
    kept = {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}
    return endpoint, orjson.dumps(kept).decode()


@transaction.atomic
def subscribe_my_posts(*, by: Actor, now: datetime, given: Any) -> int:
    """Notifications to this browser for all posts of a signed-in person. Returns how many posts.

    Raises NotAllowed for whoever has no post, SubscriptionNotUnderstood.
    """
    endpoint, kept = read_subscription(given)
    posts = _my_posts(by, now)
    if not posts:
        raise NotAllowed
    for post_id in posts:
        subscribe_browser(by=by, now=now, holder_kind="post", holder_id=post_id, endpoint=endpoint, subscription=kept)
    return len(posts)


@transaction.atomic
def unsubscribe_my_posts(*, by: Actor, now: datetime, endpoint: str) -> None:
    """No more notifications to this browser for any post of a signed-in person."""
    for post_id in _my_posts(by, now):
        unsubscribe_browser(by=by, now=now, holder_kind="post", holder_id=post_id, endpoint=endpoint)


def _my_posts(by: Actor, now: datetime) -> list[int]:
    return posts_now(user_id=by.user_id or 0, on=now.astimezone(get_current_timezone()).date())


def _on_the_internet(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in {None, 443} or parts.username is not None or "." not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
    return False


def _length(key: Any) -> int:
    try:
        return len(base64.urlsafe_b64decode(f"{key}===")) if isinstance(key, str) and len(key) < 200 else -1
    except (binascii.Error, ValueError):
        return -1
