"""What lists of requests are filtered by, and their rows as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.casework.masked import masked_words
from linli.casework.models import Request
from linli.registry.models import Building
from linli.registry.queries import Scope


def buildings_of(*, scope: Scope, community_id: int) -> list[Building]:
    """The buildings of a community that somebody reaches, in the order of their numbers. One query."""
    reached = scope.narrowed(community_id=community_id).covers_communities() | _own(scope)
    rows = Building.objects.filter(reached, community_id=community_id).distinct()
    return sorted(rows, key=lambda one: (len(one.number), one.number))


def _own(scope: Scope) -> Q:
    return Q(pk__in=scope.buildings) | Q(unit__in=scope.units)


def rows_for_file(*, requests: Iterable[Request]) -> tuple[list[str], list[list[Any]]]:
    """Heading and rows: no name, no phone, and of a place no more than the list shows."""
    head = [
        _("Number"), _("Number at the hotline"), _("Community"), _("Received"), _("Channel"), _("Category"), _("Where"),
        _("What it is about"),
        _("State"), _("In the hands of"), _("Due"), _("First contact"), _("Answered at"), _("Our answer"), _("Ended"),
    ]  # fmt: skip
    rows = [
        [
            one.number, one.outside_number, one.community.name, one.received_at, one.get_channel_display(), one.category.title,
            one.place, masked_words(one.text), one.get_state_display(), str(one.lead or one.team or ""), one.due_at,
            one.contacted_at, one.resolved_at, masked_words(one.answer),
            one.ended_at,
        ]
        for one in requests
    ]  # fmt: skip
    return head, rows
