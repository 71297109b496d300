"""Silences, drills, and what an acknowledgement must lead to."""

import datetime
import django.db.models.deletion
import linli.incidents.models.policies
from django.db import migrations, models

from linli.core.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0003_fewer_indexes'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Drill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('started_by', models.CharField(max_length=120, verbose_name='started by')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('ended_by', models.CharField(blank=True, max_length=120, verbose_name='ended by')),
                ('lessons', models.TextField(blank=True, verbose_name='what we learnt')),
            ],
            options={
                'verbose_name': 'drill',
                'verbose_name_plural': 'drills',
            },
        ),
        migrations.CreateModel(
            name='Silence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='source')),
                ('source_label', models.CharField(blank=True, max_length=80, verbose_name='detector')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('made_at', models.DateTimeField(verbose_name='asked for at')),
                ('made_by_ref', models.CharField(max_length=60)),
                ('made_by', models.CharField(max_length=120, verbose_name='asked for by')),
                ('needs_second', models.BooleanField(default=False, verbose_name='needs a second person')),
                ('second_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                ('second_by_ref', models.CharField(blank=True, max_length=60)),
                ('second_by', models.CharField(blank=True, max_length=120, verbose_name='confirmed by')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('ended_by', models.CharField(blank=True, max_length=120, verbose_name='ended by')),
            ],
            options={
                'verbose_name': 'silence',
                'verbose_name_plural': 'silences',
            },
        ),
        migrations.RemoveConstraint(
            model_name='incident',
            name='incidents_one_open',
        ),
        migrations.AddField(
            model_name='answer',
            name='stale',
            field=models.BooleanField(default=False, help_text='It answered a call that others had followed already.', verbose_name='came too late'),
        ),
        migrations.AddField(
            model_name='answer',
            name='via',
            field=models.CharField(blank=True, max_length=10, verbose_name='over'),
        ),
        migrations.AddField(
            model_name='escalationpolicy',
            name='digest_at',
            field=models.TimeField(default=datetime.time(8, 0), help_text='For kinds that can wait for the morning.', verbose_name='time of the morning list'),
        ),
        migrations.AddField(
            model_name='escalationpolicy',
            name='outcome_minutes',
            field=models.PositiveSmallIntegerField(blank=True, default=60, help_text='Taken in hand and neither closed nor written about for so long, it counts as unanswered again.', null=True, verbose_name='minutes until it rings again without an outcome'),
        ),
        migrations.AddField(
            model_name='escalationpolicy',
            name='stopped_by',
            field=models.CharField(choices=[('family', 'relatives'), ('unit_captain', 'unit captain'), ('building_captain', 'building captain'), ('grid_lead', 'grid lead'), ('duty_desk', 'duty desk'), ('secretary', 'community secretary')], default='duty_desk', help_text='Others may take it in hand too: that is written down, and the escalation goes on.', max_length=20, verbose_name='whose acknowledgement stops it'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='way',
            field=models.CharField(blank=True, choices=linli.incidents.models.policies.ways, help_text="Tried first if the person has it; otherwise each person's own order holds.", max_length=10, verbose_name='over'),
        ),
        migrations.AddField(
            model_name='incident',
            name='last_step_at',
            field=models.DateTimeField(null=True, verbose_name='last step at'),
        ),
        migrations.AddField(
            model_name='incident',
            name='outcome_due_at',
            field=models.DateTimeField(null=True, verbose_name='outcome due at'),
        ),
        migrations.AddField(
            model_name='incident',
            name='outcome_minutes',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='silenced_until',
            field=models.DateTimeField(null=True, verbose_name='silenced until'),
        ),
        migrations.AddField(
            model_name='incident',
            name='stopped_by',
            field=models.CharField(choices=[('family', 'relatives'), ('unit_captain', 'unit captain'), ('building_captain', 'building captain'), ('grid_lead', 'grid lead'), ('duty_desk', 'duty desk'), ('secretary', 'community secretary')], default='duty_desk', max_length=20),
        ),
        migrations.AddField(
            model_name='incident',
            name='turn',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='incident',
            name='turned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='incidentkind',
            name='life_safety',
            field=models.BooleanField(default=False, help_text='No quiet hours, no rate limit, and a silence needs two people.', verbose_name='danger to life'),
        ),
        migrations.AddConstraint(
            model_name='escalationpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('outcome_minutes__isnull', True), ('outcome_minutes__gte', 5), _connector='OR'), name='incidents_policy_outcome'),
        ),
        migrations.AddConstraint(
            model_name='incidentkind',
            constraint=models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 3)), name='incidents_kind_severity'),
        ),
        migrations.AddConstraint(
            model_name='incidentkind',
            constraint=models.CheckConstraint(condition=models.Q(('life_safety', False), ('severity__lte', 2), _connector='OR'), name='incidents_kind_life'),
        ),
        migrations.AddField(
            model_name='drill',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='drill',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='incidents.incidentkind', verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='incident',
            name='drill',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='incidents.drill', verbose_name='drill'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('outcome_due_at__isnull', False)), fields=['outcome_due_at'], name='incidents_outcome_due'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('drill__isnull', False)), fields=['drill'], name='incidents_of_drill'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), ('drill__isnull', True)), fields=('community', 'source', 'kind'), name='incidents_one_open'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True), ('drill__isnull', False)), fields=('drill', 'source', 'kind'), name='incidents_one_open_drill'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('outcome_due_at__isnull', True), ('handling', 'acknowledged'), _connector='OR'), name='incidents_outcome_when_in_hand'),
        ),
        migrations.AddField(
            model_name='silence',
            name='building',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.building', verbose_name='building'),
        ),
        migrations.AddField(
            model_name='silence',
            name='community',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community'),
        ),
        migrations.AddField(
            model_name='silence',
            name='kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='incidents.incidentkind', verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='silence',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.unit', verbose_name='unit (stairwell)'),
        ),
        migrations.AddIndex(
            model_name='drill',
            index=models.Index(fields=['community', '-started_at'], name='incidents_drills'),
        ),
        migrations.AddConstraint(
            model_name='drill',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('community',), name='incidents_one_drill'),
        ),
        migrations.AddIndex(
            model_name='silence',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['community', 'ends_at'], name='incidents_silences'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='incidents_silence_span'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='incidents_silence_reason'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.CheckConstraint(condition=models.Q(('second_at__isnull', True), models.Q(('second_by_ref', models.F('made_by_ref')), _negated=True), _connector='OR'), name='incidents_silence_two_people'),
        ),
        migrations.AddConstraint(
            model_name='silence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), ('kind__isnull', False), ('building__isnull', False), ('unit__isnull', False), _connector='OR'), name='incidents_silence_of_something'),
        ),
        append_only(table='incidents_answer'),
    ]
