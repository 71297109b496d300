"""What has happened, told sideways: a journey hears it and acts in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Happening = TypeVar("Happening")
_hearers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def hear(happening: type[Happening], hearer: Callable[[Happening], None]) -> None:
    """Call ``hearer`` for each announced ``happening`` of this type. Registering the same hearer twice changes nothing."""
    if hearer not in _hearers[happening]:
        _hearers[happening].append(hearer)


def announce(happening: object) -> None:
    """Tell every hearer, in order of registration, inside the caller's transaction; an error of a hearer undoes the whole."""
    for hearer in _hearers[type(happening)]:
        hearer(happening)
