"""What one can ask the register."""

from linli.registry.queries.calls import (
    ContactCard,
    PlaceRef,
    PointCard,
    PostCard,
    contacts_of,
    points_of,
    posts_over,
)
from linli.registry.queries.communities import communities_in, knows_nobody
from linli.registry.queries.mine import posts_now
from linli.registry.queries.people import CallCard, HouseholdCard, PersonCard, household_card, people_of
from linli.registry.queries.searching import Hit, SearchAnswer, search
from linli.registry.queries.ways import (
    DeadWayRow,
    HolderCard,
    WayCard,
    dead_ways_count,
    dead_ways_for,
    first_post_of,
    holder_behind_link,
    holder_for,
    post_of_user,
)
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "CallCard",
    "ContactCard",
    "DeadWayRow",
    "Hit",
    "HolderCard",
    "HouseholdCard",
    "PersonCard",
    "PlaceRef",
    "PointCard",
    "PostCard",
    "Scope",
    "SearchAnswer",
    "WayCard",
    "communities_in",
    "contacts_of",
    "dead_ways_count",
    "dead_ways_for",
    "first_post_of",
    "holder_behind_link",
    "holder_for",
    "household_card",
    "knows_nobody",
    "people_of",
    "points_of",
    "post_of_user",
    "posts_now",
    "posts_over",
    "scope_of",
    "search",
]
