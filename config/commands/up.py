"""``linli up``: looks whether everything can start, prepares the database, starts the parts, and says where to look."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence

from config.supervisor import Part, Supervisor, leashed
from config.voices import Voices

ALL_PARTS = ("broker", "doorkeeper", "web", "listener", "worker")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-demo", action="store_true", help="begin with an empty house instead of the invented community"
    )
    parser.add_argument(
        "--no-broker", action="store_true", help="use the broker that runs already (NATS_URL implies this)"
    )
    parser.add_argument(
        "--parts", type=_parts, default=ALL_PARTS, metavar="web,worker", help="start these only: for a cluster"
    )
    parser.add_argument("--listeners", type=_count, default=1, metavar="N", help="how many listeners (default 1)")
    parser.add_argument("--workers", type=_count, default=1, metavar="N", help="how many workers (default 1)")


def run(args: argparse.Namespace) -> int:
    # This process stays as long as Linli runs, so it does not load what only the parts and the preparation need.
    from django.conf import settings

    from config.lock import only_one_up

    with only_one_up(settings.LINLI_DATA_DIR):
        parts = [part for part in args.parts if part != "broker" or not (args.no_broker or settings.NATS_URL)]
        with _take_ports(parts) as listening:
            code = _prepare(with_demo=not args.no_demo)
            return code or asyncio.run(_keep_running(parts, args, listening))


def _parts(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in chosen if part not in ALL_PARTS]
    if unknown or not chosen:
        raise argparse.ArgumentTypeError(f"parts are {', '.join(ALL_PARTS)}, not {', '.join(unknown) or 'nothing'}")
    return chosen


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"a number from 1 to 64 is wanted, not {text!r}")
    return int(text)


@contextlib.contextmanager
def _take_ports(parts: Sequence[str]) -> Iterator[socket.socket | None]:
    """The web's socket, open from now on: while the web process is started again, callers wait instead of being turned away."""
    from django.conf import settings

    from config.ports import listen, must_be_free, must_differ

    wanted = [("LINLI_HTTP_PORT", settings.LINLI_HTTP_PORT)] if "web" in parts else []
    if "broker" in parts:
        wanted += [("LINLI_MQTT_PORT", settings.LINLI_MQTT_PORT), ("LINLI_NATS_PORT", settings.LINLI_NATS_PORT)]
    must_differ(wanted)
    if "broker" in parts:
        from config.broker import server_path

        server_path()  # raises ServerNotFound
        must_be_free(host=settings.LINLI_MQTT_HOST, port=settings.LINLI_MQTT_PORT, setting="LINLI_MQTT_PORT")
        must_be_free(host="127.0.0.1", port=settings.LINLI_NATS_PORT, setting="LINLI_NATS_PORT")
    if "web" not in parts:
        yield None
        return
    with listen(host=settings.LINLI_HTTP_HOST, port=settings.LINLI_HTTP_PORT, setting="LINLI_HTTP_PORT") as listening:
        yield listening


def _prepare(*, with_demo: bool) -> int:
    """Look at the database, migrate it, build the demo. The exit code is not 0 if that failed; then it said why."""
    line = [*leashed(), sys.executable, "-m", "config.command", "prepare", *(["--demo"] if with_demo else [])]
    return subprocess.run(line, check=False).returncode


async def _keep_running(names: Sequence[str], args: argparse.Namespace, listening: socket.socket | None) -> int:
    from config.watch import Watch

    logging.getLogger("linli.broker").setLevel(logging.CRITICAL)  # our own line to it is only for asking who is there
    parts = _parts_to_run(names, args, listening)
    voices = Voices(names=[part.name for part in parts])
    watch = Watch(expected=[part.name for part in parts])
    supervisor = Supervisor(
        parts=parts, voices=voices, is_ready=watch.is_ready, on_ready=lambda: voices.plain(_welcome(names))
    )
    waiting = asyncio.create_task(watch.complain(voices))
    try:
        return await supervisor.run()
    finally:
        waiting.cancel()
        await watch.close()
        voices.close()


def _parts_to_run(names: Sequence[str], args: argparse.Namespace, listening: socket.socket | None) -> list[Part]:
    from django.conf import settings

    from config.broker import command, write_config

    counts = {"listener": args.listeners, "worker": args.workers}
    environment = {"LINLI_HTTP_FD": str(listening.fileno())} if listening else {}
    parts = []
    for name in names:
        line = (sys.executable, "-m", "config.command", name)
        if name == "broker":
            # The server itself, not `linli broker`: it must be back before the first detector notices.
            conf = write_config(
                settings.LINLI_DATA_DIR,
                settings.LINLI_MQTT_PORT,
                settings.LINLI_NATS_PORT,
                mqtt_host=settings.LINLI_MQTT_HOST,
            )
            parts.append(Part(name, command(conf), first=True, is_up=_broker_is_up, last_words=_broker_log))
        elif name == "web" and listening:
            parts.append(Part(name, line, environment, inherits=(listening.fileno(),)))
        elif name in counts:
            slots = [f"{name}-{number}" for number in range(1, counts[name] + 1)]
            parts += [Part(slot, line, {"LINLI_SLOT": slot}) for slot in slots]
        else:
            parts.append(Part(name, line))
    return parts


async def _broker_is_up() -> bool:
    from django.conf import settings

    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", settings.LINLI_NATS_PORT)
    except OSError:
        return False
    writer.close()
    return True


def _broker_log() -> str:
    """The broker writes into a file of its own; its last lines say why it went."""
    from django.conf import settings

    from config.broker import log_path

    with contextlib.suppress(OSError):
        return "\n".join(log_path(settings.LINLI_DATA_DIR).read_text(errors="replace").splitlines()[-5:])
    return ""


def _welcome(names: Sequence[str]) -> str:
    from django.conf import settings

    lines = ["", "  Linli is running. Ctrl-C stops it.  邻里已启动，按 Ctrl-C 停止。"]
    if "web" in names:
        lines += ["", f"  {settings.LINLI_PUBLIC_URL}/"]
    if "broker" in names:
        lines += [f"  mqtt://{settings.LINLI_MQTT_HOST}:{settings.LINLI_MQTT_PORT}   for devices"]
    if "web" in names:
        from config.commands.demo import logins_text

        lines += ["", *(f"  {line}" for line in logins_text().splitlines())]
    return "\n".join([*lines, ""])
