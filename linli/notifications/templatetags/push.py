"""The button that switches notifications on, for the pages that offer it."""

from __future__ import annotations

from typing import Any

from django import template

from linli.notifications.channels.pushing import public_key

register = template.Library()


@register.inclusion_tag("notifications/parts/push.html", takes_context=True)
def push_button(context: dict[str, Any], url: str) -> dict[str, Any]:
    """``{% push_button url %}``: hidden until the browser says that it can."""
    return {"url": url, "key": public_key(), "csrf_token": context.get("csrf_token", "")}
