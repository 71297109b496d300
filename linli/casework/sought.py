"""Finding requests by words: what is kept beside a text so that two Chinese characters are found among a million. Pure.

Chinese has no spaces, so that every pair of neighbouring characters is a token (漏水 in 厨房漏水了); Latin words and numbers are
tokens whole. Where every token of a question is there, the text itself is compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+|[a-z0-9]+")


def same_letters(text: str) -> str:
    """Half-width and in small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens_of(text: str) -> list[str]:
    """The tokens of a text, each once, in order."""
    return list(dict.fromkeys(_tokens(same_letters(text))))


def _tokens(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if run[0].isascii():
            yield run
        else:
            yield from (run[n : n + 2] for n in range(len(run) - 1))


def kept_for_search(*texts: str) -> str:
    """What is kept beside a request: its tokens, with spaces around."""
    found = dict.fromkeys(token for text in texts for token in tokens_of(text))
    return " ".join(found)
