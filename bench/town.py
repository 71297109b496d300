"""A town for measuring in: every household has one gas detector and exactly three people to tell at once.

Two relatives and the captain of the stairwell, each with a webhook; the duty desk comes an hour later. Written with
plain bulk inserts, so that a hundred thousand households take a minute. Names and serials are numbers: nobody is meant.

    python -m bench.town --households 1000 --webhook http://127.0.0.1:9000/phone
    python -m bench.town --close        closes every incident, so that the devices can alarm again
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import django

from bench.load import Detector

COMMUNITY = "bench"
OTHER_COMMUNITY = "elsewhere"
GATEWAY_TOKEN = "gateway-of-the-bench"
DOORS = 12
UNITS = 4
SINCE = "2024-01-01"
CHUNK = 4000


def serial_of(number: int) -> str:
    return f"B{number:06d}"


def detectors(count: int, *, of: int) -> list[Detector]:
    """`count` detectors of a town of `of` households, spread evenly over its tables."""
    return [Detector(serial_of(n * of // count), f"secret-{serial_of(n * of // count)}") for n in range(count)]


def build(*, households: int, webhook: str) -> None:
    """Fills an empty, migrated database."""
    from django.db import transaction

    with transaction.atomic():
        _lay_ground()
        _build_places(households)
        _settle_people(households, webhook)
        _hang_detectors(households)
        mend_sequences()


def close_all() -> None:
    """As a desk would in a year, without its people."""
    from django.utils import timezone

    from linli.incidents.models import Cause, Incident

    Incident.objects.filter(closed_at__isnull=True).update(
        closed_at=timezone.now(), handling=Incident.Handling.CLOSED, next_step_at=None,
        cause=Cause.objects.get(kind="gas_leak", code="test"),
    )  # fmt: skip


def _lay_ground() -> None:
    from linli.core.secrets import token_hash
    from linli.incidents.models import EscalationPolicy, EscalationStep
    from linli.registry.models import Community, Grid
    from linli.safety.models import DeviceModel, Gateway

    community = Community.objects.create(id=1, code=COMMUNITY, name="测速社区")
    Community.objects.create(id=2, code=OTHER_COMMUNITY, name="别的社区")
    Grid.objects.create(id=1, community=community, number=1, name="第一网格")
    policy = EscalationPolicy.objects.create(community=community, kind_id="gas_leak", loop_seconds=3600)
    for after, audience in ((0, "family"), (0, "unit_captain"), (3600, "duty_desk")):
        EscalationStep.objects.create(policy=policy, after_seconds=after, audience=audience)
    DeviceModel.objects.create(id=1, code="bench-gas", maker="bench", name="gas", raises_id="gas_leak")
    Gateway.objects.create(community=community, name="bench", token_hash=token_hash(GATEWAY_TOKEN))


def _build_places(households: int) -> None:
    from linli.registry.models import Building, Dwelling, Unit

    units = -(-households // DOORS)
    _insert(
        Building,
        ("id", "community", "grid", "number", "floors"),
        ((n + 1, 1, 1, str(n + 1), 6) for n in range(-(-units // UNITS))),
    )
    _insert(
        Unit,
        ("id", "community", "building", "number"),
        ((n + 1, 1, n // UNITS + 1, n % UNITS + 1) for n in range(units)),
    )
    _insert(
        Dwelling,
        ("id", "community", "unit", "floor", "door", "label"),
        (
            (n + 1, 1, n // DOORS + 1, n % DOORS // 2 + 1, str(n % DOORS + 1), f"{n // DOORS + 1}单元{n % DOORS + 1}室")
            for n in range(households)
        ),
    )


def _settle_people(households: int, webhook: str) -> None:
    from linli.registry.models import Contact, ContactPoint, Household, Post

    units = -(-households // DOORS)
    _insert(
        Household,
        ("id", "community", "dwelling", "number", "moved_in_on", "moved_out_on"),
        ((n + 1, 1, n + 1, f"B{n + 1}", date.fromisoformat(SINCE), None) for n in range(households)),
    )
    _insert(
        Contact,
        ("id", "community", "household", "name", "relation", "call_order", "language", "ended_on"),
        (
            (n + 1, 1, n // 2 + 1, f"家人{n + 1}", ("30", "20")[n % 2], n % 2 + 1, ("zh-hans", "en")[n % 2], None)
            for n in range(households * 2)
        ),
    )
    _insert(
        Post,
        (
            "id", "community", "role", "grid", "building", "unit", "user", "resident", "holder_name", "language",
            "since_on", "until_on",
        ),
        (
            (n + 1, 1, "unit_captain", None, None, n + 1, None, None, f"单元长{n + 1}", "zh-hans",
             date.fromisoformat(SINCE), None)
            for n in range(units)
        ),
    )  # fmt: skip
    points = ("id", "community", "contact", "post", "kind", "address", "address_hash", "position")
    _insert(
        ContactPoint,
        points,
        ((n + 1, 1, n + 1, None, "webhook", webhook, "", 1) for n in range(households * 2)),
    )
    _insert(
        ContactPoint,
        points,
        ((households * 2 + n + 1, 1, None, n + 1, "webhook", webhook, "", 1) for n in range(units)),
    )


def _hang_detectors(households: int) -> None:
    from linli.core.secrets import token_hash
    from linli.safety.models import Device, DeviceState, Installation

    _insert(
        Device,
        ("id", "community", "model", "serial", "secret_hash", "made_on", "is_active"),
        ((n + 1, 1, 1, serial_of(n), token_hash(f"secret-{serial_of(n)}"), None, True) for n in range(households)),
    )
    _insert(
        Installation,
        ("id", "community", "device", "unit", "dwelling", "spot", "installed_on", "removed_on"),
        ((n + 1, 1, n + 1, n // DOORS + 1, n + 1, "厨房", date.fromisoformat(SINCE), None) for n in range(households)),
    )
    _insert(
        DeviceState,
        (
            "device", "community", "last_seen_at", "last_signal_at", "alarming", "gas_percent_lel", "battery_percent",
            "deadline_at",
        ),
        ((n + 1, 1, None, None, False, None, None, None) for n in range(households)),
    )  # fmt: skip


def _insert(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from linli.core.bulk import insert_rows

    for chunk in _chunks(rows):
        insert_rows(model, columns=columns, rows=chunk)


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def mend_sequences() -> None:
    """We chose the numbers ourselves; PostgreSQL must go on counting after them."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int)
    parser.add_argument("--webhook")
    parser.add_argument("--close", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if args.close:
        close_all()
    else:
        build(households=args.households, webhook=args.webhook)


if __name__ == "__main__":
    main()
