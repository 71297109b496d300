"""What the trail hears from below: accounts lies under it and cannot call it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from linli.accounts import events
from linli.audit.actions import Trace, record_traces
from linli.core.events import hear

VERBS: dict[type[Any], str] = {
    events.SignedIn: "signed_in",
    events.SignedOut: "signed_out",
    events.SignInFailed: "sign_in_failed",
    events.NameLocked: "name_locked",
    events.NameUnlocked: "name_unlocked",
    events.UserAdded: "added",
    events.UserChanged: "changed",
    events.PasswordSet: "password_set",
}
NOT_DETAILS = {"by", "now", "user_id", "name"}


def hear_accounts() -> None:
    """From now on whatever happens to a user, a session or a register leaves its entry, in the same transaction."""
    for happening in VERBS:
        hear(happening, _record_user)
    hear(events.RegisterChanged, _record_register)


def _record_user(happening: Any) -> None:
    trace = Trace(
        verb=VERBS[type(happening)],
        object_type="user",
        object_ref=str(happening.user_id or ""),
        object_label=happening.name,
        details={f.name: _plain(getattr(happening, f.name)) for f in fields(happening) if f.name not in NOT_DETAILS},
    )
    record_traces(by=happening.by, now=happening.now, traces=[trace])


def _record_register(happening: events.RegisterChanged) -> None:
    trace = Trace(
        verb=happening.verb,
        object_type=happening.object_type,
        object_ref=happening.object_ref,
        community_id=happening.community_id,
        object_label=happening.object_label,
        details={"fields": list(happening.fields)} if happening.fields else {},
    )
    record_traces(by=happening.by, now=happening.now, traces=[trace])


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
