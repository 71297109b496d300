"""Who the simulated devices are: the demo's own, with the secrets that the demo kept for this."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Refusal


class NoDevices(Refusal):
    """The simulation is asked to play devices whose secrets nobody has: build the demo first."""

    code = "no-devices"
    default_sentence = _("There are no devices to play. Build the demo first: linli demo")


@dataclass(frozen=True, slots=True)
class Detector:
    """How one device signs in."""

    serial: str
    secret: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The devices that may be played, in the order of their serials; `sample` is the one to try things on."""

    community: str
    detectors: Sequence[Detector]
    sample: Detector

    def first(self, count: int) -> Sequence[Detector]:
        """Raises NoDevices when there are fewer."""
        if count > len(self.detectors):
            raise NoDevices(_("The demo has %(number)s devices, not that many.") % {"number": len(self.detectors)})
        return self.detectors[:count]

    def named(self, serial: str) -> Detector:
        """Raises NoDevices for a serial that the demo does not have."""
        for detector in self.detectors:
            if detector.serial == serial:
                return detector
        raise NoDevices(_("The demo has no device %(serial)s.") % {"serial": serial})


def read_cast(path: Path) -> Cast:
    """From the file in which the demo keeps its secrets: `community`, `sample`, `devices` (secret by serial). Raises NoDevices."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        detectors = [Detector(serial, secret) for serial, secret in sorted(kept["devices"].items())]
        community, sample = str(kept["community"]), str(kept.get("sample", ""))
    except (OSError, ValueError, KeyError, AttributeError) as unreadable:
        raise NoDevices from unreadable
    if not detectors:
        raise NoDevices
    chosen = next((d for d in detectors if d.serial == sample), detectors[0])
    return Cast(community=community, detectors=detectors, sample=chosen)
