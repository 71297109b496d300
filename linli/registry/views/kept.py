"""A resident's own page, to be printed when they ask: what is kept about them, why, for how long, and who looked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.actors import actor_of_request
from linli.core.rooms import kept_in_rooms
from linli.registry.actions.kept import open_kept_page, open_kept_page_whole
from linli.registry.errors import ReasonTooShort
from linli.registry.queries.kept import Numbers, Reader, kept_about
from linli.registry.queries.looks import looks_at


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_page(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Masked when opened; with full numbers once a reason is given. Each opening stands in the trail, and on the page itself."""
    by, now = actor_of_request(request), timezone.now()
    reason, refused, numbers = request.POST.get("reason", ""), "", Numbers.MASKED
    try:
        if request.method == "POST":
            access = open_kept_page_whole(by=by, now=now, resident_id=resident_id, reason=reason)
            numbers = Numbers.WHOLE
        else:
            access = open_kept_page(by=by, now=now, resident_id=resident_id)
    except ReasonTooShort as refusal:
        refused = str(refusal.sentence)
        access = open_kept_page(by=by, now=now, resident_id=resident_id)
    page = kept_about(reader=Reader(access.scope, access.permissions, numbers), resident_id=resident_id)
    others = kept_in_rooms(resident_id=page.resident_id, by=by, now=now)
    shown = {
        "page": page,
        "parts": [*page.parts, *others],
        "looks": looks_at(touching=[*page.touching, *(row for part in others for row in part.touching)]),
        "whole": numbers is Numbers.WHOLE,
        "may_reveal": access.permissions >= {"registry.phone", "registry.identity"},
        "reason": reason,
        "refused": refused,
        "on": timezone.localdate(now),
    }
    return render(request, "registry/kept.html", shown, status=422 if refused else 200)
