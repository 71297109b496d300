"""Adding and changing users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from linli.accounts.actions.tries import clear_tries, count_try
from linli.accounts.errors import NameTaken, PasswordTooWeak, WrongPassword
from linli.accounts.events import NameUnlocked, PasswordSet, UserAdded, UserChanged
from linli.accounts.models import User
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.core.events import announce

CHANGEABLE = ("username", "name", "email", "language", "is_active")


def create_user(
    *, by: Actor, now: datetime, username: str, name: str, password: str, email: str = "", language: str = "zh-hans"
) -> User:
    """Add somebody who may sign in; what they may do follows from their posts. Raises NameTaken or PasswordTooWeak."""
    user = User(username=username.strip(), name=name.strip(), email=email, language=language)
    return _add(by=by, now=now, user=user, password=password, kind="user")


def create_administrator(*, by: Actor, now: datetime, username: str, name: str, password: str) -> User:
    """Add somebody who may do everything, everywhere. Raises NameTaken or PasswordTooWeak."""
    user = User(username=username.strip(), name=name.strip(), is_staff=True, is_superuser=True)
    return _add(by=by, now=now, user=user, password=password, kind="administrator")


@transaction.atomic
def _add(*, by: Actor, now: datetime, user: User, password: str, kind: str) -> User:
    _check_password(password=password, user=user)
    user.set_password(password)
    _save(user=user, fields=None)
    announce(UserAdded(by=by, now=now, user_id=user.pk, name=user.name, kind=kind))
    return user


@transaction.atomic
def change_user(*, by: Actor, now: datetime, user_id: int, changes: Mapping[str, Any]) -> User:
    """Change any of username, name, email, language, is_active. Raises NameTaken. Writes and tells nothing if nothing is new."""
    user = _user(user_id)
    fields = tuple(f for f in CHANGEABLE if f in changes and getattr(user, f) != changes[f])
    for field in fields:
        setattr(user, field, changes[field])
    if fields:
        _save(user=user, fields=fields)
        announce(UserChanged(by=by, now=now, user_id=user.pk, name=user.name, fields=fields))
    return user


def change_own_profile(*, by: Actor, now: datetime, language: str) -> User:
    """The acting user chooses the language of pages and messages."""
    assert by.user_id is not None
    return change_user(by=by, now=now, user_id=by.user_id, changes={"language": language})


@transaction.atomic
def set_password(*, by: Actor, now: datetime, user_id: int, password: str) -> User:
    """Give a user a new password, which ends their sessions and any lock of their name. Raises PasswordTooWeak."""
    user = _user(user_id)
    _check_password(password=password, user=user)
    user.set_password(password)
    user.save(update_fields=["password"])
    clear_tries(name=user.username)
    announce(PasswordSet(by=by, now=now, user_id=user.pk, name=user.name))
    return user


def change_own_password(*, by: Actor, now: datetime, current: str, new: str) -> User:
    """The acting user chooses a new password. Raises WrongPassword, PasswordTooWeak, or NameIsLocked: guesses count as at the door."""
    assert by.user_id is not None
    user = _user(by.user_id)
    count_try(name=user.username, now=now)
    if not user.check_password(current):
        raise WrongPassword(fields={"current": WrongPassword.default_sentence})
    clear_tries(name=user.username)
    return set_password(by=by, now=now, user_id=user.pk, password=new)


@transaction.atomic
def unlock_name(*, by: Actor, now: datetime, user_id: int) -> User:
    """Let a user try again at once. Tells nothing if the name was not locked and had no failures."""
    user = _user(user_id)
    if clear_tries(name=user.username):
        announce(NameUnlocked(by=by, now=now, user_id=user.pk, name=user.name))
    return user


def _user(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def _save(*, user: User, fields: Sequence[str] | None) -> None:
    """The unique constraint decides whose the name is, so that two who choose it at once cannot both have it."""
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise NameTaken(fields={"username": NameTaken.default_sentence}) from error


def _check_password(*, password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(fields={"password": " ".join(error.messages)}) from error
