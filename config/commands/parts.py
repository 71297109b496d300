"""The processes that ``linli up`` keeps running; each can also be started alone, on any machine of a cluster."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """They take their settings from the environment alone."""


def run(args: argparse.Namespace) -> int:
    if args.command == "broker":
        return _broker()
    import django
    from django.db import DatabaseError

    from config.faults import sentence_for
    from config.migration import look_at_database
    from linli.core.broker import BrokerUnavailable

    django.setup()
    from config.keys_at_start import look_at_keys

    try:
        look_at_database()
        look_at_keys()
        {"web": _web, "listener": _listener, "worker": _worker, "doorkeeper": _doorkeeper}[args.command]()
    except (DatabaseError, BrokerUnavailable) as error:
        # Not a wrong setting, or `linli up` would have said so: perhaps they are back when we are started again.
        print(f"linli {args.command}: {sentence_for(error) or error}", file=sys.stderr)
        return 1
    return 0


def slot(part: str) -> str:
    """The name under which this process holds what it has claimed: ``LINLI_SLOT``, or the name of its part."""
    return os.environ.get("LINLI_SLOT") or part


def _settle() -> None:
    """What is loaded by now stays until the end: the collector looks at it no more. A look at all of it stops a process for more than a
    tenth of a second, every few hundred pages or messages."""
    gc.collect()
    gc.freeze()


def _web() -> None:
    from django.urls import get_resolver

    from config.web import serve

    assert get_resolver().url_patterns  # every page with its forms is loaded now, not by who asks first
    _settle()
    descriptor = os.environ.get("LINLI_HTTP_FD")
    serve(listening=socket.socket(fileno=int(descriptor)) if descriptor else None)


def _listener() -> None:
    from linli.safety.listener import run_forever

    _settle()
    run_forever(slot=slot("listener"))


def _worker() -> None:
    from django.conf import settings

    from linli.notifications.worker import run_forever

    _settle()
    run_forever(directory=settings.LINLI_DATA_DIR / "slots", slot=slot("worker"))


def _doorkeeper() -> None:
    from config.doorkeeper import run_forever

    _settle()
    run_forever()


def _broker() -> int:
    """Becomes the NATS server: no process of ours stays between it and whoever stops it."""
    from django.conf import settings

    from config.broker import command, write_config

    line = command(
        write_config(
            settings.LINLI_DATA_DIR,
            settings.LINLI_MQTT_PORT,
            settings.LINLI_NATS_PORT,
            mqtt_host=settings.LINLI_MQTT_HOST,
        )
    )
    os.execv(line[0], line)
