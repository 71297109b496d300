"""``linli createadmin``"""

from __future__ import annotations

import argparse
import getpass
import sys

from config.faults import CannotRun

SECRET = "LINLI_ADMIN_PASSWORD"  # noqa: S105 - the name of the setting, not a password


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--username",
        help=f"sign-in name; then the password is taken from {SECRET} (or {SECRET}_FILE) and nothing is asked",
    )
    parser.add_argument("--name", help="the person's name, as colleagues say it")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from config import environment
    from config.keys_at_start import look_at_keys
    from linli.accounts.models import User

    look_at_keys()
    given = environment.text(SECRET)
    username = args.username or _asked("Sign-in name: ")
    if User.objects.filter(username=username).exists():
        raise CannotRun(f"There is a user {username!r} already: choose another --username.")
    name = args.name or (username if args.username else _asked("Name: ") or username)
    password = given or _asked_password()
    _must_be_good(username=username, name=name, password=password)
    User.objects.create_superuser(username=username, password=password, name=name, is_staff=True)
    print(f"{username} may sign in now, and may do everything.")
    return 0


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise CannotRun(f"Nobody is there to be asked: give --username, and the password in {SECRET}.")
    answer = input(question).strip()
    if not answer:
        raise CannotRun("Nothing was typed, so nobody was added.")
    return answer


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise CannotRun(f"Nobody is there to be asked: give the password in {SECRET} or {SECRET}_FILE.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CannotRun("The two passwords differ, so nobody was added.")
    return password


def _must_be_good(*, username: str, name: str, password: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    from linli.accounts.models import User

    user = User(username=username, name=name)
    with translation.override("en"):
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user=user)
        except ValidationError as error:
            raise CannotRun(" ".join(error.messages)) from error
