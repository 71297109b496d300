"""The words of `linli simulate` and what they start."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from rich.console import Console

from linli.safety.simulation.credentials import read_cast
from linli.safety.simulation.fleet import Place
from linli.safety.simulation.scenarios import play

WORDS = {
    "leak": "one detector reports gas",
    "clear": "one detector reports that the gas is gone",
    "storm": "many detectors report gas at the same moment",
    "garbage": "one detector sends what no detector should",
    "wrong-password": "two detectors knock with a wrong password",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a word after it, `linli simulate` sends heartbeats."""
    parser.epilog = "Without a scenario: heartbeats. The devices are the demo's; `linli up` must be running.\n\n" + (
        parser.epilog or ""
    )
    parser.add_argument("--devices", type=_count, metavar="N", help="how many devices (default: all of the demo's)")
    parser.add_argument("--heartbeats-per-second", type=_rate, default=50.0, metavar="R", help="of all together (50)")
    parser.add_argument("--seconds", type=_rate, default=30.0, metavar="S", help="for how long (30)")
    parser.add_argument("--host", help="where the broker listens for MQTT (default: this machine)")
    parser.add_argument("--port", type=int, help="its MQTT port (default: LINLI_MQTT_PORT)")
    parser.add_argument("--credentials", type=Path, metavar="FILE", help="serials and secrets (default: the demo's)")
    parser.set_defaults(scenario="heartbeats")
    scenarios = parser.add_subparsers(dest="scenario", metavar="SCENARIO", title="scenarios", required=False)
    for word, help_text in WORDS.items():
        scenario = scenarios.add_parser(word, help=help_text, description=help_text.capitalize() + ".")
        if word in {"leak", "clear"}:
            scenario.add_argument("--serial", default="", help="which one (default: the demo's sample device)")
        if word == "storm":
            scenario.add_argument("--alarms", type=_count, default=1000, metavar="N", help="how many (1000)")


def run(args: argparse.Namespace) -> int:
    """Plays the scenario and prints what came of it. 0: all acknowledged; 1: not all. Raises NoDevices, OSError."""
    args.scenario = args.scenario or "heartbeats"
    cast = read_cast(args.credentials or Path(settings.LINLI_DATA_DIR) / "demo.json")
    host = args.host or str(settings.LINLI_MQTT_HOST)
    place = Place(
        host="127.0.0.1" if host in {"0.0.0.0", "::"} else host,  # noqa: S104 - where it listens is not where one connects
        port=args.port or int(settings.LINLI_MQTT_PORT),
        community=cast.community,
    )
    try:
        return play(args, place, cast, Console())
    except ConnectionRefusedError:
        Console(stderr=True).print(f"Nobody listens on {place.host}:{place.port}. Start Linli first: linli up")
        return 2


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _rate(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
