"""Who does something: a signed-in user, a relative behind a link, a device, or Linli itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` is one of user, contact, post, gateway, device, visitor (nobody signed in), system; ``label`` is what a timeline shows.

    ``ref`` is the primary key within the kind ("" for the system); ``user_id`` is set for signed-in users only.
    """

    kind: str
    label: str
    ref: str = ""
    user_id: int | None = None
    address: str = ""

    def __str__(self) -> str:
        return self.label


def system_actor(*, part: str) -> Actor:
    """Linli itself, named by the part that acts, for example ``listener``."""
    return Actor(kind="system", label=part)
