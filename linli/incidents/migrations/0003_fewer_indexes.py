"""Indexes that others cover go: every alarm writes them."""

import django.db.models.deletion
from django.db import migrations, models

from linli.core.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0002_house_rules'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='answer',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='incident',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='incidents.incident', verbose_name='incident'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='cause',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='incidents.cause', verbose_name='cause'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='dwelling',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.dwelling', verbose_name='dwelling'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='household',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.household', verbose_name='household'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='incidents.incidentkind', verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='incident',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='timeline', to='incidents.incident', verbose_name='incident'),
        ),
        append_only(table='incidents_timelineentry'),
        append_only(table='incidents_answer'),
    ]
