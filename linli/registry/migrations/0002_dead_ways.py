"""Ways that failed for good too often are marked dead."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactpoint',
            name='bounces',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='failures for good in a row'),
        ),
        migrations.AddField(
            model_name='contactpoint',
            name='dead_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='dead since'),
        ),
        migrations.AddField(
            model_name='contactpoint',
            name='dead_reason',
            field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='what was wrong'),
        ),
        migrations.AddIndex(
            model_name='contactpoint',
            index=models.Index(condition=models.Q(('dead_since__isnull', False)), fields=['community', 'dead_since'], name='registry_point_dead'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.CheckConstraint(condition=models.Q(('dead_since__isnull', True), ('bounces__gte', 1), _connector='OR'), name='registry_point_died_of_it'),
        ),
    ]
