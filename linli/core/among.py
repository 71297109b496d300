"""``field__among=values``: like ``__in``, with all values as one parameter.

The SQL stays the same whatever their number, no limit on variables is met, and PostgreSQL looks each value up in the
index (``= ANY``); a subquery that unfolds a list hides from its planner how short the list is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


class Slot:
    """In the place of values that are given later, by name, when a prepared read runs."""

    def __init__(self, name: str) -> None:
        self.name = name


def parameter(values: Collection[Any], *, vendor: str) -> Any:
    """The values as the one parameter that the lookup's SQL expects."""
    return list(values) if vendor == "postgresql" else orjson.dumps(list(values)).decode()


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """Of numbers and texts. The right side is a collection, or a ``Slot``."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """As SQL and parameters, for PostgreSQL and SQLite."""
        left, params = self.process_lhs(compiler, connection)
        right = self.rhs if isinstance(self.rhs, Slot) else parameter(self.rhs, vendor=connection.vendor)
        if connection.vendor == "postgresql":
            kind = "bigint" if "int" in (self.lhs.output_field.db_type(connection) or "") else "text"
            return f"{left} = ANY(%s::{kind}[])", [*params, right]
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, right]  # noqa: S608
