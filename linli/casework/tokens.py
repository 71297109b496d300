"""``search_text__has_tokens=["漏水", "8"]``: every token stands in what is kept for searching.

PostgreSQL asks the index of migration 0002 over the tokens; SQLite compares the texts of what is left of a community.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

TOKENS = "string_to_array({column}::text, ' ')"
"""What is indexed."""


@TextField.register_lookup
class HasTokens(Lookup):
    """Of texts made by ``kept_for_search``; the right side is a list of tokens, not empty."""

    lookup_name = "has_tokens"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """As SQL and parameters."""
        left, params = self.process_lhs(compiler, connection)
        tokens: Sequence[str] = self.rhs
        if connection.vendor == "postgresql":
            return f"{TOKENS.format(column=left)} @> %s::text[]", [*params, list(tokens)]
        one = f"instr(' ' || {left} || ' ', %s) > 0"
        found = [value for token in tokens for value in (*params, f" {token} ")]
        return f"({' AND '.join([one] * len(tokens))})", found
