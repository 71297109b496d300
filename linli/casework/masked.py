"""Words that people wrote about a request, with the phone and ID numbers in them masked. Numbers of requests stay."""

from __future__ import annotations

import re
from typing import Final

from linli.registry.import_words import masked_text

_OF_A_REQUEST: Final = re.compile(r"((?<!\d)20\d{6}-\d{3,5}(?!\d))")


def masked_words(text: str) -> str:
    """As a page or file shows them that is only opened: nobody gave a reason."""
    parts = _OF_A_REQUEST.split(text or "")
    return "".join(part if number % 2 else masked_text(part) for number, part in enumerate(parts))
