"""Which build of the pages is being served: a wall that was opened before a deploy loads itself anew when this changes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_ROOMS: Final = Path(__file__).resolve().parent.parent
_PARTS: Final = (
    "desk/templates/desk/**/wall*.html",
    "desk/static/desk/*",
    "ui/static/ui/*",
    "ui/templates/ui/base.html",
)


@cache
def build_mark() -> str:
    """The same in every process of a deploy: a hash over the files a wall is made of."""
    mark = sha256()
    for pattern in _PARTS:
        for path in sorted(_ROOMS.glob(pattern)):
            mark.update(path.read_bytes())
    return mark.hexdigest()[:16]
