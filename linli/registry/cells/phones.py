"""The telephone numbers of a cell: often several, with words between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linli.registry.cells.doubts import Doubt
from linli.registry.cells.text import says_nothing, text_of
from linli.registry.errors import PhoneNotUnderstood
from linli.registry.keeping import clean_phone, phone_is_doubtful

_NUMBER = re.compile(
    r"""(?<!\d)(?:
        (?:\+?86[\s-]?)?1[3-9](?:[\s-]?\d){9}             # mobile
        | \(?0\d{2,3}\)?[\s-]?\d{7,8}                        # with area code
        | [48]00[\s-]?\d{3}[\s-]?\d{4}
        | [2-8]\d{6,7}                                       # in the own town
    )(?:\s?(?:转|-)\s?\d{1,5})?(?!\d)""",
    re.VERBOSE,
)
_EXTENSION = re.compile(r"\s?(?:转|-)\s?(\d{1,5})$")
_BETWEEN = " ,，;；、/|\\:：()（）[]【】"


@dataclass(frozen=True, slots=True)
class Phone:
    """``note`` is what stood beside the number: whose it is, an extension. With a doubt ``number`` may be empty."""

    number: str = ""
    note: str = ""
    doubt: Doubt = Doubt.NONE


def phones_in(cell: object) -> tuple[Phone, ...]:
    """Every number of the cell, in order, as it is dialled; words behind a number are its note, words before the first are the first's.

    Digits that are no number come as a Phone of their own, without number, with what was typed as note.
    """
    if says_nothing(cell):
        return ()
    text = text_of(cell)
    if re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", text):
        return (Phone(note=text, doubt=Doubt.SPOILED),)
    found = list(_NUMBER.finditer(text))
    if not found:
        return (Phone(note=text, doubt=Doubt.NOT_UNDERSTOOD),)
    edges = [match.start() for match in found[1:]] + [len(text)]
    phones = []
    for index, (match, edge) in enumerate(zip(found, edges, strict=True)):
        before = text[: match.start()] if index == 0 else ""
        phones += _phone(match[0], before=before, behind=text[match.end() : edge])
    return tuple(phones)


def _phone(typed: str, *, before: str, behind: str) -> list[Phone]:
    extension = _EXTENSION.search(typed) if "转" in typed or re.search(r"\d{7,8}\s?-\s?\d{1,5}$", typed) else None
    bare = typed[: extension.start()] if extension else typed
    words = [word for word in (before.strip(_BETWEEN), behind.strip(_BETWEEN)) if word]
    strange = [word for word in words if re.search(r"\d", word)]
    notes = [word for word in words if word not in strange] + ([f"转{extension[1]}"] if extension else [])
    rest = [Phone(note=word, doubt=Doubt.LEFT_OVER) for word in strange]
    try:
        number = clean_phone(bare)
    except PhoneNotUnderstood:
        return [Phone(note=typed, doubt=Doubt.NOT_UNDERSTOOD), *rest]
    doubt = Doubt.UNUSUAL if phone_is_doubtful(number) else Doubt.NONE
    return [Phone(number=number, note="，".join(notes), doubt=doubt), *rest]
