"""``name__holds="桂兰"``: like ``__contains``, and found at once among a million names.

No index of PostgreSQL answers LIKE '%桂兰%': two characters have no trigram. So it is asked for the names with both characters,
which the index of migration 0006 knows, and only those are compared. SQLite compares the names of a community.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.lookups import Contains
from django.db.models.sql.compiler import SQLCompiler

CHARACTERS = "string_to_array({column}::text, NULL::text)"
"""What is indexed: the characters of a text, each by itself."""


@CharField.register_lookup
class Holds(Lookup):
    """Of texts, case-sensitive where ``__contains`` is."""

    lookup_name = "holds"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """As SQL and parameters."""
        return Contains(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """The same, with what the index can answer said beside it."""
        contains, params = self.as_sql(compiler, connection)
        column, of_column = self.process_lhs(compiler, connection)
        characters = CHARACTERS.format(column=column)
        return f"({characters} @> %s::text[] AND {contains})", [*of_column, list(self.rhs), *params]
