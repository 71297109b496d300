"""What can go wrong with an installation, each as one sentence that says what to do about it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured

SEE_BACKUP = "Restore it from a backup, or move the file away to begin with an empty one."
# What the database says, and what that means for the person at the terminal. The first match counts.
DATABASE_SAYS = (
    (
        r"no such table|relation .* does not exist|no such column|column .* does not exist",
        "has not been prepared for this version: run `linli migrate`.",
    ),
    (r"not a database|malformed|file is encrypted", f"is damaged. {SEE_BACKUP}"),
    (
        r"readonly|read-only",
        "can only be read. Give Linli the right to write to it (owner and free space of the file or server).",
    ),
    (r"unable to open database file", "cannot be opened. Does its folder exist, and may Linli write there?"),
    (r"disk is full|No space left|could not extend", "has no room left on its disk."),
    (r"disk I/O error", "cannot be read or written: its disk reports errors."),
    (r"database is locked", "is held by another program for too long. Close whatever else has it open."),
    (
        r"password authentication failed|no password supplied",
        "refuses our user name or password. Correct them in DATABASE_URL.",
    ),
    (r'database ".*" does not exist', "does not exist on that server. Create it, or correct DATABASE_URL."),
    (
        r"too many (clients|connections)|remaining connection slots",
        "takes no more connections. Raise max_connections or start fewer parts.",
    ),
    (
        r"refused|timeout|timed out|could not translate|Name or service|resolve|No route|No such file|closed|terminat|starting up|shutting",
        "does not answer. Is the server running, and is DATABASE_URL right?",
    ),
)


class CannotRun(Exception):
    """The command cannot do what was asked; its text is the one sentence that the person at the terminal reads."""


def sentence_for(error: BaseException) -> str | None:
    """One clear sentence for a fault of the installation; None for a bug of ours, which deserves its traceback."""
    for one in _chain(error):
        if isinstance(one, CannotRun | ImproperlyConfigured):
            return str(one)
        if sentence := _refusal(one) or _broker_fault(one) or _database_fault(one) or _system_fault(one):
            return sentence
    return None


def terminal_language() -> str:
    """What the person at the terminal reads: Chinese if the environment says so, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if spoken.lower().startswith("zh") else "en"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _refusal(error: BaseException) -> str | None:
    from django.utils import translation

    from linli.core.errors import Refusal

    if not isinstance(error, Refusal):
        return None
    with translation.override(terminal_language()):
        return str(error)


def _broker_fault(error: BaseException) -> str | None:
    from config.broker import ServerNotFound
    from linli.core.broker import BrokerUnavailable

    if isinstance(error, ServerNotFound):
        return "The broker's program nats-server is missing: install requirements/base.txt again, or set NATS_URL to a broker of your own."
    if isinstance(error, BrokerUnavailable):
        return f"The broker does not answer ({error}). Is `linli up` running, and is NATS_URL right?"
    return None


def _database_fault(error: BaseException) -> str | None:
    from django.db import Error as DjangoError

    if not isinstance(error, DjangoError | sqlite3.Error):
        return None
    words = " ".join(str(error).split())
    for pattern, meaning in DATABASE_SAYS:
        if re.search(pattern, words, re.IGNORECASE):
            return f"The database {_database_name()} {meaning} (It says: {words[:200]})"
    return None


def _system_fault(error: BaseException) -> str | None:
    if isinstance(error, PermissionError) and error.filename:
        return f"Linli may not use {error.filename}: {error.strerror}. Correct its owner or rights."
    if isinstance(error, OSError) and error.errno in {28, 122}:  # ENOSPC, EDQUOT
        return f"The disk is full{f' at {error.filename}' if error.filename else ''}: make room and start again."
    return None


def _database_name() -> str:
    """Where the database is, without its password."""
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(settings["NAME"])
    return f"{settings['NAME']} at {settings['HOST'] or 'the local server'}"
