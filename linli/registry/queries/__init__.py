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
from linli.registry.queries.people import CallCard, HouseholdCard, PersonCard, household_card, people_of
from linli.registry.queries.searching import Hit, SearchAnswer, search
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "CallCard",
    "ContactCard",
    "Hit",
    "HouseholdCard",
    "PersonCard",
    "PlaceRef",
    "PointCard",
    "PostCard",
    "Scope",
    "SearchAnswer",
    "contacts_of",
    "household_card",
    "people_of",
    "points_of",
    "posts_over",
    "scope_of",
    "search",
]
