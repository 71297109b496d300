"""Whether a database has been used: asked while the settings are read, so without Django, and only where the secret key is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

USED: Final = {
    "core_keyfingerprint": "SELECT 1 FROM core_keyfingerprint LIMIT 1",
    "accounts_user": "SELECT 1 FROM accounts_user LIMIT 1",
    "registry_community": "SELECT 1 FROM registry_community WHERE id > 0 LIMIT 1",
}
"""By table, the question that a used database answers. The second and third are for databases from before there were fingerprints."""
OF_DJANGO: Final = frozenset({"pool", "server_side_binding", "isolation_level", "assume_role"})


def was_used(database: Mapping[str, Any]) -> bool:
    """Whether somebody wrote into this database (an entry of Django's DATABASES). True also where it cannot be asked: better no key
    than a wrong one."""
    try:
        return _file_was_used(database) if database["ENGINE"].endswith("sqlite3") else _server_was_used(database)
    except Exception:  # noqa: BLE001 - whatever is wrong with it is said when it is looked at in earnest
        return True


def _file_was_used(database: Mapping[str, Any]) -> bool:
    path = Path(str(database["NAME"]))
    if not path.is_file():
        return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return any(file.execute(question).fetchone() for table, question in USED.items() if table in tables)


def _server_was_used(database: Mapping[str, Any]) -> bool:
    import psycopg

    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name not in OF_DJANGO}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    named = {name: database[ours] for name, ours in names.items() if database.get(ours)}
    with psycopg.connect(**named, **options) as server:
        there = [table for table in USED if server.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)]
        return any(server.execute(USED[table]).fetchone() for table in there)
