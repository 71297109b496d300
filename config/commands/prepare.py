"""What `linli up` does first, in a process of its own: the memory that this takes is given back."""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="build the demo if there is no community yet")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.utils import timezone

    from config.commands.demo import build
    from config.keys_at_start import look_at_keys, look_at_keys_and_note
    from config.migration import look_at_database, migrate_database
    from linli.core.inner import not_inner
    from linli.registry.models import Community

    look_at_database()
    look_at_keys()
    migrate_database()
    look_at_keys_and_note(now=timezone.now())
    if args.demo and (not Community.objects.filter(not_inner("pk")).exists() or _demo_webhook_changed()):
        build()
    return 0


def _demo_webhook_changed() -> bool:
    """Whether the demo stands, and LINLI_DEMO_WEBHOOK names another address than it was told before."""
    from django.conf import settings

    try:
        kept = json.loads(settings.LINLI_DATA_DIR.joinpath("demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return settings.LINLI_DEMO_WEBHOOK not in {"", kept.get("webhook", "") or "off"}
