"""What a journey does when it hears of something."""

from __future__ import annotations

from typing import Final

from linli.core.actors import system_actor

JOURNEYS: Final = system_actor(part="journeys")
