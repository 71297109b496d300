"""Answers to begin with: which words in braces are filled in. Pure; a text with other braces stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

VARIABLES: Final = ("number", "place", "category", "due", "reporter")
_KNOWN: Final = re.compile(r"\{(" + "|".join(VARIABLES) + r")\}")
_BRACES: Final = re.compile(r"\{([^{}\n]*)\}")


def filled(*, text: str, values: Mapping[str, str]) -> str:
    """The text with its known variables filled in. What is filled in is not looked at again; nothing else is touched, nothing fails."""
    return _KNOWN.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_variables(*, text: str) -> list[str]:
    """What stands in braces and is no variable, each once, in order."""
    found = [match[1] for match in _BRACES.finditer(text)]
    return list(dict.fromkeys(name for name in found if name not in VARIABLES))
