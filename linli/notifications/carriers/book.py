"""Which providers and loudspeakers a community has: asked at every message, changed once a year, so kept for some seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from linli.notifications.channels.contract import SMS, VOICE, CarrierCard, ServiceCard
from linli.notifications.models.carriers import Carrier, Loudspeaker

KEPT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class SpeakerCard:
    """A loudspeaker: where it is heard (``building_id`` None is the whole community), and how it is spoken to, as JSON."""

    id: int
    name: str
    community_id: int
    building_id: int | None
    hook: str


@dataclass(frozen=True, slots=True)
class Book:
    """All that is in use, by community, each in the order to try it."""

    read_at: datetime
    carriers: dict[int, tuple[CarrierCard, ...]]
    speakers: dict[int, tuple[SpeakerCard, ...]]


_kept: list[Book] = []


def book(*, now: datetime) -> Book:
    """What is in use now, at most five seconds old. Two queries, and then none for a while."""
    if not _kept or not timedelta(0) <= now - _kept[0].read_at < KEPT:
        _kept[:] = [_read(now)]
    return _kept[0]


def forget_book() -> None:
    """Read it anew at the next question: something was changed in this process."""
    _kept.clear()


def carriers_of(*, community_id: int, now: datetime) -> tuple[CarrierCard, ...]:
    """The community's providers in use, the chosen one first."""
    return book(now=now).carriers.get(community_id, ())


def speakers_over(*, community_id: int, building_id: int | None, now: datetime) -> list[SpeakerCard]:
    """The loudspeakers heard there: the building's own and those of the whole community."""
    there = book(now=now).speakers.get(community_id, ())
    return [s for s in there if s.building_id is None or s.building_id == building_id]


def speakers_by_id(*, ids: Iterable[int], now: datetime) -> dict[int, SpeakerCard]:
    """Those of these loudspeakers that are still in use."""
    wanted = set(ids)
    found = (s for held in book(now=now).speakers.values() for s in held) if wanted else ()
    return {s.id: s for s in found if s.id in wanted}


def _read(now: datetime) -> Book:
    carriers: dict[int, tuple[CarrierCard, ...]] = {}
    for row in Carrier.objects.filter(is_on=True).order_by("community_id", "position", "id"):
        carriers[row.community_id] = (*carriers.get(row.community_id, ()), card_of(row))
    speakers: dict[int, tuple[SpeakerCard, ...]] = {}
    for speaker in Loudspeaker.objects.filter(is_on=True).order_by("community_id", "id"):
        held = speakers.get(speaker.community_id, ())
        speakers[speaker.community_id] = (*held, _speaker(speaker))
    return Book(read_at=now, carriers=carriers, speakers=speakers)


def card_of(row: Carrier) -> CarrierCard:
    """The row as the channels see it."""
    services = {}
    if row.sms_template:
        services[SMS] = ServiceCard(
            template=row.sms_template, variables=_names(row.sms_variables), sign=row.sms_sign, app=row.sms_app
        )
    if row.voice_template:
        services[VOICE] = ServiceCard(
            template=row.voice_template,
            variables=_names(row.voice_variables),
            app=row.voice_app,
            number=row.voice_number,
            after_key=row.voice_after_key,
        )
    return CarrierCard(
        id=row.pk,
        provider=row.provider,
        key_id=row.key_id,
        key_secret=row.key_secret,
        services=services,
        longest=row.longest,
        refuses=bool(row.refusal),
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _speaker(row: Loudspeaker) -> SpeakerCard:
    hook = {
        "verb": row.verb,
        "url": row.url,
        "body": row.body if row.verb == Loudspeaker.Verb.POST else "",
        "content_type": row.content_type,
        "user": row.user,
        "password": row.password,
    }
    return SpeakerCard(row.pk, row.name, row.community_id, row.building_id, orjson.dumps(hook).decode())
