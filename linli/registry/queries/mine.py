"""What somebody with a login holds."""

from __future__ import annotations

from datetime import date

from linli.registry.models import Post
from linli.registry.scopes import valid_on


def posts_now(*, user_id: int, on: date) -> list[int]:
    """The posts that a user holds on that day, as their ids."""
    return list(Post.objects.filter(valid_on(day=on), user_id=user_id).order_by("pk").values_list("pk", flat=True))
