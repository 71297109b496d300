"""Text messages, automatic calls, and notifications on phones and computers as ways to reach people."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_dead_ways'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contactpoint',
            name='kind',
            field=models.CharField(choices=[('phone', 'phone call'), ('sms', 'text message'), ('voice', 'automatic call'), ('push', 'notification on a phone or computer'), ('inbox', 'inbox in Linli'), ('webhook', 'webhook'), ('apprise', 'chat or e-mail (apprise address)')], max_length=10, verbose_name='kind'),
        ),
    ]
