"""What there is in a community."""

from linli.registry.models.imports import (
    ImportBatch,
    ImportChange,
    ImportRow,
    ImportSheet,
    LearnedMapping,
    ToldApart,
)
from linli.registry.models.people import Contact, ContactPoint, Household, Known, Relation, Residence, Resident, Sex
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
    "ImportBatch",
    "ImportChange",
    "ImportRow",
    "ImportSheet",
    "Known",
    "LearnedMapping",
    "Post",
    "Relation",
    "Residence",
    "Resident",
    "Sex",
    "ToldApart",
    "Unit",
]
