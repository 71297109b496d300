"""``linli demo``: the town itself is built by config.demo."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

    from config.demo import DemoTown

PARTS = {"planning": "planning the town"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print logins, device and gateway credentials for a script")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same number gives the same town (default 1)"
    )
    parser.add_argument("--households", type=int, default=3100, metavar="N", help="how many households (default 3100)")
    parser.add_argument(
        "--elders", type=_share, default=0.35, metavar="SHARE", help="share of people aged 60 or more (default 0.35)"
    )
    parser.add_argument(
        "--detectors", type=int, default=1050, metavar="N", help="how many homes have a gas detector (default 1050)"
    )


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from config.demo import describe_demo
    from config.keys_at_start import look_at_keys

    look_at_keys()
    town = build(seed=args.seed, households=args.households, elder_share=args.elders, gas_detectors=args.detectors)
    if args.json:
        print(json.dumps(describe_demo(), ensure_ascii=False, indent=2))
        return 0
    begun = "Built" if town.built else "There is"
    print(
        f"{begun} an invented community: {town.households} households, {town.residents} residents, {town.devices} detectors."
    )
    print(logins_text())
    return 0


def build(*, seed: int = 1, households: int = 3100, elder_share: float = 0.35, gas_detectors: int = 1050) -> DemoTown:
    """Build the demo, with progress, or find it built. Raises config.demo.building.DatabaseInUse."""
    from django.conf import settings
    from django.utils import timezone

    from config.demo import build_town

    with _bar() as bar:
        return build_town(
            seed=seed,
            now=timezone.now(),
            households=households,
            elder_share=elder_share,
            gas_detectors=gas_detectors,
            progress=_teller(bar),
            webhook=settings.LINLI_DEMO_WEBHOOK,
        )


def logins_text() -> str:
    """The demo's logins as a small table, for people; "" where there is no demo."""
    from django.conf import settings

    try:
        logins = json.loads(settings.LINLI_DATA_DIR.joinpath("demo.json").read_text(encoding="utf-8"))["logins"]
    except (OSError, ValueError, KeyError):
        return ""
    width = max(len(login["role"]) for login in logins)
    lines = ["Sign in with (登录账号):"]
    lines += [f"  {login['role']:<{width}}  {login['username']:<14} {login['password']}" for login in logins]
    phones = f"{settings.LINLI_PUBLIC_URL}/demo/phones/"
    return "\n".join(
        [*lines, "", f"What everybody's phone shows (居民手机): {phones}", "For a script: linli demo --json"]
    )


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"a share from 0 to 1 is wanted, not {text!r}")
    return share


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def _teller(bar: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def tell(part: str, done: int, of: int) -> None:
        if part not in tasks:
            tasks[part] = bar.add_task(PARTS.get(part, part), total=of)
        bar.update(tasks[part], completed=done, total=of)

    return tell
