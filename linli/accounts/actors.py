"""Who acts, as the rooms above and the trail name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli.core.actors import Actor

if TYPE_CHECKING:
    from django.http import HttpRequest

    from linli.accounts.models import User


def actor_of(user: User, *, address: str = "") -> Actor:
    """A signed-in user as an actor; ``address`` is where the request came from."""
    return Actor(kind="user", label=str(user), ref=str(user.pk), user_id=user.pk, address=address[:60])


def actor_of_request(request: HttpRequest) -> Actor:
    """Who sent the request: the signed-in user, or a visitor whom we do not know."""
    address = str(request.META.get("REMOTE_ADDR") or "")[:60]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return actor_of(user, address=address)
    return Actor(kind="visitor", label="visitor", address=address)
