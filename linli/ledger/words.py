"""What is called how on the pages of the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text
from linli.ledger.errors import STORED

_sorts: dict[str, Text] = {
    "reversal": _("taken back"),
    "till-difference": _("till difference"),
}


def sorts_mean(*, words: Mapping[str, Text]) -> None:
    """A room above says in its ``ready()`` what its sorts of journals are called."""
    _sorts.update(words)


def sort_word(*, sort: str) -> Text:
    """What a sort of journal is called; as written, if nobody named it."""
    return _sorts.get(sort, sort)


def refusal_word(*, refusal: Mapping[str, Any]) -> str:
    """A stored refusal as a sentence in the reader's language."""
    return str(STORED[refusal["code"]](**refusal["told"]))
