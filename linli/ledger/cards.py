"""What this room has to say on Today."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.ledger.access import VIEW, reach_of_user
from linli.ledger.queries.listing import stopped_books
from linli.registry.queries import Scope


def today(request: HttpRequest, scope: Scope) -> str:
    """The books that take nothing since the check found a fault; nothing while all is well."""
    if not request.user.has_perm(VIEW):
        return ""
    books = stopped_books(reach=reach_of_user(user=request.user, now=timezone.now()))
    return render_to_string("ledger/today_card.html", {"books": books}, request=request) if books else ""
