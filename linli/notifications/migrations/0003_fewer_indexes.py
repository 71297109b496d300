"""Indexes that others cover go: every alarm writes them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_append_only'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='notifications_leased',
        ),
        migrations.AlterField(
            model_name='message',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AlterField(
            model_name='message',
            name='idempotency_key',
            field=models.CharField(max_length=120, verbose_name='idempotency key'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('idempotency_key',), name='notifications_once'),
        ),
    ]
