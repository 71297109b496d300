"""What has happened to users and their sessions. Each says who did it (``by``), when (``now``) and to whom (``user_id``, ``name``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.core.actors import Actor


@dataclass(frozen=True, slots=True)
class SignedIn:
    by: Actor
    now: datetime
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """``reason`` is "asked" or "idle"."""

    by: Actor
    now: datetime
    user_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """``user_id`` is None, and ``name`` empty, if nobody bears the name that was tried."""

    by: Actor
    now: datetime
    user_id: int | None
    name: str
    failures: int


@dataclass(frozen=True, slots=True)
class NameLocked:
    by: Actor
    now: datetime
    user_id: int | None
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class NameUnlocked:
    by: Actor
    now: datetime
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class UserAdded:
    """``kind`` is "user" or "administrator"."""

    by: Actor
    now: datetime
    user_id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class UserChanged:
    """``fields`` names what changed, never to what."""

    by: Actor
    now: datetime
    user_id: int
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PasswordSet:
    by: Actor
    now: datetime
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RegisterChanged:
    """A row was added, changed or deleted through a register. ``fields`` names what changed, never to what."""

    by: Actor
    now: datetime
    verb: str
    object_type: str
    object_ref: str
    object_label: str
    community_id: int | None
    fields: tuple[str, ...]
