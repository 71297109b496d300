"""The five states anything on a screen can be in. Red means danger to life and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Look:
    icon: str
    word: str | Promise


STATES: dict[str, Look] = {
    "danger": Look(icon="flame", word=_("Danger to life")),
    "soon": Look(icon="warning", word=_("Needs a person soon")),
    "hand": Look(icon="person", word=_("In hand")),
    "done": Look(icon="check", word=_("Done")),
    "unknown": Look(icon="unknown", word=_("Unknown")),
}
