"""Installing on the phone, two secrets at once, and a quarantine that people settle."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
        ('safety', '0002_fewer_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommissioningWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author', models.CharField(max_length=120, verbose_name='opened by')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
                ('device', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='safety.device', verbose_name='device')),
            ],
            options={
                'verbose_name': 'commissioning window',
                'verbose_name_plural': 'commissioning windows',
                'indexes': [models.Index(fields=['device', '-opened_at'], name='safety_window_newest')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 10)), name='safety_window_minutes'),
                    models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('device',), name='safety_one_window'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EarlierSecret',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='earlier_secret', serialize=False, to='safety.device', verbose_name='device')),
                ('secret_hash', models.CharField(editable=False, max_length=64)),
                ('until', models.DateTimeField(verbose_name='works until')),
            ],
            options={
                'verbose_name': 'earlier secret',
                'verbose_name_plural': 'earlier secrets',
            },
        ),
        migrations.CreateModel(
            name='OwedCutOff',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='owed_cut_off', serialize=False, to='safety.device', verbose_name='device')),
                ('since', models.DateTimeField(verbose_name='since')),
            ],
            options={
                'verbose_name': 'connection to be closed',
                'verbose_name_plural': 'connections to be closed',
            },
        ),
        migrations.AddField(
            model_name='quarantinedsignal',
            name='settled_at',
            field=models.DateTimeField(null=True, verbose_name='settled at'),
        ),
        migrations.AddField(
            model_name='quarantinedsignal',
            name='settled_by',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='settled by'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='quarantinedsignal',
            name='settled_how',
            field=models.CharField(blank=True, choices=[('treated', "taken as a device's message"), ('replayed', 'replayed'), ('dismissed', 'dismissed')], default='', max_length=10, verbose_name='settled how'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='quarantinedsignal',
            name='settled_note',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='note'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='reading',
            name='kind',
            field=models.CharField(choices=[('alarm', 'alarm'), ('clear', 'back to normal'), ('heartbeat', 'heartbeat'), ('status', 'status'), ('test', 'test alarm')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='quarantinedsignal',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(('settled_at__isnull', True), ('settled_by', ''), ('settled_how', '')),
                    models.Q(('settled_at__isnull', False), models.Q(('settled_how', ''), _negated=True), models.Q(('settled_by', ''), _negated=True)),
                    _connector='OR',
                ),
                name='safety_quarantine_settled',
            ),
        ),
    ]
