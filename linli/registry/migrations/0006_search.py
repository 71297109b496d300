"""Finding people among a million: by the beginnings of names, which PostgreSQL indexes only if told so, and by characters."""

from typing import Any

from django.db import migrations, models

from linli.registry.holds import CHARACTERS

NAMES = {
    "resident": {"name": "name", "initials": "name_initials", "pinyin": "name_pinyin"},
    "contact": {"initials": "name_initials", "pinyin": "name_pinyin"},
}


def beginnings(model: str, word: str, column: str) -> models.Index:
    return models.Index(
        fields=["community", column], opclasses=["int8_ops", "varchar_pattern_ops"], name=f"registry_{model}_{word}"
    )


def index_characters(apps: Any, schema_editor: Any) -> None:
    """A new name is in the index at once (fastupdate would leave it in a list that every search reads)."""
    if schema_editor.connection.vendor == "postgresql":
        for model in NAMES:
            schema_editor.execute(
                f"CREATE INDEX registry_{model}_characters ON registry_{model} "
                f"USING gin ({CHARACTERS.format(column='name')}) WITH (fastupdate = off)"
            )


def drop_characters(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for model in NAMES:
            schema_editor.execute(f"DROP INDEX registry_{model}_characters")


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_care'),
    ]

    operations = [
        *(migrations.RemoveIndex(model, f"registry_{model}_{word}") for model, words in NAMES.items() for word in words),
        *(
            migrations.AddIndex(model, beginnings(model, word, column))
            for model, words in NAMES.items()
            for word, column in words.items()
        ),
        migrations.AddIndex("contact", beginnings("contact", "name", "name")),
        migrations.AddIndex("dwelling", models.Index(fields=["community", "door"], name="registry_dwelling_number")),
        migrations.RunPython(index_characters, drop_characters),
    ]
