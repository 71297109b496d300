"""Months of a community, counted by category, too."""

from typing import Any

from django.db import migrations, models


DRAWN = (
    'CREATE INDEX casework_tally_drawn ON casework_tally (sort, "of", month, community_id, key) '
    "INCLUDE (received, counted, satisfied, mostly)"
)


def cover(apps: Any, schema_editor: Any) -> None:
    """What pictures draw is read from the index alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DRAWN)


def uncover(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX casework_tally_drawn")


def mark(apps: Any, schema_editor: Any) -> None:
    """Months that are counted already are counted once more, by the worker: by category, too."""
    Tally, TallyMark = apps.get_model("casework", "Tally"), apps.get_model("casework", "TallyMark")
    months = Tally.objects.order_by().values_list("community_id", "month").distinct()
    TallyMark.objects.bulk_create([TallyMark(community_id=pk, month=month) for pk, month in months], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0006_day_tallies'),
        ('registry', '0007_passbook_users'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='tally',
            name='casework_tally_once',
        ),
        migrations.AddField(
            model_name='tally',
            name='of',
            field=models.IntegerField(default=0, verbose_name='of the main category'),
        ),
        migrations.AlterField(
            model_name='daytally',
            name='sort',
            field=models.CharField(choices=[('all', 'as a whole'), ('main', 'by main category'), ('hour', 'by hour'), ('week', 'by week'), ('building', 'by building'), ('lead', 'by lead'), ('sort', 'by category')], max_length=8, verbose_name='counted by'),
        ),
        migrations.AlterField(
            model_name='tally',
            name='sort',
            field=models.CharField(choices=[('all', 'as a whole'), ('main', 'by main category'), ('hour', 'by hour'), ('week', 'by week'), ('building', 'by building'), ('lead', 'by lead'), ('sort', 'by category')], max_length=8, verbose_name='counted by'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('sort', 'of', 'month', 'community', 'key'), name='casework_tally_of_once'),
        ),
        migrations.RunPython(cover, uncover),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
