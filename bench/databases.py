"""A fresh database for every installation that is measured."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg


@dataclass(slots=True)
class Databases:
    """A fresh database for every rig: a new SQLite file, or a new database on one PostgreSQL."""

    server: str = ""
    made: int = 0

    def url(self, kind: str) -> str:
        if kind == "sqlite":
            return ""
        self.made += 1
        name = f"bench_{self.made}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        return self.server.rpartition("/")[0] + f"/{name}"
