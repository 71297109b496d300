"""Names and ID numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linli.registry.cells.doubts import Doubt
from linli.registry.cells.text import says_nothing, text_of
from linli.registry.rules import id_number_doubt

_HAN = r"[㐀-鿿々〇\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_NOTE = re.compile(r"\s*[(\[【（]([^)\]】）]*)[)\]】）]?\s*")
_SEVERAL = re.compile(r"[、,，;；/|]|\s(?:和|与)\s")
_DOTS = re.compile(r"(?<=\S)\s*[·•・‧∙･.]\s*(?=\S)")
_BY_EXCEL = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")
_OF_DOUBT = {"form": Doubt.NOT_UNDERSTOOD, "birth_date": Doubt.BIRTH_DATE, "check_digit": Doubt.CHECK_DIGIT}


@dataclass(frozen=True, slots=True)
class IdNumber:
    """``number`` is empty when there is a doubt: then only ``typed`` is shown, and nothing is made of it."""

    number: str = ""
    typed: str = ""
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class Name:
    """``note`` is what stood in brackets: 张三（户主）."""

    name: str = ""
    note: str = ""
    doubt: Doubt = Doubt.NONE


def id_number_in(cell: object) -> IdNumber:
    """An ID number (GB 11643-1999). A number cell holds 15 digits at most: an ID number in one is spoiled, as is …000 and 2.2E+17.

    Spaces, full width and a small x do not matter. The old form of 15 digits is named as such, not lengthened.
    """
    typed = text_of(cell)
    if says_nothing(cell):
        return IdNumber()
    bare = re.sub(r"[\s'’`\-]", "", typed).upper()
    if doubt := _id_doubt(bare, is_number=isinstance(cell, int | float)):
        return IdNumber(typed=typed, doubt=doubt)
    return IdNumber(number=bare, typed=typed)


def _id_doubt(bare: str, *, is_number: bool) -> Doubt:
    whole = re.fullmatch(r"\d{17}[\dX]", bare)
    if _BY_EXCEL.fullmatch(bare) or (whole and (is_number or bare.endswith("000"))):
        return Doubt.SPOILED
    if re.fullmatch(r"\d{15}", bare):
        return Doubt.OLD_FORM
    reason = id_number_doubt(number=bare)
    return _OF_DOUBT[reason] if reason else Doubt.NONE


def name_in(cell: object) -> Name:
    """A name as it is spoken: 张　三 is 张三, 阿依古丽•买买提 has the dot of the standard. Several names in a cell are a doubt."""
    if says_nothing(cell):
        return Name()
    text = text_of(cell)
    notes = [note.strip() for note in _NOTE.findall(text) if note.strip()]
    bare = _NOTE.sub(" ", text).strip()
    name = _DOTS.sub("·", _BETWEEN_HAN.sub("", bare))
    if not name or re.search(r"\d", name):
        return Name(name, "，".join(notes), Doubt.NOT_UNDERSTOOD)
    return Name(name, "，".join(notes), Doubt.SEVERAL if _SEVERAL.search(name) else Doubt.NONE)
