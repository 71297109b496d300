"""What there is in a community."""

from linli.registry.models.care import ChangeRequest, HealthNote, HomeVisit, LegalBasis, Membership
from linli.registry.models.forms import FormReport, FormTemplate
from linli.registry.models.imports import (
    ImportBatch,
    ImportChange,
    ImportRow,
    ImportSheet,
    LearnedMapping,
    ToldApart,
)
from linli.registry.models.people import (
    Consent,
    Contact,
    ContactPoint,
    Household,
    Known,
    Relation,
    Residence,
    Resident,
    Sex,
)
from linli.registry.models.places import Building, Community, Dwelling, Grid, Unit
from linli.registry.models.posts import Post

__all__ = [
    "Building",
    "ChangeRequest",
    "Community",
    "Consent",
    "Contact",
    "ContactPoint",
    "Dwelling",
    "FormReport",
    "FormTemplate",
    "Grid",
    "HealthNote",
    "HomeVisit",
    "Household",
    "ImportBatch",
    "ImportChange",
    "ImportRow",
    "ImportSheet",
    "Known",
    "LearnedMapping",
    "LegalBasis",
    "Membership",
    "Post",
    "Relation",
    "Residence",
    "Resident",
    "Sex",
    "ToldApart",
    "Unit",
]
