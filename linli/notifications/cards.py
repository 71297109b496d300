"""What the messages' room has to say on Today and on a household's page."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from linli.core.masking import mask_phone
from linli.notifications.carriers.queries import replies_to_read
from linli.notifications.queries import wishes_of_contacts
from linli.registry.queries import HouseholdCard
from linli.registry.scopes import Scope

MOST_REPLIES = 8


def replies_today(request: HttpRequest, scope: Scope) -> str:
    """What people wrote back that no machine can take for an answer, of the last day; nothing when there is none. One query."""
    if not request.user.has_perm("notifications.view"):
        return ""
    communities = None if scope.everything else scope.communities
    since = timezone.now() - timedelta(hours=24)
    replies = replies_to_read(community_ids=communities, since=since, limit=MOST_REPLIES)
    if not replies:
        return ""
    lines = [
        {
            "at": r.at,
            "text": r.text,
            "number": mask_phone(r.number),
            "name": r.message.recipient_name if r.message else "",
        }
        for r in replies
    ]
    return render_to_string("notifications/today_card.html", {"lines": lines}, request=request)


def household_wishes(request: HttpRequest, household: HouseholdCard) -> str:
    """How each relative wishes to be told, for those who keep the register. One query."""
    if not household.relatives or not request.user.has_perm("registry.edit"):
        return ""
    wishes = wishes_of_contacts(contact_ids=[relative.id for relative in household.relatives])
    lines = [{"id": one.id, "name": one.name, "wish": wishes.get(one.id)} for one in household.relatives]
    return render_to_string("notifications/household_card.html", {"lines": lines}, request=request)
