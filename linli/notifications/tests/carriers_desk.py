"""A community with both providers, a relative with a number, and the worker's part played by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from linli.core.secrets import token_hash
from linli.notifications.actions import Owed, owe_messages
from linli.notifications.channels import CARRIED, Accepted
from linli.notifications.choosing import ready_messages
from linli.notifications.delivering import Attempt, record_attempts
from linli.notifications.models import Carrier, Message, Receipt
from linli.notifications.wording import Wording, lay_down
from linli.registry.keeping import address_columns
from linli.registry.models import Building, Community, Contact, ContactPoint, Dwelling, Grid, Household, Unit

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MOBILE = "16000001111"
numbers = count(1)


class Desk:
    def __init__(self) -> None:
        lay_down("test.plain", zh=Wording("题", "文"), en=Wording("T", "X"))
        self.now = NOW
        self.community = Community.objects.create(code="linju", name="邻里示范社区")
        self.grid = Grid.objects.create(community=self.community, number=1)
        self.house = Building.objects.create(community=self.community, grid=self.grid, number="8")
        unit = Unit.objects.create(community=self.community, building=self.house, number=3)
        dwelling = Dwelling.objects.create(
            community=self.community, unit=unit, floor=5, door="502", label="8栋3单元502"
        )
        household = Household.objects.create(community=self.community, dwelling=dwelling, moved_in_on=date(2026, 1, 1))
        self.contact = Contact.objects.create(community=self.community, household=household, name="王芳", relation="30")
        self.carriers = {name: self.orders(name) for name in ("aliyun", "tencent")}

    def orders(self, provider: str) -> Carrier:
        return Carrier.objects.create(
            community=self.community, provider=provider, key_id="k", key_secret="s", sms_sign="邻里", sms_template="SMS_1",
            sms_app="14", voice_template="TTS_1", voice_app="14", token=f"token-{provider}", token_hash=token_hash(f"token-{provider}"),
        )  # fmt: skip

    def way(self, kind: str, address: str = MOBILE) -> ContactPoint:
        kept = address_columns(kind=kind, address=address)
        return ContactPoint.objects.create(
            community=self.community, contact=self.contact, kind=kind, position=self.contact.points.count() + 1, **kept
        )

    def owes(self) -> Message:
        key = f"k{next(numbers)}"
        owed = Owed(
            self.community.pk,
            "test:1",
            "contact",
            self.contact.pk,
            "王芳",
            "",
            "zh-hans",
            "test.plain",
            {"severity": 1},
            key,
        )
        owe_messages(now=self.now, messages=[owed])
        return Message.objects.get(idempotency_key=key)

    def claims(self):
        return ready_messages(owner="w", now=self.now, limit=10, carries=CARRIED.__contains__)

    def sends(self, *, provider_id: str = "P1", error: str = "", **fate) -> list[str]:
        """The worker takes what is due; the provider takes it too (or not). The kinds of ways it took."""
        claimed = self.claims()
        attempts = []
        for one in claimed:
            kind = one.way.kind if one.way else "none"
            accepted = None
            if not error and kind in {"sms", "voice"}:
                accepted = Accepted(self.carriers["aliyun"].pk, fate.get("provider", "aliyun"), kind, provider_id)
            refused, gone = fate.get("refused"), fate.get("gone", False)
            attempts.append(
                Attempt(
                    one, self.now, self.now, error=error, for_good=gone, gone=gone, accepted=accepted, refused=refused
                )
            )
        record_attempts(attempts=attempts, now=self.now)
        return [a.claimed.way.kind if a.claimed.way else "none" for a in attempts]

    def later(self, **time) -> None:
        self.now += timedelta(**time)


def states(message: Message) -> list[str]:
    return list(Receipt.objects.filter(message=message).order_by("pk").values_list("state", flat=True))
