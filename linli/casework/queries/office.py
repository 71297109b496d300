"""The communities that somebody looks after as a whole: sheets, sentences and rules are about all of a community."""

from __future__ import annotations

from linli.casework.access import Reach
from linli.core.errors import NotFound
from linli.core.inner import not_inner
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community


def communities_whole(*, reach: Reach) -> list[Community]:
    """Those over the whole of which this person has a post; all of them for superusers. By name. One query at most."""
    rows = Community.objects.order_by("name", "pk")
    if reach.scope.everything:
        return list(rows.filter(not_inner("pk")))
    return list(rows.filter(pk__in=reach.scope.communities)) if reach.scope.communities else []


def communities_entered(*, reach: Reach) -> list[Community]:
    """Those in which this person holds any post. By name. One query at most."""
    rows = Community.objects.order_by("name", "pk")
    if reach.scope.everything:
        return list(rows.filter(not_inner("pk")))
    return list(rows.filter(pk__in=reach.scope.present_in)) if reach.scope.present_in else []


def chosen_community(*, communities: list[Community], community_id: int | None) -> Community:
    """The one that is asked for, or the first. Raises NoCommunityYet, NotFound."""
    if community_id is None:
        if not communities:
            raise NoCommunityYet
        return communities[0]
    found = next((one for one in communities if one.pk == community_id), None)
    if found is None:
        raise NotFound
    return found


def looks_after(*, reach: Reach, community_id: int) -> bool:
    """Whether this person has a post over the whole of a community."""
    return reach.scope.everything or community_id in reach.scope.communities
