"""Hours and days of detectors reporting, or not: the intake's stamp, heartbeats and the room's ticks, without waiting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import orjson

from linli.safety.actions import renew_intake_stamp, take_signals
from linli.safety.decoding import Raw
from linli.safety.models import DeviceTrouble, IntakeStamp
from linli.safety.tick import look_after, see_to_alarms, sweep
from tests.harness.town import Town


class Watch:
    """The town's clock with the intake running. ``reporting`` are the detectors that send a heartbeat every five minutes."""

    def __init__(self, town: Town, *, reporting: Collection[str] = ("501", "502", "stairwell")) -> None:
        self.town = town
        self.reporting = set(reporting)
        self.listening = True
        self._has_listened = False
        self._number = 0
        self.step()

    @property
    def now(self) -> datetime:
        return self.town.now

    def passes(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Time passes in steps of a minute; ticks run with each, heartbeats come with every fifth."""
        end = self.town.now + timedelta(minutes=minutes, hours=hours, days=days)
        while self.town.now < end:
            self.town.now = min(end, self.town.now + timedelta(minutes=1))
            self.step()

    def step(self) -> None:
        """What happens in one minute."""
        if self.listening:
            if self._has_listened:  # all the minute long
                IntakeStamp.objects.update(alive_at=self.town.now - timedelta(seconds=5))
            if self.town.now.minute % 5 == 0:
                self.beats(*sorted(self.reporting))
            renew_intake_stamp(now=self.town.now, heard_until=self.town.now)
        self._has_listened = self.listening
        self.ticks()

    def ticks(self) -> None:
        """The worker's."""
        sweep(self.town.now)
        see_to_alarms(self.town.now)
        if self.town.now.minute % 5 == 0:
            look_after(self.town.now)
        self.town.deliver()

    def skips(self, **ahead: float) -> None:
        """Nobody was there: the house was without power, or somebody put the clock forward."""
        self.town.now += timedelta(**ahead)
        self._has_listened = False

    def beats(self, *names: str, **fields: Any) -> None:
        """A heartbeat of each."""
        for name in names:
            self.says(name, "heartbeat", **fields)

    def says(self, name: str, kind: str, *, got_at: datetime | None = None, **fields: Any) -> None:
        """What a detector said, as the broker got it at ``got_at``."""
        self._number += 1
        subject = f"linli.demo.{self.town.device(name).serial}.{kind}"
        raw = Raw(subject, orjson.dumps(fields), got_at or self.town.now, f"watch:{self._number}")
        take_signals(raws=[raw], now=self.town.now)

    def troubles(self, name: str) -> dict[str, int]:
        """The open troubles of a detector and their levels."""
        serial = self.town.device(name).serial
        rows = DeviceTrouble.objects.filter(device__serial=serial, over_at__isnull=True)
        return dict(rows.values_list("kind", "level"))
