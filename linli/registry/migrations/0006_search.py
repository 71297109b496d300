"""Finding people among a million: by the beginnings of names, which PostgreSQL indexes only if told so, and by characters."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from linli.registry.holds import CHARACTERS

MODELS = ("resident", "contact")
CHANGED = {
    "registry_resident_name": ("resident", "community", "name"),
    "registry_resident_initials": ("resident", "community", "name_initials"),
    "registry_resident_pinyin": ("resident", "community", "name_pinyin"),
    "registry_contact_initials": ("contact", "community", "name_initials"),
    "registry_contact_pinyin": ("contact", "community", "name_pinyin"),
}
NEW = {
    "registry_resident_house": ("resident", "household", "name"),
    "registry_contact_name": ("contact", "community", "name"),
}


def beginnings(name: str, of: str, column: str) -> models.Index:
    return models.Index(fields=[of, column], opclasses=["int8_ops", "varchar_pattern_ops"], name=name)


def index_characters(apps: Any, schema_editor: Any) -> None:
    """A new name is in the index at once (fastupdate would leave it in a list that every search reads)."""
    if schema_editor.connection.vendor == "postgresql":
        for model in MODELS:
            schema_editor.execute(
                f"CREATE INDEX registry_{model}_characters ON registry_{model} "
                f"USING gin ({CHARACTERS.format(column='name')}) WITH (fastupdate = off)"
            )


def drop_characters(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for model in MODELS:
            schema_editor.execute(f"DROP INDEX registry_{model}_characters")


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_care'),
    ]

    operations = [
        *(migrations.RemoveIndex(model, name) for name, (model, _of, _column) in CHANGED.items()),
        *(
            migrations.AddIndex(model, beginnings(name, of, column))
            for name, (model, of, column) in (CHANGED | NEW).items()
        ),
        # Django takes the index of the constraint for that of the foreign key and would drop both: the constraint steps aside.
        migrations.RemoveConstraint('resident', 'registry_resident_one_head'),
        migrations.AlterField(
            model_name='resident',
            name='household',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.household', verbose_name='household'),
        ),
        migrations.AddConstraint(
            'resident',
            models.UniqueConstraint(
                condition=models.Q(('died_on__isnull', True), ('is_head', True), ('moved_out_on__isnull', True)),
                fields=('household',),
                name='registry_resident_one_head',
            ),
        ),
        migrations.AddIndex(
            model_name='dwelling',
            index=models.Index(fields=['community', 'door', 'id'], name='registry_dwelling_number'),
        ),
        migrations.RunPython(index_characters, drop_characters),
    ]
