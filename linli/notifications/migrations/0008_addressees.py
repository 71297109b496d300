"""People who are told of a matter of their own and are neither relatives nor holders of posts."""

import django.db.models.deletion
import linli.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_carriers'),
        ('registry', '0006_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Addressee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('kind', models.CharField(choices=[('sms', 'text message'), ('voice', 'automatic call'), ('webhook', 'webhook'), ('apprise', 'chat or e-mail (apprise address)')], max_length=10, verbose_name='over')),
                ('address', linli.core.fields.EncryptedTextField(verbose_name='address or number')),
                ('address_hash', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(verbose_name='written down')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='registry.community', verbose_name='community')),
            ],
            options={
                'verbose_name': 'person who left a number',
                'verbose_name_plural': 'people who left a number',
                'constraints': [models.UniqueConstraint(fields=('community', 'kind', 'address_hash'), name='notifications_addressee_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['sms', 'voice', 'webhook', 'apprise'])), name='notifications_addressee_kind'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), _negated=True), models.Q(('address_hash', ''), _negated=True)), name='notifications_addressee_reached')],
            },
        ),
    ]
