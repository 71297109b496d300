"""A number that leads nowhere is on the grid lead's list, not on the desk's."""

from typing import Any

from django.db import migrations


def to_the_grid(apps: Any, schema_editor: Any) -> None:
    Policy, Step = apps.get_model("incidents", "EscalationPolicy"), apps.get_model("incidents", "EscalationStep")
    for policy in Policy.objects.filter(kind="number_dead", community=None, steps__isnull=True):
        Step.objects.create(policy=policy, after_seconds=0, audience="grid_lead", repeats=0, repeat_seconds=60)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_quiet_kinds")]
    operations = [migrations.RunPython(to_the_grid, migrations.RunPython.noop)]
