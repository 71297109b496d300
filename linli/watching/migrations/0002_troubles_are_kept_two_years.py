"""Troubles of devices that are over go after two years, like the readings."""

from typing import Any

from django.db import migrations, models


def lay_down(apps: Any, schema_editor: Any) -> None:
    apps.get_model("watching", "Retention").objects.get_or_create(record="trouble", defaults={"days": 732})


class Migration(migrations.Migration):

    dependencies = [
        ('watching', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='retention',
            name='record',
            field=models.CharField(choices=[('reading', 'readings of detectors'), ('message', 'messages and their deliveries'), ('quarantine', 'signals that could not be read'), ('incident', 'closed incidents with their timeline'), ('audit', 'audit trail'), ('backup_run', 'records of backups'), ('trouble', 'troubles of devices that are over')], max_length=20, primary_key=True, serialize=False, verbose_name='record'),
        ),
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
