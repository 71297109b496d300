"""Under what a sign-in name is kept when its tries are counted."""

from __future__ import annotations

import unicodedata

from linli.core.secrets import keyed_hash


def name_hash(*, name: str) -> str:
    """The same for spellings that look alike (width, case); a name of nothing but spaces has one too."""
    return keyed_hash(unicodedata.normalize("NFKC", name).strip().casefold() or "-", purpose="sign-in name")
