"""Search, a household's page, and showing what is masked."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.rooms import rooms
from linli.registry.actions import reveal_contact_phone, reveal_id_number, reveal_phone
from linli.registry.context import scope_for
from linli.registry.queries import household_card, search
from linli.registry.queries.past import household_past

SHOWN = 20


@require_safe
@permission_required("registry.view", raise_exception=True)
def search_page(request: HttpRequest) -> HttpResponse:
    """What the search box finds; a single find is opened at once."""
    words = request.GET.get("q", "").strip()
    answer = search(scope=scope_for(request.user), words=words, on=timezone.localdate(), limit=SHOWN)
    if len(answer.hits) == 1:
        return redirect("registry:household", answer.hits[0].household_id)
    return render(request, "registry/search.html", {"words": words, "answer": answer})


@require_safe
@never_cache
@permission_required("registry.open", raise_exception=True)
def household_page(request: HttpRequest, household_id: int) -> HttpResponse:
    """Who lives here, whom to call, who is responsible, and what every room has to say about this door."""
    household = household_card(scope=scope_for(request.user), household_id=household_id, on=timezone.localdate())
    cards = sorted((card for room in rooms() for card in room.household_cards()), key=lambda card: card.order)
    # A card is a template of its room, already escaped there.
    shown = [mark_safe(html) for card in cards if (html := card.render(request, household))]  # noqa: S308
    past = household_past(household=household)
    return render(request, "registry/household.html", {"household": household, "cards": shown, "past": past})


@require_POST
@never_cache
def resident_phone(request: HttpRequest, resident_id: int) -> HttpResponse:
    """A resident's phone in full, once the reason is written down."""
    by, reason = actor_of_request(request), request.POST.get("reason", "")
    number = reveal_phone(by=by, now=timezone.now(), resident_id=resident_id, reason=reason)
    return _revealed(request, number, label=_("Phone"), phone=True)


@require_POST
@never_cache
def resident_id_number(request: HttpRequest, resident_id: int) -> HttpResponse:
    """A resident's ID number in full, once the reason is written down."""
    by, reason = actor_of_request(request), request.POST.get("reason", "")
    number = reveal_id_number(by=by, now=timezone.now(), resident_id=resident_id, reason=reason)
    return _revealed(request, number, label=_("ID number"), phone=False)


@require_POST
@never_cache
def contact_phone(request: HttpRequest, point_id: int) -> HttpResponse:
    """The phone of a relative or of the holder of a post in full, once the reason is written down."""
    by, reason = actor_of_request(request), request.POST.get("reason", "")
    number = reveal_contact_phone(by=by, now=timezone.now(), point_id=point_id, reason=reason)
    return _revealed(request, number, label=_("Phone"), phone=True)


def _revealed(request: HttpRequest, number: str, *, label: str, phone: bool) -> HttpResponse:
    """The number in the place of its mask, or, without scripts, on a page of its own."""
    template = "registry/parts/revealed.html" if request.headers.get("HX-Request") else "registry/revealed.html"
    return render(request, template, {"number": number, "label": label, "phone": phone})
