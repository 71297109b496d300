"""What this room has to say on Today."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from linli.registry.queries import communities_in
from linli.registry.scopes import Scope


def first_step(request: HttpRequest, scope: Scope) -> str:
    """In a new house: where an administrator begins. Nothing once there is a community."""
    if not scope.everything or communities_in(scope=scope):
        return ""
    return render_to_string("registry/first_step_card.html", request=request)
