"""A community's own wordings, people's wishes, the channels' limits, and why a message waits."""

import django.db.models.deletion
from django.db import migrations, models

from linli.core.triggers import append_only

class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_lanes'),
        ('registry', '0002_dead_ways'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='held_by',
            field=models.CharField(blank=True, choices=[('quiet', 'waits until the quiet hours are over'), ('limit', "waits for the channel's limit"), ('unwanted', 'not wanted by the recipient')], db_default='', max_length=8, verbose_name='held back by'),
        ),
        migrations.AddField(
            model_name='message',
            name='held_until',
            field=models.DateTimeField(null=True, verbose_name='held back until'),
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('code', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='code')),
                ('title_zh', models.CharField(max_length=60, verbose_name='Chinese title')),
                ('title_en', models.CharField(max_length=60, verbose_name='English title')),
                ('bounces_until_dead', models.PositiveSmallIntegerField(default=3, verbose_name='failures for good until it counts as dead')),
                ('strict', models.BooleanField(default=False, verbose_name='the limit holds for alarms too')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'constraints': [models.CheckConstraint(condition=models.Q(('bounces_until_dead__gte', 1)), name='notifications_bounces')],
            },
        ),
        migrations.CreateModel(
            name='ChannelLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('most', models.PositiveSmallIntegerField(verbose_name='messages at most')),
                ('per_seconds', models.PositiveIntegerField(verbose_name='within seconds')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='notifications.channel', verbose_name='channel')),
            ],
            options={
                'verbose_name': 'limit',
                'verbose_name_plural': 'limits',
                'constraints': [models.UniqueConstraint(fields=('channel', 'per_seconds'), name='notifications_limit_one'), models.CheckConstraint(condition=models.Q(('most__gte', 1), ('most__lte', 1000), ('per_seconds__gte', 1)), name='notifications_limit')],
            },
        ),
        migrations.CreateModel(
            name='ChannelUse',
            fields=[
                ('address_hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('sent', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'use of a channel',
                'verbose_name_plural': 'use of channels',
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('unwanted', models.JSONField(blank=True, default=list, verbose_name='not wanted')),
                ('ways', models.JSONField(blank=True, default=list, verbose_name='ways in order')),
                ('changed_at', models.DateTimeField(verbose_name='changed at')),
                ('changed_by', models.CharField(max_length=120, verbose_name='changed by')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
                ('contact', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='preference', to='registry.contact', verbose_name='contact')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='preference', to='registry.post', verbose_name='post')),
            ],
            options={
                'verbose_name': 'wishes about messages',
                'verbose_name_plural': 'wishes about messages',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('post__isnull', True)), models.Q(('contact__isnull', True), ('post__isnull', False)), _connector='OR'), name='notifications_wish_of_one'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='notifications_quiet_span')],
            },
        ),
        migrations.CreateModel(
            name='WordingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='wording')),
                ('language', models.CharField(choices=[('zh', '中文'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('form', models.CharField(choices=[('long', 'in full'), ('short', 'as a text message (SMS)'), ('spoken', 'spoken on the phone')], max_length=6, verbose_name='form')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='heading')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('author', models.CharField(max_length=120, verbose_name='by')),
                ('author_ref', models.CharField(blank=True, max_length=60)),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'version of a wording',
                'verbose_name_plural': 'versions of wordings',
                'indexes': [models.Index(fields=['community', 'code', 'language', 'form', '-id'], name='notifications_version')],
                'constraints': [models.CheckConstraint(condition=models.Q(('form__in', ['long', 'short', 'spoken']), ('language__in', ['zh', 'en'])), name='notifications_form'), models.CheckConstraint(condition=models.Q(('title', ''), models.Q(('form', 'long'), models.Q(('text', ''), _negated=True)), _connector='OR'), name='notifications_heading_of_long')],
            },
        ),
        append_only(table="notifications_wordingversion"),
    ]
