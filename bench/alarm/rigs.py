"""What is measured: our parts on a database, or the bare floor. Both take the same devices and send to the same sink."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import psutil

from bench import town
from bench.alarm import floor
from bench.load import Detector
from bench.measure import Use, use
from bench.processes import ROOT, Installation, Running
from bench.sink import SinkProcess
from config import broker


@dataclass(frozen=True, slots=True)
class Rig:
    """`parts` are the processes whose CPU and memory are told; `ours` is None for the floor."""

    name: str
    mqtt_port: int
    sink: SinkProcess
    parts: Callable[[], Mapping[str, Use]]
    households: int
    ours: Installation | None = None

    def detectors(self, count: int) -> list[Detector]:
        return town.detectors(count, of=self.households)

    def close_incidents(self) -> None:
        if self.ours is not None:
            self.ours.python("-m", "bench.town", "--close")


@contextlib.contextmanager
def floor_rig(*, sink: SinkProcess, households: int) -> Iterator[Rig]:
    """nats-server and the floor's one process."""
    with Installation() as place:
        config = place.data_dir / "floor.conf"
        config.write_text(floor.config(place.data_dir, mqtt_port=place.mqtt_port, nats_port=place.nats_port))
        server = Running(
            "broker",
            [str(broker.server_path()), "-c", str(config)],
            place.environment,
            place.data_dir / "log/broker.out",
        )
        place.running["broker"] = server
        server.start()
        place.wait_for_port(place.mqtt_port)
        place.wait_for_port(place.nats_port)
        command = [
            sys.executable, "-m", "bench.alarm.floor", f"nats://127.0.0.1:{place.nats_port}",
            str(place.data_dir / "floor.sqlite3"), sink.url,
        ]  # fmt: skip
        process = subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=subprocess.PIPE)
        app = Running("floor", command, place.environment, place.data_dir / "log/floor.out", process)
        place.running["floor"] = app
        assert process.stdout is not None
        process.stdout.readline()
        yield Rig("floor", place.mqtt_port, sink, place.use, households)
        process.stdout.close()


@contextlib.contextmanager
def our_rig(*, name: str, sink: SinkProcess, database_url: str, households: int) -> Iterator[Rig]:
    """Our own processes on a migrated database with a town in it; "" as `database_url` is a fresh SQLite file."""
    with Installation(database_url=database_url) as place:
        place.linli("migrate")
        place.python("-m", "bench.town", "--households", str(households), "--webhook", sink.url)
        place.start("broker")
        place.start("doorkeeper", "listener", "worker")

        def parts() -> dict[str, Use]:
            return place.use() | ({"postgres": _postgres()} if database_url else {})

        yield Rig(name, place.mqtt_port, sink, parts, households, place)


def _postgres() -> Use:
    """Of the server that `tests.postgres` started for us; nothing where it is somebody else's."""
    ours = [child for child in psutil.Process().children() if child.name() == "postgres"]
    return use(ours[0].pid) if ours else Use(0.0, 0.0)


def spent(before: Mapping[str, Use], after: Mapping[str, Use]) -> dict[str, Use]:
    """CPU seconds between the two, memory as it was at the end."""
    return {
        name: Use(used.cpu_seconds - before[name].cpu_seconds if name in before else used.cpu_seconds, used.memory_mb)
        for name, used in after.items()
    }
