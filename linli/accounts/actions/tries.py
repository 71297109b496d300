"""Counting failed sign-ins: a try is counted before the password is looked at, so that many at once gain nothing."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.accounts.errors import NameIsLocked
from linli.accounts.models import NameLock
from linli.accounts.rules import LockRule, Tries, counted, is_locked
from linli.accounts.tries import name_hash


def lock_rule() -> LockRule:
    """The rule as the settings give it."""
    return LockRule(after=settings.LINLI_LOCK_AFTER, lasts=timedelta(minutes=settings.LINLI_LOCK_MINUTES))


def count_try(*, name: str, now: datetime) -> Tries:
    """Count one try of ``name`` as failed, before its password is checked; ``clear_tries`` takes it back.

    Raises NameIsLocked. Two processes that count at the same moment wait for each other in the database, so of any number
    of simultaneous guesses no more than the rule allows are ever checked.
    """
    with transaction.atomic():
        row, _ = NameLock.objects.select_for_update().get_or_create(
            name_hash=name_hash(name=name), defaults={"last_failed_at": now}
        )
        tries = Tries(failures=row.failures, locked_until=row.locked_until)
        if not is_locked(tries=tries, now=now):
            after = counted(tries=tries, rule=lock_rule(), now=now)
            row.failures, row.locked_until, row.last_failed_at = after.failures, after.locked_until, now
            row.save(update_fields=["failures", "locked_until", "last_failed_at"])
            return after
    assert tries.locked_until is not None
    raise name_is_locked(until=tries.locked_until, now=now)


def clear_tries(*, name: str) -> int:
    """The name begins anew; returns how many rows that took away."""
    return NameLock.objects.filter(name_hash=name_hash(name=name)).delete()[0]


def name_is_locked(*, until: datetime, now: datetime) -> NameIsLocked:
    clock = timezone.localtime(until + timedelta(minutes=1)) if until.second else timezone.localtime(until)
    return NameIsLocked(clock=f"{clock:%H:%M}", minutes=max(1, math.ceil((until - now).total_seconds() / 60)))
