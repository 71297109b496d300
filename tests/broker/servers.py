"""Real brokers for tests: started, killed, started again on the same disk; and devices that speak real MQTT."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as mqtt
from nats.aio.client import Client

from config import broker as config
from linli.core.broker import connect
from linli.core.broker.keys import Keys, make_keys
from linli.core.secrets import token_hash
from linli.safety.doorkeeper import DeviceKey, Refused, serve


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Broker:
    """One nats-server process; `write` prepares its files (again) and returns the configuration's path."""

    def __init__(
        self, *, data_dir: Path, keys: Keys, mqtt_port: int, nats_port: int, write: Callable[[], Path]
    ) -> None:
        self.data_dir = data_dir
        self.keys = keys
        self.mqtt_port = mqtt_port
        self.nats_port = nats_port
        self._write = write
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return config.log_path(self.data_dir)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> None:
        assert self._process is None
        self._process = subprocess.Popen(config.command(self._write()), stderr=subprocess.DEVNULL)
        for port in (self.nats_port, self.mqtt_port):
            _wait_for_port(port, self._process)

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody is told."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, how)
            self._process.wait()
            self._process = None

    async def connect(self, *, user: str = "linli") -> Client:
        password = {"linli": self.keys.linli_password, "auth": self.keys.auth_password, "sys": self.keys.sys_password}
        return await connect(
            url=f"nats://127.0.0.1:{self.nats_port}", user=user, password=password[user], name="test", wait_seconds=10
        )


def single(data_dir: Path, *, sync: str = "always") -> Broker:
    """`sync` other than the real "always" fills a long queue quickly; a killed process loses nothing by it."""
    mqtt_port, nats_port = free_ports(2)

    def write() -> Path:
        path = config.write_config(data_dir, mqtt_port, nats_port)
        text = path.read_text()
        assert "sync_interval: always" in text
        path.write_text(text.replace("sync_interval: always", f"sync_interval: {sync}"))
        return path

    return Broker(
        data_dir=data_dir,
        keys=make_keys(data_dir),
        mqtt_port=mqtt_port,
        nats_port=nats_port,
        write=write,
    )


def cluster(folder: Path) -> list[Broker]:
    keys = make_keys(folder)
    ports = free_ports(9)
    routes = ports[6:]
    members = []
    for number in range(3):
        data_dir, mqtt_port, nats_port = folder / f"n{number}", ports[number], ports[number + 3]
        member = config.Member(name=f"n{number}", cluster_port=routes[number], route_ports=routes)

        def write(data_dir=data_dir, member=member, mqtt_port=mqtt_port, nats_port=nats_port) -> Path:
            return config.write_member_config(data_dir, keys, member, mqtt_port=mqtt_port, nats_port=nats_port)

        members.append(Broker(data_dir=data_dir, keys=keys, mqtt_port=mqtt_port, nats_port=nats_port, write=write))
    return members


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        assert process.poll() is None, "the broker ended at once: see its log"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nothing listens on {port}")


def secret_of(serial: str) -> str:
    return f"secret-of-{serial}"


class Door:
    """A doorkeeper in this process with invented records."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.records: dict[str, DeviceKey] = {}
        self.queries: list[int] = []
        self.refused: list[Refused] = []
        self.confirmed: dict[str, str] = {}
        self.serial_of: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._lines: list[Client] = []

    def know(self, *serials: str, community: str = "cs", barred: str = "") -> None:
        for serial in serials:
            self.records[serial] = DeviceKey(
                serial=serial, community=community, secret_hash=token_hash(secret_of(serial)), barred=barred
            )

    async def open(self) -> None:
        self._lines = [await self._line("linli"), await self._line("auth")]
        self._task = asyncio.create_task(
            serve(
                nc=self._lines[0],
                nc_auth=self._lines[1],
                issuer_seed=self._broker.keys.issuer_seed,
                look_up=self._look_up,
                record_refusals=self.refused.extend,
                confirm_secrets=self.confirmed.update,
                serial_of=self.serial_of,
            )
        )

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for line in self._lines:
            await line.close()

    async def _line(self, user: str) -> Client:
        return await self._broker.connect(user=user)

    async def back(self) -> None:
        """Waits until the doorkeeper has found a broker that was started again."""
        async with asyncio.timeout(10):
            while not all(line.is_connected and line.stats["reconnects"] for line in self._lines):
                await asyncio.sleep(0.02)

    def _look_up(self, serials):
        self.queries.append(len(serials))
        return {serial: self.records[serial] for serial in serials if serial in self.records}


class Device:
    """A detector: paho in its own thread. Methods block; call them through `asyncio.to_thread`."""

    def __init__(self, broker: Broker, serial: str, *, secret: str | None = None, client_id: str | None = None) -> None:
        self._broker = broker
        self.serial = serial
        self.answer = ""
        self._answered = threading.Event()
        self._gone = threading.Event()
        self.heard: list[tuple[str, bytes]] = []
        self.granted: list[int] = []
        self._granted = threading.Event()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=client_id or serial, reconnect_on_failure=False
        )
        self.client.username_pw_set(serial, secret_of(serial) if secret is None else secret)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self._gone.set()
        self.client.on_message = lambda _c, _u, message: self.heard.append((message.topic, message.payload))
        self.client.on_subscribe = self._on_subscribe

    def _on_connect(self, _client, _data, _flags, reason, _properties) -> None:
        self.answer = str(reason)
        self._answered.set()

    def _on_subscribe(self, _client, _data, _mid, reasons, _properties) -> None:
        self.granted = [reason.value for reason in reasons]
        self._granted.set()

    def connect(self) -> str:
        """What the broker answered, "Success" or why not."""
        self.client.connect("127.0.0.1", self._broker.mqtt_port, keepalive=30)
        self.client.loop_start()
        assert self._answered.wait(20), "no CONNACK"
        return self.answer

    def publish(self, kind: str, payload: bytes | str, *, qos: int = 1, topic: str = "", wait: float = 10) -> bool:
        """True when the broker acknowledged."""
        sent = self.client.publish(topic or f"linli/cs/{self.serial}/{kind}", payload, qos=qos)
        try:
            sent.wait_for_publish(wait)
        except RuntimeError:
            return False
        return sent.is_published()

    def subscribe(self, topic: str, *, qos: int) -> int:
        self._granted.clear()
        self.client.subscribe(topic, qos=qos)
        assert self._granted.wait(5), "no SUBACK"
        return self.granted[0]

    def was_cut_off(self, *, within: float) -> bool:
        return self._gone.wait(within)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
