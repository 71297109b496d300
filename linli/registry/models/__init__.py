"""What there is in a community."""

from linli.registry.models.people import Contact, ContactPoint, Household, Relation, Resident, Sex
from linli.registry.models.places import Building, Community, Dwelling, Grid, Unit
from linli.registry.models.posts import Post

__all__ = [
    "Building",
    "Community",
    "Contact",
    "ContactPoint",
    "Dwelling",
    "Grid",
    "Household",
    "Post",
    "Relation",
    "Resident",
    "Sex",
    "Unit",
]
