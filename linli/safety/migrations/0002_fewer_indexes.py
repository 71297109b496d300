"""Indexes that others cover go: every alarm writes them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
        ('safety', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='devicestate',
            name='safety_state_deadline',
        ),
        migrations.AlterField(
            model_name='reading',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AlterField(
            model_name='reading',
            name='device',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='safety.device', verbose_name='device'),
        ),
    ]
