"""Counted months; what is there already is marked, to be counted."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import TruncMonth


def mark_what_is_there(apps: Any, schema_editor: Any) -> None:
    months = apps.get_model("casework", "Request").objects.order_by().values_list(
        "community_id", TruncMonth("received_at", output_field=models.DateField())
    )
    mark = apps.get_model("casework", "TallyMark")
    mark.objects.bulk_create(mark(community_id=community, month=month) for community, month in months.distinct())


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_house_rules'),
        ('registry', '0006_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='TallyMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'month to be counted',
                'verbose_name_plural': 'months to be counted',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('sort', models.CharField(choices=[('all', 'as a whole'), ('category', 'by category'), ('hour', 'by hour'), ('week', 'by week')], max_length=8, verbose_name='counted by')),
                ('key', models.IntegerField(default=0, verbose_name='of which')),
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
                ('category', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='casework.category')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'counted month',
                'verbose_name_plural': 'counted months',
                'constraints': [models.UniqueConstraint(fields=('sort', 'month', 'community', 'key'), name='casework_tally_once'), models.CheckConstraint(condition=models.Q(models.Q(('category__isnull', False), ('sort', 'category')), models.Q(models.Q(('sort', 'category'), _negated=True), ('category__isnull', True)), _connector='OR'), name='casework_tally_category')],
            },
        ),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop),
    ]
