"""Who looked at, changed or took out what is kept about somebody: the trail, read for the person it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q
from django.utils import timezone

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.audit.shown import actor_word
from linli.audit.words import KIND_WORDS, thing_word, verb_word
from linli.registry.import_words import masked_text
from linli.registry.models import Post

NEWEST: Final = 200


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the trail: when, who in which role, what they did, to what of it (empty: to the person), and why."""

    at: datetime
    who: str
    role: str
    verb: str
    thing: str
    reason: str


def looks_at(*, touching: Sequence[tuple[str, str]]) -> list[Look]:
    """The newest entries about these rows, newest first; for whoever may see the rows. Two queries."""
    refs: dict[str, list[str]] = defaultdict(list)
    for kind, ref in touching:
        refs[kind].append(ref)
    condition = reduce(or_, (Q(object_type=kind, object_ref__in=found) for kind, found in refs.items()))
    entries = list(AuditEntry.objects.filter(condition).order_by("-id")[:NEWEST])
    roles = _roles(entries)
    return [
        Look(
            at=entry.at,
            who=actor_word(entry=entry),
            role=_role(entry, roles),
            verb=verb_word(verb=entry.verb),
            thing="" if entry.object_type == "resident" else thing_word(object_type=entry.object_type),
            reason=masked_text(entry.reason),
        )
        for entry in entries
    ]


Held = Mapping[str, Sequence[tuple[str, date, date | None]]]


def _roles(entries: Sequence[AuditEntry]) -> Held:
    """The posts of those who acted, whenever they held them: by user."""
    users = {int(entry.actor_ref) for entry in entries if entry.actor_kind == "user" and entry.actor_ref.isdigit()}
    held: dict[str, list[tuple[str, date, date | None]]] = defaultdict(list)
    rows = Post.objects.filter(user_id__among=sorted(users)).order_by("pk")
    for user_id, role, since_on, until_on in rows.values_list("user_id", "role", "since_on", "until_on"):
        held[str(user_id)].append((role, since_on, until_on))
    return held


def _role(entry: AuditEntry, held: Held) -> str:
    """What they were on that day."""
    if entry.actor_kind != "user":
        return str(KIND_WORDS.get(entry.actor_kind, ""))
    day = timezone.localdate(entry.at)
    roles = (
        role for role, since, until in held.get(entry.actor_ref, ()) if since <= day and (until is None or until >= day)
    )
    return next((str(Role(role).label) for role in roles), "")
