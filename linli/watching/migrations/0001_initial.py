"""The canary's row, the record of backups, and how long records are kept."""

from typing import Any

from django.db import migrations, models

# Years as data, to be changed in the register. A year counts 366 days, so that nothing goes before its anniversary.
DAYS = {"reading": 732, "message": 1098, "quarantine": 183, "incident": 3660, "audit": 3660, "backup_run": 732}


def lay_down(apps: Any, schema_editor: Any) -> None:
    Retention = apps.get_model("watching", "Retention")
    for record, days in DAYS.items():
        Retention.objects.get_or_create(record=record, defaults={"days": days})


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BackupRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(verbose_name='began at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('path', models.CharField(blank=True, max_length=500, verbose_name='file')),
                ('size_bytes', models.BigIntegerField(default=0, verbose_name='size in bytes')),
                ('rows', models.BigIntegerField(default=0, verbose_name='rows')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='error')),
            ],
            options={
                'verbose_name': 'backup',
                'verbose_name_plural': 'backups',
                'indexes': [models.Index(fields=['-began_at'], name='watching_backup_newest')],
            },
        ),
        migrations.CreateModel(
            name='Probe',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('published_at', models.DateTimeField(null=True)),
                ('waiting_since', models.DateTimeField(null=True)),
                ('stuck_at', models.CharField(blank=True, max_length=10)),
                ('back_at', models.DateTimeField(null=True)),
                ('commit_seconds', models.FloatField(null=True)),
                ('send_seconds', models.FloatField(null=True)),
                ('pinged_at', models.DateTimeField(null=True)),
                ('ping_error', models.CharField(blank=True, max_length=200)),
                ('clock_ahead_seconds', models.FloatField(null=True)),
            ],
            options={
                'verbose_name': 'test of our own path',
                'verbose_name_plural': 'tests of our own path',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='watching_one_probe')],
            },
        ),
        migrations.CreateModel(
            name='Retention',
            fields=[
                ('record', models.CharField(choices=[('reading', 'readings of detectors'), ('message', 'messages and their deliveries'), ('quarantine', 'signals that could not be read'), ('incident', 'closed incidents with their timeline'), ('audit', 'audit trail'), ('backup_run', 'records of backups')], max_length=20, primary_key=True, serialize=False, verbose_name='record')),
                ('days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days')),
            ],
            options={
                'verbose_name': 'how long records are kept',
                'verbose_name_plural': 'how long records are kept',
                'constraints': [models.CheckConstraint(condition=models.Q(('days__isnull', True), ('days__gte', 180), _connector='OR'), name='watching_retention_least')],
            },
        ),
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
