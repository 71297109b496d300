"""Providers of texts and calls, loudspeakers, receipts and answers by phone; what came back is never changed."""

import django.core.validators
import django.db.models.deletion
import linli.core.fields
from django.db import migrations, models

from linli.core.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_channels'),
        ('registry', '0003_more_ways'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='held_by',
            field=models.CharField(blank=True, choices=[('quiet', 'waits until the quiet hours are over'), ('limit', "waits for the channel's limit"), ('unwanted', 'not wanted by the recipient'), ('line', 'waits for a free line to the provider')], db_default='', max_length=8, verbose_name='held back by'),
        ),
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(choices=[('aliyun', 'Aliyun'), ('tencent', 'Tencent Cloud')], max_length=10, verbose_name='provider')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='order')),
                ('is_on', models.BooleanField(default=True, verbose_name='in use')),
                ('key_id', models.CharField(max_length=80, verbose_name='AccessKey ID or SecretId')),
                ('key_secret', linli.core.fields.EncryptedTextField(verbose_name='AccessKey Secret or SecretKey')),
                ('sms_sign', models.CharField(blank=True, max_length=40, verbose_name='sign name of texts')),
                ('sms_template', models.CharField(blank=True, max_length=40, verbose_name='template of texts')),
                ('sms_variables', models.CharField(default='what,place,time', max_length=120, validators=[django.core.validators.RegexValidator('^(what|place|time|community|name|title|text)(,(what|place|time|community|name|title|text))*$', 'Names of variables with commas between them, of: what, place, time, community, name, title, text.')], verbose_name='its variables, in order')),
                ('sms_app', models.CharField(blank=True, max_length=40, verbose_name='SmsSdkAppId (Tencent)')),
                ('voice_template', models.CharField(blank=True, max_length=40, verbose_name='template of calls')),
                ('voice_variables', models.CharField(default='what,place', max_length=120, validators=[django.core.validators.RegexValidator('^(what|place|time|community|name|title|text)(,(what|place|time|community|name|title|text))*$', 'Names of variables with commas between them, of: what, place, time, community, name, title, text.')], verbose_name='its variables, in order')),
                ('voice_number', models.CharField(blank=True, max_length=30, verbose_name='number that calls (Aliyun)')),
                ('voice_after_key', models.CharField(blank=True, max_length=40, verbose_name='template played after a key was pressed (Aliyun)')),
                ('voice_app', models.CharField(blank=True, max_length=40, verbose_name='VoiceSdkAppid (Tencent)')),
                ('longest', models.PositiveSmallIntegerField(default=35, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(200)], verbose_name='longest value of a variable, in characters')),
                ('token', linli.core.fields.EncryptedTextField(editable=False, verbose_name='secret in the address for receipts')),
                ('token_hash', models.CharField(editable=False, max_length=64)),
                ('refused_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='refused at')),
                ('refusal', models.CharField(blank=True, editable=False, max_length=200, verbose_name='what it said')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'provider of texts and calls',
                'verbose_name_plural': 'providers of texts and calls',
                'constraints': [models.UniqueConstraint(fields=('community', 'provider'), name='notifications_carrier_once'), models.UniqueConstraint(fields=('token_hash',), name='notifications_carrier_token'), models.CheckConstraint(condition=models.Q(('token_hash', ''), _negated=True), name='notifications_carrier_has_token')],
            },
        ),
        migrations.CreateModel(
            name='Loudspeaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('is_on', models.BooleanField(default=True, verbose_name='in use')),
                ('verb', models.CharField(choices=[('POST', 'POST'), ('GET', 'GET')], default='POST', max_length=4, verbose_name='verb')),
                ('url', models.CharField(max_length=500, verbose_name='address')),
                ('body', models.TextField(blank=True, default='{"text": "{text}"}', verbose_name='what is sent')),
                ('content_type', models.CharField(default='application/json', max_length=80, verbose_name='content type')),
                ('user', models.CharField(blank=True, max_length=80, verbose_name='user')),
                ('password', linli.core.fields.EncryptedTextField(blank=True, verbose_name='password')),
                ('building', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.building', verbose_name='building')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'loudspeaker',
                'verbose_name_plural': 'loudspeakers',
                'constraints': [models.UniqueConstraint(fields=('community', 'name'), name='notifications_speaker_name')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(choices=[('aliyun', 'Aliyun'), ('tencent', 'Tencent Cloud')], max_length=10, verbose_name='provider')),
                ('service', models.CharField(choices=[('sms', 'text message'), ('voice', 'automatic call')], max_length=10, verbose_name='over')),
                ('provider_id', models.CharField(max_length=80, verbose_name='number at the provider')),
                ('state', models.CharField(choices=[('accepted', 'taken by the provider'), ('delivered', 'arrived'), ('failed', 'did not arrive'), ('dead', 'no such number')], max_length=10, verbose_name='state')),
                ('number_hash', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('received_at', models.DateTimeField(verbose_name='heard at')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='code')),
                ('sentence', models.CharField(blank=True, max_length=200, verbose_name='what it said')),
                ('raw', models.JSONField(default=dict, verbose_name='as it came')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='notifications.message', verbose_name='message')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'indexes': [models.Index(condition=models.Q(('state', 'accepted')), fields=['community', 'number_hash', '-at'], name='notifications_last_to')],
                'constraints': [models.UniqueConstraint(fields=('community', 'provider', 'provider_id', 'state'), name='notifications_receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(choices=[('aliyun', 'Aliyun'), ('tencent', 'Tencent Cloud')], max_length=10, verbose_name='provider')),
                ('service', models.CharField(choices=[('sms', 'text message'), ('voice', 'automatic call')], max_length=10, verbose_name='over')),
                ('reply_key', models.CharField(max_length=120)),
                ('number', linli.core.fields.EncryptedTextField(verbose_name='number')),
                ('number_hash', models.CharField(blank=True, max_length=64)),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='text')),
                ('choice', models.CharField(blank=True, max_length=1, verbose_name='choice')),
                ('counted', models.BooleanField(default=False, verbose_name='counted')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('received_at', models.DateTimeField(verbose_name='heard at')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='notifications.message', verbose_name='answer to')),
            ],
            options={
                'verbose_name': 'answer by phone',
                'verbose_name_plural': 'answers by phone',
                'indexes': [models.Index(fields=['community', '-id'], name='notifications_replies')],
                'constraints': [models.UniqueConstraint(fields=('community', 'provider', 'reply_key'), name='notifications_reply_once'), models.UniqueConstraint(condition=models.Q(('counted', True)), fields=('message', 'choice'), name='notifications_reply_counts_once')],
            },
        ),
        append_only(table="notifications_receipt"),
        append_only(table="notifications_reply"),
    ]
