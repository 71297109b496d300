"""Which of the messages that a worker has claimed go now, and over which way.

Life comes first: what may be a danger to life asks for nobody's wishes, and where a channel's limit would make it wait it takes
the person's next way. Everything else waits visibly: its row says why and until when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from linli.core.broker import tell_from_thread
from linli.core.bulk import insert_rows, update_rows
from linli.core.secrets import keyed_hash
from linli.notifications.delivering import Claimed, Row, carried_by, lease_messages, word_messages
from linli.notifications.models import ChannelUse, Message, Preference
from linli.notifications.standing import Carrier, Standing, standing
from linli.notifications.ways import INBOX, as_wished, free_at, living, quiet_ends, worth_keeping
from linli.registry.models import Community
from linli.registry.queries import PointCard

MOST_ROUNDS = 16
Held = tuple[Claimed, str, datetime, datetime]
"""A message that waits: why, until when it is looked at again, and when its turn is expected."""


def ready_messages(
    *, owner: str, now: datetime, limit: int, carries: Callable[[str], bool], leased: Sequence[Row] | None = None
) -> list[Claimed]:
    """Lease up to ``limit`` messages (or take those that are ``leased``) and give back those that go now, each with its ways.

    The others are let go of again, with the reason. Call it outside a transaction: while messages are put into words, nobody
    waits for the database. Costs nothing but the lease while nobody has limits or wishes.
    """
    ready: list[Claimed] = []
    for _round in range(MOST_ROUNDS):
        room = limit - len(ready)
        rows = leased if leased is not None else lease_messages(owner=owner, now=now, limit=room)
        leased = None
        claimed = [carried_by(one, carries=carries) for one in word_messages(rows=rows, now=now)]
        wanted, held = _as_people_wish(claimed, now=now)
        going, waiting = _within_limits(wanted, known=standing(now=now), now=now)
        let_go(held + waiting)
        ready += going
        if len(rows) < room or len(ready) == limit:
            break  # else those that wait stood in front of others, who must not wait with them
    return ready


def is_urgent(claimed: Claimed) -> bool:
    """Whether it may be about a danger to life. What does not say so itself counts as such, unless it is routine."""
    params = claimed.envelope.params
    dangerous = params.get("life_safety", params.get("severity", 1) == 1)
    return claimed.priority < Message.ROUTINE and bool(dangerous)


# ------------------------------------------------------------------------------------------------------------- wishes


def _as_people_wish(claimed: Sequence[Claimed], *, now: datetime) -> tuple[list[Claimed], list[Held]]:
    """What is not urgent goes by its reader's wishes: order of ways, quiet hours, what they do not want at all."""
    patient = [one for one in claimed if not is_urgent(one)]
    wishes = _wishes_of(patient) if patient else {}
    if not wishes:
        return [_alive(one) for one in claimed], []
    zones = {
        c.pk: ZoneInfo(c.time_zone) for c in Community.objects.filter(pk__in={one.community_id for one in patient})
    }
    going: list[Claimed] = []
    held: list[Held] = []
    for one in claimed:
        wish = wishes.get((one.envelope.recipient_kind, one.envelope.recipient_id))
        if wish is None or is_urgent(one):
            going.append(_alive(one))
            continue
        routine = one.priority >= Message.ROUTINE
        if routine and one.wording in wish.unwanted:
            held.append((one, Message.Held.UNWANTED, now, now))
            continue
        until = quiet_ends(now=now, begin=wish.quiet_from, end=wish.quiet_until, zone=zones[one.community_id])
        if routine and until is not None:
            held.append((one, Message.Held.QUIET, until, until))
            continue
        going.append(_alive(replace(one, points=as_wished(one.points, wish.ways))))
    return going, held


def _wishes_of(claimed: Sequence[Claimed]) -> Mapping[tuple[str, int], Preference]:
    by_kind: dict[str, list[int]] = {"contact": [], "post": []}
    for one in claimed:
        by_kind.setdefault(one.envelope.recipient_kind, []).append(one.envelope.recipient_id)
    found = Preference.objects.filter(contact_id__among=by_kind["contact"]) | Preference.objects.filter(
        post_id__among=by_kind["post"]
    )
    return {("contact", w.contact_id) if w.contact_id else ("post", w.post_id or 0): w for w in found}


def _alive(claimed: Claimed) -> Claimed:
    if not any(way.dead for way in claimed.points):
        return claimed
    ways = living(claimed.points)
    return replace(claimed, points=ways, point=claimed.point % len(ways))


# ------------------------------------------------------------------------------------------------------------- limits


def _within_limits(claimed: Sequence[Claimed], *, known: Standing, now: datetime) -> tuple[list[Claimed], list[Held]]:
    """Those that may go over their way now; an urgent one goes over the next way, and waits only where there is none."""
    if not known.limited or not any(_carrier(known, way) for one in claimed for way in one.points):
        return list(claimed), []
    with transaction.atomic():
        return _shared_out(claimed, known=known, now=now)


def _shared_out(claimed: Sequence[Claimed], *, known: Standing, now: datetime) -> tuple[list[Claimed], list[Held]]:
    addresses = sorted({_key(known, way) for one in claimed for way in one.points if _carrier(known, way)})
    uses = _Uses(addresses, at=now.timestamp())
    going: list[Claimed] = []
    held: list[Held] = []
    for one in claimed:
        chosen = _free_way(one, known=known, uses=uses)
        if chosen is not None:
            going.append(replace(one, point=chosen))
            continue
        way = one.points[one.point]
        carrier = _carrier(known, way)
        assert carrier is not None
        free, turn = uses.wait(_key(known, way), carrier)
        held.append((one, Message.Held.LIMIT, _instant(free), _instant(turn)))
    uses.write()
    return going, held


def _free_way(one: Claimed, *, known: Standing, uses: _Uses) -> int | None:
    """The place of the way it takes now: its own if that is free; an urgent one the next that is. None: it waits."""
    if not one.points:
        return one.point
    places = (
        [(one.point + step) % len(one.points) for step in range(len(one.points))] if is_urgent(one) else [one.point]
    )
    waking = [place for place in places if one.points[place].kind != INBOX or place == one.point]
    for place in waking:
        carrier = _carrier(known, one.points[place])
        if carrier is None or uses.take(_key(known, one.points[place]), carrier):
            return place
    for place in waking if is_urgent(one) else ():
        carrier = _carrier(known, one.points[place])
        if carrier is not None and not carrier.strict:  # a limit that costs nothing but a refusal is no reason to wait
            uses.take_over(_key(known, one.points[place]), carrier)
            return place
    # The holder of a post looks into the inbox; a relative has none to look into.
    inboxes = [place for place in places if place not in waking]
    return inboxes[0] if inboxes and one.envelope.recipient_kind == "post" else None


def _carrier(known: Standing, way: PointCard) -> Carrier | None:
    return known.limited.get(known.service_of(way.kind, way.address))


def _key(known: Standing, way: PointCard) -> str:
    return keyed_hash(f"{known.service_of(way.kind, way.address)}|{way.address}", purpose="channel-use")


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


class _Uses:
    """When messages went to some addresses. The rows stay locked until the transaction ends, so that workers take turns."""

    def __init__(self, addresses: Sequence[str], *, at: float) -> None:
        self._at = at
        insert_rows(
            ChannelUse, columns=("address_hash", "sent"), rows=[(a, []) for a in addresses], ignore_conflicts=True
        )
        rows = ChannelUse.objects.select_for_update().filter(address_hash__in=addresses).order_by("address_hash")
        self._sent = {row.address_hash: list(row.sent) for row in rows}
        self._waiting: dict[str, list[float]] = {}
        self._changed: dict[str, Carrier] = {}

    def take(self, address: str, carrier: Carrier) -> bool:
        """Take a place now, if there is one."""
        if free_at(sent=self._sent[address], limits=carrier.limits, at=self._at) > self._at:
            return False
        self.take_over(address, carrier)
        return True

    def take_over(self, address: str, carrier: Carrier) -> None:
        """Take a place whether there is one or not."""
        self._sent[address].append(self._at)
        self._changed[address] = carrier

    def wait(self, address: str, carrier: Carrier) -> tuple[float, float]:
        """When the next place is free, and when it is this one's turn behind those that wait already."""
        sent, waiting = self._sent[address], self._waiting.setdefault(address, [])
        turn = free_at(sent=[*sent, *waiting], limits=carrier.limits, at=self._at)
        waiting.append(turn)
        return free_at(sent=sent, limits=carrier.limits, at=self._at), turn

    def write(self) -> None:
        rows = [
            (address, worth_keeping(sent=self._sent[address], limits=carrier.limits, at=self._at))
            for address, carrier in sorted(self._changed.items())
        ]
        update_rows(ChannelUse, key="address_hash", columns=("sent",), rows=rows)


# ------------------------------------------------------------------------------------------------------------- letting go


def let_go(held: Sequence[Held]) -> None:
    """Write down why they wait and until when; the look at them was no attempt. What nobody wants is taken back."""
    if not held:
        return
    rows = [
        (
            one.envelope.message_id,
            Message.State.CANCELLED if why == Message.Held.UNWANTED else Message.State.OWED,
            why,
            due_at,
            None if why == Message.Held.UNWANTED else turn_at,
            max(one.attempts - 1, 0),
            None,
            "",
        )
        for one, why, due_at, turn_at in sorted(held, key=lambda h: h[0].envelope.message_id)
    ]
    columns = ("state", "held_by", "due_at", "held_until", "attempts", "leased_until", "lease_owner")
    update_rows(Message, key="id", columns=columns, rows=rows, guard="t.state = 'owed'")
    for community_id in {one.community_id for one, *_ in held}:
        transaction.on_commit(partial(tell_from_thread, community_id=community_id, topic="messages"))
