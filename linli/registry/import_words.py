"""What an import says of rows and columns, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.masking import mask_id_number, mask_phone
from linli.registry import codes
from linli.registry.groups import Group
from linli.registry.importing.listings import LISTED
from linli.registry.models import Known, Relation, Residence, Sex

FIELDS: Final[Mapping[str, Any]] = {
    "name": _("name"),
    "id_number": _("ID number"),
    "sex": _("sex"),
    "born_on": _("born on"),
    "phone": _("phone"),
    "landline": _("landline"),
    "address": _("address (building, stairwell, door)"),
    "building": _("building"),
    "unit": _("stairwell"),
    "door": _("door"),
    "relation": _("relation to the head"),
    "household": _("household number"),
    "groups": _("priority groups"),
    "listed_on": _("on the list since"),
    "listed_basis": _("basis of the listing"),
    "helper": _("helper"),
    "contact_name": _("whom to call: name"),
    "contact_phone": _("whom to call: phone"),
    "ethnicity": _("ethnic group"),
    "politics": _("political status"),
    "education": _("education"),
    "marriage": _("marital status"),
    "residence": _("residence"),
    "registered_address": _("registered address"),
    "work": _("place of work"),
    "moved_in_on": _("moved in on"),
    "moved_out_on": _("moved out on"),
    "died_on": _("died on"),
    "note": _("note"),
}
"""What a column may hold, in the order people look for it."""

COLUMNS: Final[Mapping[str, Any]] = {
    **FIELDS,
    "born_known": _("birth date is known"),
    "other_phones": _("other phones"),
    "workplace": _("place of work"),
    "household_number": _("household number"),
    "contact": _("whom to call"),
    "place": _("door"),
}

DOUBTS: Final[Mapping[str, Any]] = {
    "not_understood": _("%(field)s: “%(typed)s” is not understood."),
    "left_over": _("%(field)s: “%(typed)s” is no whole number. One digit may be missing."),
    "spoiled": _(
        "%(field)s: Excel has spoiled “%(typed)s”. Take the number from the paper; format the column as text first."
    ),
    "became_a_date": _(
        "%(field)s: Excel has made a date of it, “%(typed)s”. Format the column as text and type it again."
    ),
    "no_building": _("%(field)s: no building in “%(typed)s”."),
    "no_door": _("%(field)s: no door in “%(typed)s”."),
    "no_such_day": _("%(field)s: there is no such day, “%(typed)s”."),
    "in_the_future": _("%(field)s: “%(typed)s” lies in the future."),
    "century": _("%(field)s: “%(typed)s” could be a hundred years earlier; the later is taken."),
    "day_or_month": _("%(field)s: which of “%(typed)s” is the month cannot be told."),
    "old_form": _("%(field)s: “%(typed)s” has the 15 digits of the old cards. Type the 18 digits."),
    "birth_date": _("%(field)s: “%(typed)s” holds no birth date that exists."),
    "check_digit": _("%(field)s: the last digit of “%(typed)s” does not fit the others. One digit is mistyped."),
    "unusual": _("%(field)s: no network gives out numbers like “%(typed)s”. It is taken as it is."),
    "several": _("%(field)s: “%(typed)s” is more than one. Write each in a row of their own."),
    "name_missing": _("There is no name."),
    "address_missing": _("There is no address."),
    "taken_from_above": _("No address: that of the row above is taken."),
    "which_stairwell": _("Which stairwell? The building has %(typed)s."),
    "stairwell_taken": _("No stairwell is named: %(typed)s is taken."),
    "word_unknown": _("%(field)s: “%(typed)s” is no known word; it is kept in the note."),
    "restricted": _(
        "A list that only few may see is named here. It is left out: somebody who may see it has to write it."
    ),
    "without_group": _("%(field)s: no priority group is named beside it, so it is left out."),
    "differs_from_id": _("%(field)s: the sheet says “%(typed)s”, the ID number says otherwise; the ID number counts."),
}
REASONS: Final[Mapping[str, Any]] = {
    "repeats": _("The same as row %(typed)s."),
    "differing_rows": _("Rows %(typed)s speak of the same person and contradict each other."),
    "two_doors": _("Rows %(typed)s have the same ID number and different addresses."),
    "same_name": _("Several people of this name live behind this door. Give the birth date or ID number."),
    "id_number_taken": _("%(typed)s has this ID number in the register."),
    "other_name": _("Somebody else has this ID number in the register. Is it the same person?"),
    "several": _("Several people in the register could be meant. Who is it?"),
    "like_person": _("Somebody like this lives elsewhere in the register. Is it the same person?"),
    "has_left": _("In the register this person has moved out or died."),
    "lives_elsewhere": _("In the register this person lives at %(typed)s."),
    "has_moved": _("In the register this person lives at %(typed)s. Have they moved to the address of this file?"),
    "claimed_twice": _("Rows %(typed)s would be the same person of the register."),
    "second_head": _("The household would have more than one head: %(typed)s."),
}
LEFT: Final[Mapping[str, Any]] = {
    "changed": pgettext_lazy("not undone", "changed since by hand"),
    "used": pgettext_lazy("not undone", "in use by something else"),
}
CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "sex": dict(Sex.choices),
    "relation": dict(Relation.choices),
    "residence": dict(Residence.choices),
    "born_known": dict(Known.choices),
    "ethnicity": codes.ETHNICITY.titles,
    "politics": codes.POLITICS.titles,
    "education": codes.EDUCATION.titles,
    "marriage": codes.MARRIAGE.titles,
}


def reason_in_words(*, code: str, typed: str) -> str:
    """Why a row is not simply taken over. Numbers are masked: a page is read by more than one."""
    name, _colon, doubt = code.partition(":")
    sentence = DOUBTS[doubt] if doubt else REASONS[code]
    shown = typed if code in REASONS or doubt in {"which_stairwell", "stairwell_taken"} else value_in_words(name, typed)
    return str(sentence) % {"field": str(FIELDS.get(name, name)), "typed": shown}


def value_in_words(name: str, value: Any) -> str:
    """A value of a row as a page shows it: codes in words, numbers masked."""
    if name == "groups" and value:
        return "、".join(str(Group(group).label) for group in value)
    if value in (None, "", [], {}):
        return _t("nothing")
    if name in LISTED and isinstance(value, Mapping):
        return "、".join(
            f"{Group(group).label} {masked_text(str(said)) or _t('nothing')}" for group, said in value.items()
        )
    text = str(CODES.get(name, {}).get(value, value))
    if name == "id_number":
        return mask_id_number(text)
    if name in {"phone", "landline", "other_phones", "contact", "contact_phone", "listed_basis"}:
        return masked_text(text)
    return text


def masked_text(text: str) -> str:
    """Every number of seven digits or more inside a text is masked."""
    out, run = [], ""
    for letter in f"{text}\n":
        if letter.isdigit() or (run and letter in "Xx" and len(run) == 17):
            run += letter
            continue
        out.append((mask_id_number(run) if len(run) > 14 else mask_phone(run)) if len(run) >= 7 else run)
        out.append(letter)
        run = ""
    return "".join(out)[:-1]
