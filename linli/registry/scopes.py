"""Over which places somebody's posts reach, as a condition that any query can carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import Q

from linli.core.inner import not_inner
from linli.registry.models import Building, Community, Post

_NOBODY: frozenset[int] = frozenset()
FEW: Final = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """The places a person sees: whole communities, grids (``buildings`` holds theirs already), buildings and units.

    ``present_in`` are the communities in which the person holds any post at all. ``everything`` is for superusers.
    ``only_in`` narrows all of it to one community, where a page looks at one at a time.
    """

    communities: frozenset[int] = _NOBODY
    grids: frozenset[int] = _NOBODY
    buildings: frozenset[int] = _NOBODY
    units: frozenset[int] = _NOBODY
    everything: bool = False
    present_in: frozenset[int] = _NOBODY
    only_in: int | None = None

    def narrowed(self, *, community_id: int | None) -> Scope:
        """The same posts, looking at one community only; None changes nothing. Never wider than it was."""
        return self if community_id is None else replace(self, only_in=community_id)

    @property
    def reaches_nothing(self) -> bool:
        return self == NOTHING

    @property
    def is_wide(self) -> bool:
        """Whether whole communities are reached, and not only some buildings or stairwells."""
        return self.everything or bool(self.communities)

    @property
    def is_of_one_community(self) -> bool:
        """Whether all that is reached lies in one community, or in a few buildings: thousands of people, never a million."""
        return self.only_in is not None or not (self.everything or len(self.communities) > 1)

    def covers(self, prefix: str = "") -> Q:
        """For a model with ``community``, ``building`` and ``unit``, reached over ``prefix`` ("incident__")."""
        return self._condition(
            community=f"{prefix}community_id", building=f"{prefix}building_id", unit=f"{prefix}unit_id"
        )

    def covers_dwellings(self, prefix: str = "") -> Q:
        """For a model with ``community`` and ``unit`` only, such as a dwelling, reached over ``prefix`` ("dwelling__")."""
        return self._condition(
            community=f"{prefix}community_id", building=f"{prefix}unit__building_id", unit=f"{prefix}unit_id"
        )

    def covers_units(self) -> Q:
        """For stairwells themselves."""
        return self._condition(community="community_id", building="building_id", unit="pk")

    def covers_households(self, prefix: str = "") -> Q:
        """For households, reached over ``prefix`` ("household__")."""
        return self._behind_doors(prefix, f"{prefix}dwelling__")

    def covers_people(self, prefix: str = "") -> Q:
        """For residents and contacts, reached over ``prefix`` ("contact__")."""
        return self._behind_doors(prefix, f"{prefix}household__dwelling__")

    def stands_in(self, field: str = "community") -> Q:
        """The communities in which anything is reached. Wider than the scope, and said beside it of each large table that is searched
        or joined: the indexes begin with the community, and from a stairwell alone a database does not see which that is.

        PostgreSQL goes through many communities one by one, index by index, only if they are rows of a table.
        """
        if self.only_in is not None:
            return Q(**{field: self.only_in})
        if self.everything:
            return Q(**{f"{field}__in": Community.objects.filter(not_inner("pk")).values("pk")})
        if len(self.present_in) > 1:
            return Q(**{f"{field}__in": Community.objects.filter(pk__in=self.present_in).values("pk")})
        return Q(**{f"{field}__in": self.present_in}) if self.present_in else Q()

    def covers_communities(self, field: str = "community_id") -> Q:
        """For what belongs to a community as a whole: quarantined signals, users, policies."""
        reach = not_inner(field) if self.everything else _among(field, self.communities)
        return reach if self.only_in is None else reach & Q(**{field: self.only_in})

    def _behind_doors(self, prefix: str, dwelling: str) -> Q:
        """The community is asked of the row itself: its indexes begin with it."""
        return self._condition(
            community=f"{prefix}community_id", building=f"{dwelling}unit__building_id", unit=f"{dwelling}unit_id"
        )

    def _condition(self, *, community: str, building: str, unit: str) -> Q:
        if self.everything:
            return not_inner(community) if self.only_in is None else Q(**{community: self.only_in})
        parts = {community: self.communities, building: self.buildings, unit: self.units}
        condition = _among(community, self.communities)
        for field, ids in parts.items():
            if ids and field != community:
                condition |= _among(field, ids)
        return condition if self.only_in is None else condition & Q(**{community: self.only_in})


def _among(field: str, ids: frozenset[int]) -> Q:
    """Many as one parameter: a district has hundreds of communities, and a page says the condition some twenty times. Few one by one,
    as a SQLite keeps the order of its index only so."""
    return Q(**{f"{field}__among" if len(ids) > FEW else f"{field}__in": ids})


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


def scope_of(*, user_id: int, is_superuser: bool, on: date) -> Scope:
    """What the posts of a user that are valid on this day reach. At most two queries."""
    if is_superuser:
        return EVERYTHING
    posts = list(
        Post.objects.filter(valid_on(day=on), user_id=user_id).values_list(
            "community_id", "grid_id", "building_id", "unit_id"
        )
    )
    grids = _given(post[1] for post in posts)
    of_grids = Building.objects.filter(grid_id__in=grids).values_list("pk", flat=True) if grids else ()
    return Scope(
        communities=frozenset(post[0] for post in posts if not any(post[1:])),
        grids=grids,
        buildings=_given(post[2] for post in posts) | frozenset(of_grids),
        units=_given(post[3] for post in posts),
        present_in=frozenset(post[0] for post in posts),
    )


def valid_on(*, day: date) -> Q:
    """Posts whose dates include this day; both ends count."""
    return Q(since_on__lte=day) & (Q(until_on__isnull=True) | Q(until_on__gte=day))


def _given(ids: Iterable[int | None]) -> frozenset[int]:
    return frozenset(id for id in ids if id is not None)
