"""What the messages' room has to say on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from linli.notifications.queries import wishes_of_contacts
from linli.registry.queries import HouseholdCard


def household_wishes(request: HttpRequest, household: HouseholdCard) -> str:
    """How each relative wishes to be told, for those who keep the register. One query."""
    if not household.relatives or not request.user.has_perm("registry.edit"):
        return ""
    wishes = wishes_of_contacts(contact_ids=[relative.id for relative in household.relatives])
    lines = [{"id": one.id, "name": one.name, "wish": wishes.get(one.id)} for one in household.relatives]
    return render_to_string("notifications/household_card.html", {"lines": lines}, request=request)
