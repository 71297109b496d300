"""How sensitive each field of the register is, what it is kept for, and by what right. Data: domain research §3c.

Four grades after GB/T 43697-2024 and GB/T 35273-2020. Legal bases by the Personal Information Protection Law
(PIPL), articles 13, 28 and 29.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text


class Grade(IntEnum):
    """L4 is what the law calls sensitive: identity card, health, disability, money, children, belief, body, whereabouts."""

    PUBLIC = 1
    INTERNAL = 2
    PERSONAL = 3
    SENSITIVE = 4


class Shown(StrEnum):
    """How a value is shown to the person it is about: as it is, behind a mask, only by those who may read health notes, or not at
    all, because it is computed from another value or only ties rows together."""

    PLAIN = "plain"
    PHONE = "phone"
    IDENTITY = "identity"
    HEALTH = "health"
    INNER = "inner"


class Purpose(StrEnum):
    """What fields are kept for. Each has one legal basis (``PURPOSES``)."""

    PLACES = "places"
    WHO = "who"
    REACH = "reach"
    IDENTITY = "identity"
    STATISTICS = "statistics"
    RELATIVES = "relatives"
    LISTS = "lists"
    HEALTH = "health"
    VISITS = "visits"
    CORRECTIONS = "corrections"
    POSTS = "posts"
    IMPORTS = "imports"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Reason:
    """``title`` as a heading, ``why`` and ``basis`` as a resident reads them."""

    title: Text
    why: Text
    basis: Text


_DUTY: Final = _(
    "A duty set by law: Personal Information Protection Law, article 13 (3); Organic Law of Residents' Committees, article 3."
)
PURPOSES: Final[Mapping[Purpose, Reason]] = {
    Purpose.PLACES: Reason(_("Places"), _("To know which doors there are. Says nothing of a person."), _DUTY),
    Purpose.WHO: Reason(_("Who you are and where you live"), _("To serve the people who live here, and nobody else."), _DUTY),
    Purpose.REACH: Reason(
        _("How to reach you"),
        _("To call you about your requests, and in an emergency at home."),
        _("Duty set by law and protection of life: Personal Information Protection Law, article 13 (3) and (4)."),
    ),
    Purpose.IDENTITY: Reason(
        _("Identity card"),
        _("To tell people of the same name apart where an office asks for the number."),
        _("A duty set by law, strictly necessary: Personal Information Protection Law, articles 13 (3) and 28; kept encrypted."),
    ),
    Purpose.STATISTICS: Reason(_("For the forms of the offices"), _("To fill in reports once instead of asking you each time."), _DUTY),
    Purpose.RELATIVES: Reason(
        _("Whom we call for you"),
        _("To tell your family when something happens at home."),
        _("Consent of the relative, or protection of life: Personal Information Protection Law, article 13 (1) and (4)."),
    ),
    Purpose.LISTS: Reason(
        _("Lists you are on"),
        _("To bring help and visits that you have a right to."),
        _("A duty set by law, strictly necessary: Personal Information Protection Law, articles 13 (3) and 28."),
    ),
    Purpose.HEALTH: Reason(
        _("Health and mobility"),
        _("What helpers must know to help you."),
        _("As each note says: your written consent, a duty set by law, or an emergency. Articles 13, 28 and 29."),
    ),
    Purpose.VISITS: Reason(_("Home visits"), _("To remember how you were and what was to be done."), _DUTY),
    Purpose.CORRECTIONS: Reason(
        _("Corrections"),
        _("So that what is kept about you is right."),
        _("Accuracy: Personal Information Protection Law, articles 8 and 46."),
    ),
    Purpose.POSTS: Reason(
        _("Posts"),
        _("So that neighbours know who looks after them."),
        _("Agreed with the person who holds the post: Personal Information Protection Law, article 13 (1)."),
    ),
    Purpose.IMPORTS: Reason(
        _("Registers brought in"), _("To check a register that was brought in, and to take it back if it was wrong."), _DUTY
    ),
    Purpose.REPORTS: Reason(_("Forms filled in"), _("To report only what has changed since the last time."), _DUTY),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Graded:
    """``in_clear``: why a sensitive value lies in the database without encryption; empty for those that are encrypted."""

    grade: Grade
    purpose: Purpose
    shown: Shown = Shown.PLAIN
    in_clear: str = ""


def _fields(
    names: str, grade: Grade, purpose: Purpose, *, shown: Shown = Shown.PLAIN, in_clear: str = ""
) -> dict[str, Graded]:
    return dict.fromkeys(names.split(), Graded(grade, purpose, shown, in_clear))


_COUNTED: Final = "Lists are filtered and counted by the database; restricted ones have a permission of their own."
_FREE_TEXT: Final = "Free text of the paper register, meant for harmless remarks and never searched; health has encrypted notes of its own."
_PUBLIC, _INTERNAL, _PERSONAL, _SENSITIVE = Grade.PUBLIC, Grade.INTERNAL, Grade.PERSONAL, Grade.SENSITIVE
_INNER: Final = Shown.INNER

GRADES: Final[Mapping[str, Mapping[str, Graded]]] = {
    "community": _fields("code name subdistrict district city time_zone desk_phone", _PUBLIC, Purpose.PLACES),
    "grid": _fields("community number name", _PUBLIC, Purpose.PLACES),
    "building": _fields("community grid number floors", _PUBLIC, Purpose.PLACES),
    "unit": _fields("community building number", _PUBLIC, Purpose.PLACES),
    "dwelling": _fields("community unit floor door label", _INTERNAL, Purpose.PLACES),
    "household": {
        **_fields("community", _INTERNAL, Purpose.WHO, shown=_INNER),
        **_fields("dwelling number moved_in_on moved_out_on", _PERSONAL, Purpose.WHO),
    },
    "resident": {
        **_fields("community anonymised_on", _INTERNAL, Purpose.WHO, shown=_INNER),
        **_fields("household", _PERSONAL, Purpose.WHO, shown=_INNER),
        **_fields("name sex born_on relation moved_in_on moved_out_on died_on reference", _PERSONAL, Purpose.WHO),
        **_fields("name_pinyin name_initials born_known is_head", _PERSONAL, Purpose.WHO, shown=_INNER),
        **_fields("note", _SENSITIVE, Purpose.WHO, in_clear=_FREE_TEXT),
        **_fields("phone other_phones", _PERSONAL, Purpose.REACH, shown=Shown.PHONE),
        **_fields("phone_hash phone_tail_hash", _PERSONAL, Purpose.REACH, shown=_INNER),
        **_fields("id_number", _SENSITIVE, Purpose.IDENTITY, shown=Shown.IDENTITY),
        **_fields("id_number_hash", _PERSONAL, Purpose.IDENTITY, shown=_INNER),
        **_fields(
            "ethnicity politics education marriage residence workplace registered_address",
            _PERSONAL,
            Purpose.STATISTICS,
        ),
    },
    "contact": {
        **_fields("community anonymised_on", _INTERNAL, Purpose.RELATIVES, shown=_INNER),
        **_fields("household name_pinyin name_initials language", _PERSONAL, Purpose.RELATIVES, shown=_INNER),
        **_fields("name relation call_order consent ended_on", _PERSONAL, Purpose.RELATIVES),
    },
    "contactpoint": {
        **_fields("community bounces dead_since position", _INTERNAL, Purpose.RELATIVES, shown=_INNER),
        **_fields("contact post address_hash dead_reason", _PERSONAL, Purpose.RELATIVES, shown=_INNER),
        **_fields("kind", _INTERNAL, Purpose.RELATIVES),
        **_fields("address", _PERSONAL, Purpose.RELATIVES, shown=Shown.PHONE),
    },
    "membership": {
        **_fields("community every_days", _INTERNAL, Purpose.LISTS, shown=_INNER),
        **_fields("resident", _PERSONAL, Purpose.LISTS, shown=_INNER),
        **_fields("group basis grade", _SENSITIVE, Purpose.LISTS, in_clear=_COUNTED),
        **_fields("since_on until_on helper_name", _PERSONAL, Purpose.LISTS),
    },
    "healthnote": {
        **_fields("community written_at", _INTERNAL, Purpose.HEALTH, shown=_INNER),
        **_fields("resident", _PERSONAL, Purpose.HEALTH, shown=_INNER),
        **_fields("text", _SENSITIVE, Purpose.HEALTH, shown=Shown.HEALTH),
        **_fields("purpose legal_basis review_on ended_on", _PERSONAL, Purpose.HEALTH, shown=Shown.HEALTH),
    },
    "homevisit": {
        **_fields("community key user written_at", _INTERNAL, Purpose.VISITS, shown=_INNER),
        **_fields("household resident", _PERSONAL, Purpose.VISITS, shown=_INNER),
        **_fields("visited_on found visitor_name", _PERSONAL, Purpose.VISITS),
        **_fields("note to_do", _SENSITIVE, Purpose.VISITS),
    },
    "changerequest": {
        **_fields("community key by answered_by", _INTERNAL, Purpose.CORRECTIONS, shown=_INNER),
        **_fields("household resident", _PERSONAL, Purpose.CORRECTIONS, shown=_INNER),
        **_fields("about happened_on proposed_at state answered_at answer", _PERSONAL, Purpose.CORRECTIONS),
        **_fields("proposed phone before", _PERSONAL, Purpose.CORRECTIONS, shown=Shown.PHONE),
    },
    "post": {
        **_fields("community language", _INTERNAL, Purpose.POSTS, shown=_INNER),
        **_fields("user resident", _PERSONAL, Purpose.POSTS, shown=_INNER),
        **_fields("role grid building unit since_on until_on", _INTERNAL, Purpose.POSTS),
        **_fields("holder_name", _PERSONAL, Purpose.POSTS),
    },
    "importbatch": {
        **_fields(
            "community created_at by_user by_label file_name state policy grid done total counts trouble leased_until "
            "finished_at emptied_at",
            _INTERNAL,
            Purpose.IMPORTS,
            shown=_INNER,
        ),
        **_fields("left", _PERSONAL, Purpose.IMPORTS, shown=_INNER),
    },
    "importsheet": {
        **_fields(
            "batch position name row_count first_row titles fields included", _INTERNAL, Purpose.IMPORTS, shown=_INNER
        ),
        **_fields("rows", _SENSITIVE, Purpose.IMPORTS, shown=_INNER),
    },
    "importrow": {
        **_fields("batch sheet number kind answer", _INTERNAL, Purpose.IMPORTS, shown=_INNER),
        **_fields("told", _SENSITIVE, Purpose.IMPORTS, shown=_INNER),
    },
    "importchange": {
        **_fields("batch model object_id mark", _INTERNAL, Purpose.IMPORTS, shown=_INNER),
        **_fields("before after", _SENSITIVE, Purpose.IMPORTS, shown=_INNER),
    },
    "learnedmapping": _fields("community titles_hash fields", _INTERNAL, Purpose.IMPORTS, shown=_INNER),
    "toldapart": _fields("community identity_hash resident", _PERSONAL, Purpose.IMPORTS, shown=_INNER),
    "formtemplate": _fields(
        "community name kind file sheet mapping made_by made_at put_away_at", _INTERNAL, Purpose.REPORTS, shown=_INNER
    ),
    "formreport": {
        **_fields("template count", _INTERNAL, Purpose.REPORTS, shown=_INNER),
        **_fields("filled_at by_label marks", _PERSONAL, Purpose.REPORTS, shown=_INNER),
    },
}
"""By the name of the model, then of the field; the primary keys, which say nothing, are left out."""


def fields_kept(*, model: str, purpose: Purpose) -> Iterator[tuple[str, Graded]]:
    """The fields of a model that are kept for this purpose and can be shown to the person they are about, in their order."""
    graded = GRADES[model].items()
    return ((name, one) for name, one in graded if one.purpose == purpose and one.shown != Shown.INNER)
