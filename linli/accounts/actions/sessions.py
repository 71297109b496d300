"""Signing in and out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest

from linli.accounts.actions.tries import clear_tries, count_try, lock_rule, name_is_locked
from linli.accounts.actors import actor_of, actor_of_request
from linli.accounts.errors import SignInRefused
from linli.accounts.events import NameLocked, SignedIn, SignedOut, SignInFailed
from linli.accounts.models import NameLock, User
from linli.core.events import announce

TRIES_KEPT = timedelta(days=1)


def sign_in(*, request: HttpRequest, name: str, password: str, now: datetime) -> User:
    """Sign somebody in and give the session a new key. Raises SignInRefused, or NameIsLocked after too many failures in a row.

    A right password during a lock is refused too, unread: the answer is the same for every name and every password.
    """
    tries = count_try(name=name, now=now)
    user = auth.authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        _tell_failure(request=request, name=name, now=now, failures=tries.failures, until=tries.locked_until)
        if tries.locked_until is not None:
            raise name_is_locked(until=tries.locked_until, now=now)
        raise SignInRefused(tries_left=lock_rule().after - tries.failures)
    with transaction.atomic():
        clear_tries(name=name)
        auth.login(request, user)
        announce(SignedIn(by=actor_of_request(request), now=now, user_id=user.pk, name=user.name))
    return user


@transaction.atomic
def _tell_failure(*, request: HttpRequest, name: str, now: datetime, failures: int, until: datetime | None) -> None:
    by = actor_of_request(request)
    bearer = User.objects.filter(username=name).first()
    user_id, label = (bearer.pk, bearer.name) if bearer else (None, "")
    announce(SignInFailed(by=by, now=now, user_id=user_id, name=label, failures=failures))
    if until is not None:
        announce(NameLocked(by=by, now=now, user_id=user_id, name=label, until=until))


def sign_out(*, request: HttpRequest, now: datetime, reason: str = "asked") -> None:
    """End the session. ``reason`` is "asked" or "idle". Nothing happens if nobody is signed in."""
    user = request.user
    if not isinstance(user, User):
        return
    by = actor_of(user, address=actor_of_request(request).address)
    with transaction.atomic():
        auth.logout(request)
        announce(SignedOut(by=by, now=now, user_id=user.pk, name=user.name, reason=reason))


def forget_old_tries(*, now: datetime) -> int:
    """Forget names that nobody tried for a day and that are not locked; returns how many."""
    return NameLock.objects.filter(last_failed_at__lt=now - TRIES_KEPT).exclude(locked_until__gt=now).delete()[0]
