"""Words that people wrote about a request, with the phone and ID numbers in them masked. Numbers of requests stay."""

from __future__ import annotations

import re
from typing import Final

from linli.registry.import_words import masked_text

_OF_A_REQUEST: Final = re.compile(r"((?<!\d)20\d{6}-\d{3,5}(?!\d))")


_TYPED_APART: Final = re.compile(
    r"(?<!\d)(?:1[3-9](?:[ \u3000-]?\d){9}|0\d{2,3}[ \u3000-]\d{3,4}[ \u3000-]?\d{4})(?!\d)"
)
"""A phone number with spaces or hyphens in it: 138 0000 1234."""


def masked_words(text: str) -> str:
    """As a page or file shows them that is only opened: nobody gave a reason."""
    together = _TYPED_APART.sub(lambda found: re.sub(r"\D", "", found[0]), text or "")
    parts = _OF_A_REQUEST.split(together)
    return "".join(part if number % 2 else masked_text(part) for number, part in enumerate(parts))
