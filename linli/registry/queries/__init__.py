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
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "ContactCard",
    "PlaceRef",
    "PointCard",
    "PostCard",
    "Scope",
    "contacts_of",
    "points_of",
    "posts_over",
    "scope_of",
]
