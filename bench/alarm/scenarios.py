"""What is done to a rig, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.alarm.commits import CommitWatch
from bench.alarm.rigs import Rig, spent
from bench.load import Sent, Town, steady, storm
from bench.measure import Spread, Use, spread
from bench.town import COMMUNITY

RECIPIENTS = 3
QUIET_SECONDS = 8.0


@dataclass(slots=True)
class Outcome:
    """Of one run of one scenario on one rig. Latencies count from the PUBLISH."""

    rig: str
    scenario: str
    acknowledged: Spread
    committed: Spread
    delivered: Spread
    alarms: int
    lost: int
    doubled: int
    seconds: float
    """From the first publish to the last message."""
    load_late_seconds: float
    parts: dict[str, Use] = field(default_factory=dict)
    note: str = ""

    @property
    def messages(self) -> int:
        return self.delivered.count


class Bench:
    """One rig with connected devices. Within a scenario every alarm is another device's; between two, all is closed."""

    def __init__(self, rig: Rig, town: Town, serials: Sequence[str], watch: CommitWatch | None) -> None:
        self.rig = rig
        self.town = town
        self._serials = list(serials)
        self._beating = list(serials)
        self._watch = watch

    @classmethod
    async def open(cls, rig: Rig, *, devices: int) -> Bench:
        watch = None
        if rig.ours is not None:
            watch = CommitWatch()
            await watch.start(await rig.ours.connect(name="commit-watch"))
        detectors = rig.detectors(devices)
        town = await Town.connect(port=rig.mqtt_port, community=COMMUNITY, detectors=detectors)
        return cls(rig, town, [d.serial for d in detectors], watch)

    def close(self) -> None:
        self.town.close()

    async def storm(self, alarms: int) -> Outcome:
        serials = self._take(alarms)
        before = self.rig.parts()
        sent = await storm(self.town, serials)
        return await self._outcome(f"storm of {alarms:,}", sent, before)

    async def lone(self, alarms: int, *, beats_per_second: float) -> Outcome:
        """One alarm at a time, each sent when the last one's messages have had time to arrive."""
        serials = self._take(alarms)
        before, sent, over = self.rig.parts(), Sent(), asyncio.Event()
        beats = asyncio.create_task(self.town.beat(self._beating, per_second=beats_per_second, until=over, sent=sent))
        await asyncio.sleep(1.0)
        for number, serial in enumerate(serials):
            await self.town.alarm(serial, sent)
            await asyncio.sleep(0.15 + number % 7 * 0.01)  # not in step with anybody's poll
        over.set()
        await beats
        return await self._outcome(f"lone alarm under {beats_per_second:.0f} heartbeats/s", sent, before)

    async def steady(self, *, seconds: float, alarms_per_second: float, beats_per_second: float) -> Outcome:
        serials = self._take(int(seconds * alarms_per_second))
        before = self.rig.parts()
        sent = await steady(
            self.town, alarms=serials, per_second=alarms_per_second, beating=self._beating,
            beats_per_second=beats_per_second,
        )  # fmt: skip
        name = f"{alarms_per_second:.0f} alarms/s + {beats_per_second:,.0f} heartbeats/s for {seconds:.0f} s"
        return await self._outcome(name, sent, before)

    def _take(self, number: int) -> list[str]:
        if len(self._serials) < number:
            raise ValueError(f"{number} devices are needed, {len(self._serials)} are connected")
        return self._serials[:number]

    async def _outcome(self, scenario: str, sent: Sent, before: dict[str, Use]) -> Outcome:
        wanted = RECIPIENTS * len(sent.left)
        await asyncio.to_thread(self.rig.sink.wait_for, wanted, within_seconds=QUIET_SECONDS)
        after = self.rig.parts()
        await asyncio.sleep(0.3)  # a double would come now
        arrivals = self.rig.sink.arrivals()
        self.rig.close_incidents()  # or the next steps of this rig's incidents arrive while another is measured
        self.rig.sink.forget()
        mine = [a for a in arrivals if a.body["device"] in sent.left]
        came = Counter(a.body["device"] for a in mine)
        committed = {}
        if self._watch is not None:
            for arrival in mine:
                at = self._watch.committed_at(int(arrival.body["incident"]))
                if at is not None:
                    committed[arrival.body["device"]] = at
        return Outcome(
            rig=self.rig.name,
            scenario=scenario,
            acknowledged=spread(sent.acknowledged[s] - at for s, at in sent.left.items()),
            committed=spread(at - sent.left[s] for s, at in committed.items()),
            delivered=spread(a.at - sent.left[a.body["device"]] for a in mine),
            alarms=len(sent.left),
            lost=sum(max(0, RECIPIENTS - came[serial]) for serial in sent.left),
            doubled=sum(a.times - 1 for a in arrivals) + sum(max(0, n - RECIPIENTS) for n in came.values()),
            seconds=max((a.at for a in mine), default=time.monotonic()) - min(sent.left.values()),
            load_late_seconds=sent.late_seconds,
            parts=spent(before, after),
        )
