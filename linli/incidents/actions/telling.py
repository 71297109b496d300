"""Telling people: from the links of a chain that are due to messages owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from linli.core.actors import system_actor
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.audiences import Audiences, Recipient, Where, applies
from linli.incidents.models import Audience
from linli.incidents.rulebook import rulebook
from linli.notifications.actions import Owed, owe_messages
from linli.notifications.carriers.announcing import Announcement, announce_aloud
from linli.notifications.carriers.book import speakers_over
from linli.notifications.models import Message

if TYPE_CHECKING:
    from linli.incidents.actions.opening import Opening

ESCALATION = system_actor(part="escalation")
DESK_LOOP = Audience.DUTY_DESK.value
BUNDLE_FROM = 3
PLACES_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Link:
    """One link that is due. ``position`` in the chain makes its messages' idempotency keys; ``number`` counts repeats from 0."""

    position: int
    audience: str
    number: int
    way: str = ""
    looping: bool = False


@dataclass(slots=True)
class Call:
    """One incident whose links from ``position`` on are due. ``tell_people`` moves ``position`` past what it told.

    ``began_at`` is when the chain began, for the ``turn``-th time; ``queue_turn`` its household's place in the queue.
    """

    incident_id: int
    opening: Opening
    severity: int
    began_at: datetime
    chain: Sequence[Sequence[Any]]
    loop_seconds: int
    position: int = 0
    answered: frozenset[tuple[str, int]] = frozenset()
    first: bool = True
    turn: int = 0
    queue_turn: int = 0
    told: list[Owed] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def where(self) -> Where:
        return Where(place=self.opening.place, household_id=self.opening.household_id)


def tell_people(*, calls: Sequence[Call], now: datetime) -> None:
    """Owe a message to everybody whom the due step of each call names; write who was told, and where there was nobody.

    A step that finds nobody at all is written down and the next is taken at once. Beyond the end of the chain the desk is
    told again, and where the desk has nobody, the secretary: never silence.
    """
    if not calls:
        return
    audiences = {str(link[1]) for call in calls for link in call.chain} | {DESK_LOOP, Audience.SECRETARY.value}
    due_now = {str(link[1]) for call in calls for link in call.chain[call.position : call.position + 8]} | {DESK_LOOP}
    known = Audiences(wheres=[call.where for call in calls], audiences=due_now, at=now)
    words = _Words(calls, now=now)
    for call in calls:
        if call.first and not rules.first_links(chain=call.chain):
            continue
        while not _fire(call, known=known, words=words, now=now) and call.position <= len(call.chain):
            if audiences - due_now:  # the next steps name audiences that were not looked up yet
                known, due_now = (
                    Audiences(wheres=[c.where for c in calls], audiences=audiences, at=now),
                    audiences,
                )
    owe_messages(now=now, messages=bundled(calls=calls))
    announce_aloud(now=now, announcements=[_aloud(call, words) for call in calls if call.first and _heard(call, now)])
    write_timeline(by=ESCALATION, now=now, lines=[line for call in calls for line in call.lines])


def _heard(call: Call, now: datetime) -> bool:
    place = call.opening.place
    return bool(speakers_over(community_id=place.community_id, building_id=place.building_id, now=now))


def _aloud(call: Call, words: _Words) -> Announcement:
    about = f"incident:{call.incident_id}"
    place, params = call.opening.place, words.params(call, number=0)
    return Announcement(place.community_id, place.building_id, about, "incident.raised", params, idempotency_key=about)


def bundled(*, calls: Sequence[Call]) -> list[Owed]:
    """All that these calls owe. Reminders of three or more alarms in one building become one for each captain or officer.

    A first message is never bundled, and a relative's neither: only what somebody has been told before is told in sum.
    """
    owed: list[Owed] = []
    reminders: dict[tuple[int, int], list[tuple[Call, Owed]]] = defaultdict(list)
    for call in calls:
        building_id = call.opening.place.building_id
        for message in call.told:
            if message.recipient_kind == "post" and message.priority == Message.REPEAT and building_id is not None:
                reminders[message.recipient_id, building_id].append((call, message))
            else:
                owed.append(message)
    for told in reminders.values():
        owed += [message for _call, message in told] if len(told) < BUNDLE_FROM else [_in_sum(told)]
    return owed


def _in_sum(told: Sequence[tuple[Call, Owed]]) -> Owed:
    call, first = told[0]
    places = [one.opening.place_label for one, _message in told]
    more = "…" if len(places) > PLACES_NAMED else ""
    params = {
        **first.params,
        "building": call.opening.place_label,
        "count": len(places),
        "places": "、".join(places[:PLACES_NAMED]) + more,
    }
    return replace(first, wording="incident.bundle", params=params, idempotency_key=f"bundle:{first.idempotency_key}")


def next_due(*, call: Call, now: datetime) -> datetime:
    """When the next step is due. Steps that we slept through are not all taken at once: the next is at least 10 s away."""
    seconds = rules.seconds_of(chain=call.chain, position=call.position, loop_seconds=call.loop_seconds)
    return max(call.began_at + timedelta(seconds=seconds), now + timedelta(seconds=10))


def _fire(call: Call, *, known: Audiences, words: _Words, now: datetime) -> bool:
    """Take one step of the chain. False when it found nobody."""
    width = rules.due_links(chain=call.chain, position=call.position)
    links = [
        _Link(position, str(link[1]), int(link[2]), str(link[3]) if len(link) > 3 else "")
        for position, link in enumerate(call.chain[call.position : call.position + width], start=call.position)
    ]
    if not links:
        number = call.position - len(call.chain) + 1
        links = [_Link(position=call.position, audience=DESK_LOOP, number=number, looping=True)]
        if not known.recipients(where=call.where, audience=DESK_LOOP):
            links.append(_Link(position=call.position, audience=Audience.SECRETARY.value, number=number, looping=True))
    found = False
    for link in links:
        if not applies(audience=link.audience, where=call.where):
            continue
        recipients = known.recipients(where=call.where, audience=link.audience)
        found = found or bool(recipients)
        if link.audience == DESK_LOOP and known.nobody_on_duty(where=call.where):
            community_id = call.opening.place.community_id
            call.lines.append(Line(community_id, call.incident_id, "nobody_on_duty", {"round": link.number}))
        _tell(call, link=link, recipients=recipients, words=words, now=now)
    call.position += width or 1
    return found


def _tell(call: Call, *, link: _Link, recipients: Sequence[Recipient], words: _Words, now: datetime) -> None:
    community_id = call.opening.place.community_id
    if not recipients:
        call.lines.append(Line(community_id, call.incident_id, "nobody_to_tell", {"audience": link.audience}))
        return
    silent = [r for r in recipients if (r.kind, r.id) not in call.answered]
    if not silent:
        return
    repeat = link.number > 0 or call.turn > 0
    told = {"audience": link.audience, "round": link.number, "names": [r.name for r in silent]}
    call.lines.append(Line(community_id, call.incident_id, "looped" if link.looping else "told", told))
    params = words.params(call, number=link.number)
    turn = f":again{call.turn}" if call.turn else ""
    for recipient in silent:
        call.told.append(
            Owed(
                community_id=community_id,
                about=f"incident:{call.incident_id}",
                recipient_kind=recipient.kind,
                recipient_id=recipient.id,
                recipient_name=recipient.name,
                recipient_title=recipient.title,
                language=recipient.language,
                wording="incident.again" if repeat else "incident.raised",
                params=params,
                idempotency_key=f"incident:{call.incident_id}{turn}:{link.position}:{recipient.kind}:{recipient.id}",
                priority=Message.REPEAT if repeat else Message.FIRST,
                queue_turn=call.queue_turn,
                way=link.way,
            )
        )


class _Words:
    """What the messages of these calls need to say."""

    def __init__(self, calls: Sequence[Call], *, now: datetime) -> None:
        kinds, communities = {c.opening.kind for c in calls}, {c.opening.place.community_id for c in calls}
        self._book = rulebook(now=now, kinds=kinds, communities=communities)

    def params(self, call: Call, *, number: int) -> Mapping[str, Any]:
        opening = call.opening
        kind = self._book.kinds[opening.kind]
        community, zone = self._book.communities[opening.place.community_id]
        return {
            "incident": call.incident_id,
            "kind_code": opening.kind,
            "kind_zh": kind.title_zh,
            "kind_en": kind.title_en,
            "severity": call.severity,
            "life_safety": kind.life_safety,
            "place": opening.place_label,
            "serial": opening.source_label,
            "community": community,
            "at": opening.happened_at.astimezone(zone).isoformat(timespec="seconds"),
            "clock": opening.happened_at.astimezone(zone).strftime("%H:%M"),
            "round": number,
            **({"drill": True} if opening.drill_id is not None else {}),
        }
