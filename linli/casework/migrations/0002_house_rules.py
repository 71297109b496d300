"""Steps and calls in vain are append-only; requests are found by their tokens."""

from typing import Any

from django.db import migrations

from linli.casework.tokens import TOKENS
from linli.core.triggers import append_only


def index_tokens(apps: Any, schema_editor: Any) -> None:
    """A new request is in the index at once (fastupdate would leave it in a list that every search reads)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX casework_request_tokens ON casework_request "
            f"USING gin (({TOKENS.format(column='search_text')})) WITH (fastupdate = off)"
        )


def drop_tokens(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX casework_request_tokens")


class Migration(migrations.Migration):

    dependencies = [("casework", "0001_initial")]

    operations = [
        append_only(table="casework_step"),
        append_only(table="casework_calltry"),
        migrations.RunPython(index_tokens, drop_tokens),
    ]
