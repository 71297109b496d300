"""What the public is told of a state: open or closed, and a neutral sentence. Never anything that a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text

OPEN: Final = "open"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Told:
    """A state as Open311 says it."""

    status: str
    note: Text


STATES: Final[Mapping[str, Told]] = {
    "received": Told(OPEN, _("It is written down and will be handed on.")),
    "assigned": Told(OPEN, _("It has been handed on.")),
    "in_hand": Told(OPEN, _("It is being dealt with.")),
    "waiting": Told(OPEN, _("More information is being gathered.")),
    "outside": Told(OPEN, _("It is with the organisation that is responsible for it.")),
    "returned": Told(OPEN, _("It is being handed on anew.")),
    "resolved": Told(CLOSED, _("It has been dealt with.")),
    "reopen_asked": Told(OPEN, _("It is being checked whether it is really solved.")),
    "reopened": Told(OPEN, _("It is being dealt with again.")),
    "split": Told(OPEN, _("It is being dealt with in several parts.")),
    "merged": Told(CLOSED, _("It goes on together with another request about the same matter.")),
    "closed": Told(CLOSED, _("It has been dealt with.")),
}
"""What is taken back is not told at all."""


def states_that_are(status: str) -> frozenset[str]:
    """Our states behind open or closed."""
    return frozenset(state for state, told in STATES.items() if told.status == status)
