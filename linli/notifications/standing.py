"""What holds for every message and hardly ever changes: the communities' own wordings, and the channels' limits.

Kept for a few seconds in each process, because each batch of messages would ask for it. A wording changed at a desk therefore
holds for messages that go five seconds later or after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from linli.notifications.models import Channel, ChannelLimit, WordingVersion
from linli.notifications.wording import OwnText

KEPT = timedelta(seconds=5)
USUAL_BOUNCES = 3
OwnTexts = Mapping[str, OwnText]


@dataclass(frozen=True, slots=True)
class Carrier:
    """What is agreed about one channel; ``limits`` are (messages at most, within seconds)."""

    limits: tuple[tuple[int, int], ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """``own``: (community, code, language of two letters) to the community's own texts by form."""

    read_at: datetime
    own: Mapping[tuple[int, str, str], OwnTexts]
    limited: Mapping[str, Carrier]
    bounces: Mapping[str, int]

    def service_of(self, kind: str, address: str) -> str:
        """The channel's code: for a chat what stands before ``://``, otherwise the kind of way."""
        return address.partition("://")[0].lower() if kind == "apprise" else kind


_kept: dict[str, Standing] = {}


def standing(*, now: datetime) -> Standing:
    """What stands, at most five seconds old."""
    name = str(connection.settings_dict["NAME"])
    known = _kept.get(name)
    if known is None or not timedelta(0) <= now - known.read_at < KEPT:
        known = _kept[name] = _read(now)
    return known


def forget_standing() -> None:
    """Read it anew next time."""
    _kept.clear()


def _read(now: datetime) -> Standing:
    newest = WordingVersion.objects.values("community_id", "code", "language", "form").annotate(newest=Max("pk"))
    own: dict[tuple[int, str, str], dict[str, OwnText]] = {}
    for version in WordingVersion.objects.filter(pk__in=newest.values("newest")).exclude(text=""):
        place = own.setdefault((version.community_id, version.code, version.language), {})
        place[version.form] = OwnText(version.pk, version.title, version.text)
    limits: dict[str, list[tuple[int, int]]] = {}
    for code, most, seconds in ChannelLimit.objects.values_list("channel_id", "most", "per_seconds"):
        limits.setdefault(code, []).append((most, seconds))
    channels = list(Channel.objects.all())
    return Standing(
        read_at=now,
        own=own,
        limited={c.code: Carrier(tuple(limits[c.code]), c.strict) for c in channels if c.code in limits},
        bounces={c.code: c.bounces_until_dead for c in channels},
    )
