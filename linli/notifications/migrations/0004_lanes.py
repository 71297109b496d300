"""Lanes, turns in them, and a preferred way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_fewer_indexes'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='notifications_owed',
        ),
        migrations.AddField(
            model_name='message',
            name='queue_turn',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='way',
            field=models.CharField(blank=True, max_length=10, verbose_name='over'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'owed')), fields=['priority', 'queue_turn', 'due_at', 'id'], name='notifications_in_line'),
        ),
    ]
