"""What is wrong with devices, how long we could not hear them, and the numbers by which both are judged."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_quiet_kinds'),
        ('registry', '0003_more_ways'),
        ('safety', '0003_installing'),
    ]

    operations = [
        migrations.CreateModel(
            name='CareRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offline_seconds', models.PositiveIntegerField(blank=True, null=True, verbose_name='seconds of silence until offline')),
                ('visit_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days offline until a visit')),
                ('low_battery_percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(90)], verbose_name='battery is low from, %')),
                ('self_test_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days between self-tests')),
            ],
            options={
                'verbose_name': "a community's care rule",
                'verbose_name_plural': "communities' care rules",
            },
        ),
        migrations.CreateModel(
            name='DeviceMemory',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='memory', serialize=False, to='safety.device', verbose_name='device')),
                ('session', models.BigIntegerField(null=True, verbose_name='session')),
                ('session_at', models.DateTimeField(null=True, verbose_name='session changed at')),
                ('will_at', models.DateTimeField(null=True, verbose_name='last will at')),
                ('self_tested_at', models.DateTimeField(null=True, verbose_name='last self-test at')),
            ],
            options={
                'verbose_name': 'device memory',
                'verbose_name_plural': 'device memories',
            },
        ),
        migrations.CreateModel(
            name='DeviceTrouble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('silent', 'not reporting'), ('low_battery', 'battery low'), ('fault', 'fault'), ('self_test', 'self-test missed'), ('contamination', 'sensor contaminated'), ('end_of_life', 'end of life'), ('unstable', 'unstable')], max_length=15, verbose_name='kind')),
                ('level', models.PositiveSmallIntegerField(default=1, verbose_name='level')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('due_at', models.DateTimeField(null=True, verbose_name='looked at next')),
                ('held', models.BooleanField(default=False, verbose_name='held back: its gateway is gone')),
                ('told', models.BooleanField(default=False, verbose_name='an incident was raised')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('over_at', models.DateTimeField(null=True, verbose_name='over at')),
            ],
            options={
                'verbose_name': 'device trouble',
                'verbose_name_plural': 'device troubles',
            },
        ),
        migrations.CreateModel(
            name='IntakeOutage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(verbose_name='from')),
                ('ended_at', models.DateTimeField(db_index=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'outage of the intake',
                'verbose_name_plural': 'outages of the intake',
            },
        ),
        migrations.CreateModel(
            name='IntakeStamp',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='name')),
                ('alive_at', models.DateTimeField(verbose_name='alive at')),
                ('heard_until', models.DateTimeField(verbose_name='heard until')),
            ],
            options={
                'verbose_name': 'intake stamp',
                'verbose_name_plural': 'intake stamps',
            },
        ),
        migrations.AddField(
            model_name='device',
            name='uplink',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'model__is_gateway': True}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='safety.device', verbose_name='reports through'),
        ),
        migrations.AddField(
            model_name='devicemodel',
            name='is_gateway',
            field=models.BooleanField(default=False, help_text='Other devices report through it.', verbose_name="is a building's gateway"),
        ),
        migrations.AddField(
            model_name='devicemodel',
            name='low_battery_percent',
            field=models.PositiveSmallIntegerField(blank=True, default=20, help_text='Empty: its own flag alone decides.', null=True, verbose_name='battery is low from, %'),
        ),
        migrations.AddField(
            model_name='devicemodel',
            name='offline_seconds',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: four reports.', null=True, verbose_name='seconds of silence until offline'),
        ),
        migrations.AddField(
            model_name='devicemodel',
            name='self_test_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Empty: it does not report self-tests.', null=True, verbose_name='days between self-tests'),
        ),
        migrations.AddField(
            model_name='devicemodel',
            name='visit_days',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='days offline until a visit'),
        ),
        migrations.AddField(
            model_name='devicestate',
            name='turns',
            field=models.BigIntegerField(editable=False, null=True, verbose_name='turns between alarm and all-clear'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(condition=models.Q(('uplink__isnull', False)), fields=['uplink'], name='safety_device_members'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('uplink__isnull', True), models.Q(('uplink', models.F('id')), _negated=True), _connector='OR'), name='safety_device_uplink'),
        ),
        migrations.AddConstraint(
            model_name='devicemodel',
            constraint=models.CheckConstraint(condition=models.Q(('low_battery_percent__isnull', True), ('low_battery_percent__lte', 90), _connector='OR'), name='safety_model_battery'),
        ),
        migrations.AddField(
            model_name='carerule',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='carerule',
            name='model',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='safety.devicemodel', verbose_name='model'),
        ),
        migrations.AddField(
            model_name='devicememory',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='devicetrouble',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='devicetrouble',
            name='device',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='troubles', to='safety.device', verbose_name='device'),
        ),
        migrations.AddConstraint(
            model_name='intakeoutage',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__gt', models.F('begun_at'))), name='safety_outage_span'),
        ),
        migrations.AddConstraint(
            model_name='carerule',
            constraint=models.UniqueConstraint(fields=('community', 'model'), name='safety_care_rule_one'),
        ),
        migrations.AddIndex(
            model_name='devicetrouble',
            index=models.Index(condition=models.Q(('due_at__isnull', False), ('over_at__isnull', True)), fields=['due_at'], name='safety_trouble_due'),
        ),
        migrations.AddIndex(
            model_name='devicetrouble',
            index=models.Index(condition=models.Q(('over_at__isnull', True)), fields=['community', 'kind', 'level'], name='safety_trouble_open'),
        ),
        migrations.AddIndex(
            model_name='devicetrouble',
            index=models.Index(fields=['device', '-since'], name='safety_trouble_history'),
        ),
        migrations.AddConstraint(
            model_name='devicetrouble',
            constraint=models.UniqueConstraint(condition=models.Q(('over_at__isnull', True)), fields=('device', 'kind'), name='safety_trouble_one'),
        ),
        migrations.AddConstraint(
            model_name='devicetrouble',
            constraint=models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 3)), name='safety_trouble_level'),
        ),
    ]
