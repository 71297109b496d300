"""The canary detector and the community of its own in which it hangs: made once, seen by nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import orjson
from django.db import transaction

from linli.accounts.roles import Role
from linli.core.actors import system_actor
from linli.core.inner import INNER_COMMUNITY
from linli.incidents.models import Audience, Cause, EscalationPolicy, EscalationStep, IncidentKind
from linli.registry.models import Community, ContactPoint, Post
from linli.safety.models import Device, DeviceModel, DeviceState

CODE: Final = "linli-canary"
SERIAL: Final = "LINLI-CANARY"
KIND: Final = "canary"
CAUSE: Final = "came_back"
WORKER = system_actor(part="canary")
_DAY_SECONDS = 24 * 3600


@transaction.atomic
def canary_device() -> int:
    """The id of the canary's device; everything it needs is made if it is missing.

    It has a kind and a policy of its own: its alarm goes the whole way of an alarm (reading, incident, policy, audience, message,
    worker, record), and ends in an inbox that nobody opens. The device cannot sign in: its alarms come from us, over the broker.
    """
    known = Device.objects.filter(serial=SERIAL).values_list("id", flat=True).first()
    if known is not None:
        return known
    community, _ = Community.objects.get_or_create(
        pk=INNER_COMMUNITY, defaults={"code": CODE, "name": "邻里自检", "city": "Linli"}
    )
    kind, _ = IncidentKind.objects.get_or_create(
        code=KIND, defaults={"title_zh": "通道自检", "title_en": "Test of our own path", "severity": 2}
    )
    Cause.objects.get_or_create(
        kind=kind, code=CAUSE, defaults={"title_zh": "已走完全程", "title_en": "Came back", "false_alarm": True}
    )
    policy, _ = EscalationPolicy.objects.get_or_create(
        community=community, kind=kind, defaults={"loop_seconds": _DAY_SECONDS}
    )
    EscalationStep.objects.get_or_create(policy=policy, after_seconds=0, audience=Audience.DUTY_DESK)
    post, made = Post.objects.get_or_create(
        community=community, role=Role.DUTY_OFFICER, holder_name="Linli", defaults={"since_on": date(2020, 1, 1)}
    )
    if made:
        ContactPoint.objects.create(community=community, post=post, kind=ContactPoint.Kind.INBOX)
    model, _ = DeviceModel.objects.get_or_create(
        code=CODE,
        defaults={
            "maker": "Linli", "name": "Canary", "raises": kind, "life_months": 1200, "report_seconds": _DAY_SECONDS,
        },
    )  # fmt: skip
    device, _ = Device.objects.get_or_create(
        serial=SERIAL, defaults={"community": community, "model": model, "is_active": False, "secret_hash": ""}
    )
    DeviceState.objects.get_or_create(device=device, defaults={"community": community})
    return device.pk


def alarm_subject() -> str:
    """The subject of its alarms: of the door through which platforms report, for which no sign-in is needed inside."""
    return f"gateway.{CODE}.{SERIAL}.alarm"


def alarm_payload(*, at: datetime) -> bytes:
    """Dated, so that each is another alarm."""
    return orjson.dumps({"id": f"canary-{at.timestamp():.6f}", "at": at.isoformat(), "lel": 0})
