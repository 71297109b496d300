"""The town: places and people made through actions and models, a fake clock, phones that keep what they got."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.core.actors import Actor
from linli.core.rooms import rooms
from linli.incidents.actions import acknowledge_incident, answer_incident, close_incident
from linli.incidents.models import Incident
from linli.notifications.channels import Channels, Envelope, NotDelivered
from linli.notifications.choosing import ready_messages
from linli.notifications.delivering import Attempt, record_attempts
from linli.notifications.models import Message
from linli.registry.models import (
    Building,
    Community,
    Contact,
    ContactPoint,
    Dwelling,
    Grid,
    Household,
    Post,
    Resident,
    Unit,
)
from linli.safety.actions import install_device, register_device, take_signals
from linli.safety.decoding import Raw
from linli.safety.models import Device as DeviceRow
from linli.safety.models import DeviceModel

START = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
SYSTEM = Actor(kind="system", label="test")
_sequence = itertools.count(1)


class Town:
    """Building 8 with unit 3, dwellings 501 and 502; Grandmother Zhao alone in 502 with daughter and son; captain, desk, secretary."""

    def __init__(self, *, start: datetime = START) -> None:
        self.now = start
        self._lived = timedelta()
        self._due: dict[str, timedelta] = {}
        self.phones: dict[str, Phone] = {}
        self.said_aloud: list[str] = []
        self.devices: dict[str, Device] = {}
        self.community = Community.objects.create(code="demo", name="邻里示范社区", desk_phone="0431-0000000")
        self.grid = Grid.objects.create(community=self.community, number=1, name="第一网格")
        self.building = Building.objects.create(community=self.community, grid=self.grid, number="8", floors=6)
        self.unit = Unit.objects.create(community=self.community, building=self.building, number=3)
        gas = DeviceModel.objects.create(
            code="gas-1", maker="演示", name="家用燃气报警器", raises_id="gas_leak", report_seconds=300
        )
        smoke = DeviceModel.objects.create(
            code="smoke-1", maker="演示", name="独立式烟感", raises_id="smoke", report_seconds=300
        )
        self.household_501 = self.move_in("501", model=gas)
        self.household_502 = self.move_in("502", model=gas)
        self._device("SMOKE83", model=smoke, name="stairwell", dwelling=None)
        Resident.objects.create(
            community=self.community, household=self.household_502, name="赵秀兰", is_head=True, relation="02"
        )
        self._contact(self.household_502, "王芳", "30", 1)
        self._contact(self.household_502, "王强", "20", 2)
        self._contact(self.household_501, "李梅", "30", 1)
        self.post("赵玉兰", Role.UNIT_CAPTAIN, unit=self.unit)
        self.post("孙德福", Role.BUILDING_CAPTAIN, building=self.building)
        self.post("周网格", Role.GRID_LEAD, grid=self.grid)
        self.desk_post = self.post("值班员小林", Role.DUTY_OFFICER)
        self.secretary_post = self.post("陈书记", Role.SECRETARY)

    # ------------------------------------------------------------------ making the town

    def move_in(self, door: str, *, model: DeviceModel) -> Household:
        """A household behind this door of the stairwell, with a gas detector called by the door's number."""
        dwelling = Dwelling.objects.create(
            community=self.community, unit=self.unit, floor=int(door) // 100, door=door, label=f"8栋3单元{door}"
        )
        self._device(f"GAS{door}", model=model, name=door, dwelling=dwelling)
        return Household.objects.create(community=self.community, dwelling=dwelling, moved_in_on=date(2026, 1, 1))

    def _device(self, serial: str, *, model: DeviceModel, name: str, dwelling: Dwelling | None) -> None:
        device, secret = register_device(
            by=SYSTEM, now=self.now, community_id=self.community.pk, model_id=model.pk, serial=serial
        )
        install_device(
            by=SYSTEM,
            now=self.now,
            device_id=device.pk,
            unit_id=self.unit.pk,
            dwelling_id=dwelling.pk if dwelling else None,
            spot="" if dwelling else "楼道",
            installed_on=date(2026, 1, 1),
        )
        self.devices[name] = Device(self, serial, secret)

    def _contact(self, household: Household, name: str, relation: str, order: int) -> Contact:
        contact = Contact.objects.create(
            community=self.community, household=household, name=name, relation=relation, call_order=order
        )
        ContactPoint.objects.create(
            community=self.community, contact=contact, kind="webhook", address=f"phone://{name}"
        )
        self.phones[name] = Phone(self, name, ("contact", contact.pk))
        return contact

    def post(self, name: str, role: Role, **scope: Any) -> Post:
        user = User.objects.create_user(username=f"user-{role}-{len(self.phones)}", name=name, password=None)
        post = Post.objects.create(
            community=self.community, role=role, holder_name=name, user=user, since_on=date(2026, 1, 1), **scope
        )
        ContactPoint.objects.create(community=self.community, post=post, kind="webhook", address=f"phone://{name}")
        self.phones[name] = Phone(self, name, ("post", post.pk))
        return post

    # ------------------------------------------------------------------ telling the story

    def device(self, name: str) -> Device:
        return self.devices[name]

    def device_id(self, name: str) -> int:
        return DeviceRow.objects.get(serial=self.devices[name].serial).pk

    def phone(self, name: str) -> Phone:
        return self.phones[name]

    def later(self, *, seconds: int, stride: int = 1) -> None:
        """Let time pass, ``stride`` seconds at a time, with the worker's ticks and deliveries."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            step = min(timedelta(seconds=stride), end - self.now)
            self.now += step
            self._lived += step
            self._tick()
            self.deliver()

    def at(self, clock: str) -> None:
        """Let time pass until the clock shows this (the next day, if it is past)."""
        hour, minute = map(int, clock.split(":"))
        wanted = self.now.replace(hour=hour, minute=minute, second=0)
        wanted += timedelta(days=1) if wanted <= self.now else timedelta()
        self.later(seconds=int((wanted - self.now).total_seconds()), stride=1800)

    def clock_jumps(self, **by: float) -> None:
        """Somebody, or a time server, sets the clock: no time passes."""
        self.now += timedelta(**by)

    def _tick(self) -> None:
        """What the worker does by the clock for incidents and detectors, as often as it would."""
        for room in rooms():
            for tick in room.ticks() if room.label in {"incidents", "safety", "notifications"} else ():
                if self._lived >= self._due.get(tick.name, timedelta()):
                    self._due[tick.name] = self._lived + timedelta(seconds=tick.every_seconds)
                    tick.run(self.now)

    def deliver(self, *, worker: str = "worker-1") -> None:
        """What the worker does in one round, with phones instead of the network."""
        carries = Channels().carries
        while claimed := ready_messages(owner=worker, now=self.now, limit=100, carries=carries):
            attempts = []
            for message in claimed:
                error, for_good, gone = "", False, False
                try:
                    if not message.points:
                        raise NotDelivered("no way", for_good=True)
                    self._carry(message.points[message.point].address, message.envelope)
                except NotDelivered as reason:
                    error, for_good, gone = str(reason), reason.for_good, reason.gone
                attempts.append(Attempt(message, self.now, self.now, error, for_good, gone))
            record_attempts(attempts=attempts, now=self.now)

    def _carry(self, address: str, envelope: Envelope) -> None:
        if envelope.recipient_kind == "speaker":
            self.said_aloud.append(envelope.text)
            return
        phone = self.phones[address.removeprefix("phone://")]
        if phone.dead:
            raise NotDelivered("dead line")
        if phone.gone:
            raise NotDelivered("no such number", gone=True)
        phone.messages.append(envelope)

    def incident(self, place: str = "") -> Incident:
        """The one incident of the story, or of this place; in a long story, the one that is open."""
        found = Incident.objects.filter(place__contains=place)
        return found.get() if found.count() == 1 else found.get(closed_at__isnull=True)

    def staff(self, post: Post) -> Actor:
        """The holder of a post, signed in."""
        return Actor(kind="user", label=post.holder_name, ref=str(post.user_id), user_id=post.user_id)

    def desk_acknowledges(self, place: str = "") -> None:
        acknowledge_incident(by=self.staff(self.desk_post), now=self.now, incident_id=self.incident(place).pk)

    def desk_closes(self, *, cause: str, outcome: str = "", place: str = "") -> None:
        by, incident_id = self.staff(self.desk_post), self.incident(place).pk
        close_incident(by=by, now=self.now, incident_id=incident_id, cause_code=cause, outcome=outcome)

    def forget_messages(self) -> None:
        """What rang so far is not the point of the story."""
        for phone in self.phones.values():
            phone.messages.clear()

    def nobody_else_was_told(self) -> None:
        """Every message that rang was expected by the story."""
        unexpected = {name: Counter(m.title for m in phone.messages) for name, phone in self.phones.items()}
        assert not any(unexpected.values()), {name: dict(titles) for name, titles in unexpected.items() if titles}
        assert not Message.objects.filter(state="owed", due_at__lte=self.now).exists()


class Device:
    """A detector of the town; what it says goes through the listener's door."""

    def __init__(self, town: Town, serial: str, secret: str) -> None:
        self.town, self.serial, self.secret = town, serial, secret

    def says(
        self, kind: str, payload: Any = None, *, at: datetime | None = None, community: str = "demo", **fields: Any
    ) -> Raw:
        """Publish; ``payload`` bytes go as they are."""
        number = next(_sequence)
        body = {"id": f"m{number}", "at": (at or self.town.now).isoformat(), **fields}
        data = payload if isinstance(payload, bytes) else orjson.dumps(body if payload is None else payload)
        raw = Raw(f"linli.{community}.{self.serial}.{kind}", data, self.town.now, f"test:{number}")
        self.town_takes(raw)
        return raw

    def town_takes(self, *raws: Raw) -> None:
        take_signals(raws=raws, now=self.town.now)
        self.town.deliver()

    def leaks(self, **fields: Any) -> Raw:
        return self.says("alarm", lel=12.5, **fields)

    def clears(self, **fields: Any) -> Raw:
        return self.says("clear", lel=0.4, **fields)


class Phone:
    """What somebody gets, in order, until the story expects it."""

    def __init__(self, town: Town, name: str, holder: tuple[str, int]) -> None:
        self.town, self.name, self.holder = town, name, holder
        self.messages: list[Envelope] = []
        self.dead = False
        self.gone = False
        """Whether the number does not exist any more, for good."""

    def expect(self, *words: str) -> Envelope:
        """The next message is here and says this."""
        assert self.messages, f"{self.name} got no message"
        message = self.messages.pop(0)
        for word in words:
            assert word in message.title + message.text, f"{word!r} is not in {message.title} / {message.text}"
        return message

    def expect_silence(self) -> None:
        assert not self.messages, f"{self.name} got {[m.title for m in self.messages]}"

    def answers(
        self, choice: str, *, audience: str = "family", note: str = "", given_at: datetime | None = None
    ) -> None:
        """Answer the one incident; ``given_at`` is when, if the answer was long under way."""
        kind, ref = self.holder
        by = Actor(kind=kind, label=self.name, ref=str(ref))
        answer_incident(
            by=by,
            now=self.town.now,
            incident_id=self.town.incident().pk,
            audience=audience,
            choice=choice,
            note=note,
            answered_at=given_at,
        )
        self.town.deliver()
