"""Days of a community, counted: for periods that are not whole months."""

import django.db.models.deletion
from typing import Any

from django.db import migrations, models


COVERING = (
    "CREATE INDEX casework_day_tally_numbers ON casework_daytally (sort, \"on\", community_id, key) "
    "INCLUDE (received, aside, taken, answered, in_time, returned, returns, counted, contacted, solved, satisfied, mostly, "
    "disputed, struck, unrated, in_vain, expired)"
)


def cover(apps: Any, schema_editor: Any) -> None:
    """The sums are read from the index alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COVERING)


def uncover(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX casework_day_tally_numbers")


def mark(apps: Any, schema_editor: Any) -> None:
    """Months that are counted already have no days yet: they are counted once more, by the worker."""
    Tally, TallyMark = apps.get_model("casework", "Tally"), apps.get_model("casework", "TallyMark")
    months = Tally.objects.order_by().values_list("community_id", "month").distinct()
    TallyMark.objects.bulk_create([TallyMark(community_id=pk, month=month) for pk, month in months], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0005_at_hotline'),
        ('registry', '0007_passbook_users'),
    ]

    operations = [
        migrations.CreateModel(
            name='DayTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received', models.PositiveIntegerField(default=0)),
                ('aside', models.PositiveIntegerField(default=0)),
                ('taken', models.PositiveIntegerField(default=0)),
                ('answered', models.PositiveIntegerField(default=0)),
                ('in_time', models.PositiveIntegerField(default=0)),
                ('returned', models.PositiveIntegerField(default=0)),
                ('returns', models.PositiveIntegerField(default=0)),
                ('counted', models.PositiveIntegerField(default=0)),
                ('contacted', models.PositiveIntegerField(default=0)),
                ('solved', models.PositiveIntegerField(default=0)),
                ('satisfied', models.PositiveIntegerField(default=0)),
                ('mostly', models.PositiveIntegerField(default=0)),
                ('disputed', models.PositiveIntegerField(default=0)),
                ('struck', models.PositiveIntegerField(default=0)),
                ('unrated', models.PositiveIntegerField(default=0)),
                ('in_vain', models.PositiveIntegerField(default=0)),
                ('expired', models.PositiveIntegerField(default=0)),
                ('on', models.DateField(verbose_name='day')),
                ('sort', models.CharField(choices=[('all', 'as a whole'), ('main', 'by main category'), ('hour', 'by hour'), ('week', 'by week'), ('building', 'by building'), ('lead', 'by lead')], max_length=8, verbose_name='counted by')),
                ('key', models.IntegerField(default=0, verbose_name='of which')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'counted day',
                'verbose_name_plural': 'counted days',
                'constraints': [models.UniqueConstraint(fields=('community', 'on', 'sort', 'key'), name='casework_day_tally_once')],
            },
        ),
        migrations.RunPython(cover, uncover),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
