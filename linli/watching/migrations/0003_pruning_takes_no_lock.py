"""The guards of append-only tables on PostgreSQL let a pruning through by a setting of its transaction, not by a lock."""

from django.db import migrations

from linli.core.triggers import append_only

GUARDED = (
    "audit_auditentry",
    "incidents_answer",
    "incidents_timelineentry",
    "notifications_delivery",
    "notifications_receipt",
    "notifications_reply",
    "notifications_wordingversion",
)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("incidents", "0004_silences_and_drills"),
        ("notifications", "0007_carriers"),
        ("watching", "0002_troubles_are_kept_two_years"),
    ]
    operations = [  # going back keeps these guards: the older ones would not do more
        migrations.RunPython(append_only(table=table).code, migrations.RunPython.noop) for table in GUARDED
    ]
