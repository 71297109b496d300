"""How wordings name their variables, and what their texts may hold. Pure.

People write {地点} or {place}, with narrow or wide braces; what is kept and filled in has the English names. A text that people
wrote is filled by plain replacement: nothing in it can reach into a value, as Python's own format strings could.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

SMS_UNITS = 70
"""What fits into one SMS with Chinese in it; a longer one is cut into parts of 67 (3GPP TS 23.040, UCS-2)."""
SMS_PART_UNITS = 67
SIGNATURE_UNITS = 8
"""Kept free for the sender's name that carriers put in front, such as 【邻里社区】: they count it too."""

_NAMED = re.compile(r"\{([^{}]*)\}")
_WIDE = str.maketrans({"｛": "{", "｝": "}"})


def kept_form(text: str, *, codes: Mapping[str, str]) -> str:
    """The text as it is kept: narrow braces, English names. ``codes`` maps each name that people may write to its code."""

    def coded(found: re.Match[str]) -> str:
        name = found[1].strip()
        return f"{{{codes.get(name, name)}}}"

    return _NAMED.sub(coded, text.translate(_WIDE).strip())


def shown_form(text: str, *, names: Mapping[str, str]) -> str:
    """The text as people read it: variables by their own names."""
    return _NAMED.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)


def variables_in(text: str) -> list[str]:
    """The variables of a kept text, in order, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def unknown_variables(text: str, *, known: Collection[str]) -> list[str]:
    return [name for name in variables_in(text) if name not in known]


def has_stray_brace(text: str) -> bool:
    """A brace that opens no variable, or closes none."""
    return bool(re.search(r"[{}]", _NAMED.sub("", text)))


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its variables replaced. Raises KeyError for one that has no value."""
    return _NAMED.sub(lambda found: str(values[found[1]]), text)


def sms_units(text: str) -> int:
    """How long the carriers count a text to be: every letter, digit, sign and blank is one, an emoji two; the signature too."""
    return len(text.encode("utf-16-le")) // 2 + SIGNATURE_UNITS


def sms_parts(units: int) -> int:
    """Into how many messages a text of so many units is cut."""
    return 1 if units <= SMS_UNITS else -(-units // SMS_PART_UNITS)
