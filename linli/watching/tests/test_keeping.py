"""What is pruned and what is not; and a house that was filled from a backup."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.utils import translation

from linli.audit.models import AuditEntry
from linli.audit.shown import rows_of
from linli.core.triggers import lifted
from linli.incidents.models import Incident, TimelineEntry
from linli.notifications.models import Delivery, Message
from linli.safety.models import Device, DeviceState, DeviceTrouble, Reading
from linli.watching.actions import begin_again_after_restore, prune_records
from linli.watching.models import Retention

YEARS = timedelta(days=366 * 11)


def prune_all(town) -> None:
    while prune_records(now=town.now):
        pass


def settled_leak(town) -> None:
    town.device("502").leaks()
    town.device("502").clears()
    town.desk_closes(cause="cooking_fumes")


def test_old_readings_messages_and_incidents_go_with_all_that_hangs_on_them(town) -> None:
    settled_leak(town)
    town.now += YEARS
    prune_all(town)
    for model in (Reading, Message, Delivery, TimelineEntry, Incident):
        assert not model.objects.exists(), model
    assert AuditEntry.objects.filter(verb="pruned").exists()


def test_the_trail_says_in_the_readers_language_which_part_of_linli_acted(town) -> None:
    town.device("502").leaks()
    town.desk_closes(cause="test")
    town.now += YEARS
    prune_all(town)
    with translation.override("zh-hans"):
        shown = {(row.who, row.verb) for row in rows_of(entries=AuditEntry.objects.filter(actor_kind="system"))}
    assert ("邻里系统：清理过期记录", "按期限清理了") in shown
    assert all(who.startswith("邻里系统：") for who, _verb in shown)


def test_nothing_of_an_open_incident_is_pruned(town) -> None:
    town.device("502").leaks()
    before = [model.objects.count() for model in (Reading, Message, Delivery, TimelineEntry, Incident)]
    town.now += YEARS
    prune_all(town)
    assert [model.objects.count() for model in (Reading, Message, Delivery, TimelineEntry, Incident)] == before


def test_troubles_go_two_years_after_they_are_over_and_open_ones_never(town) -> None:
    device = Device.objects.get(serial="GAS502")
    rows = {"community": town.community, "device": device, "since": town.now}
    DeviceTrouble.objects.create(**rows, kind="fault", over_at=town.now)
    DeviceTrouble.objects.create(**rows, kind="fault")
    town.now += timedelta(days=731)
    prune_all(town)
    assert DeviceTrouble.objects.count() == 2
    town.now += timedelta(days=2)
    prune_all(town)
    assert DeviceTrouble.objects.get().over_at is None


def test_what_is_not_past_its_time_stays(town) -> None:
    settled_leak(town)
    town.now += timedelta(days=700)
    prune_all(town)
    assert Reading.objects.exists()
    assert Incident.objects.exists()


def test_a_record_kept_for_ever_is_never_pruned(town) -> None:
    Retention.objects.update(days=None)
    settled_leak(town)
    town.now += YEARS
    prune_all(town)
    assert Reading.objects.exists()


def test_nobody_can_set_a_record_to_be_kept_for_less_than_half_a_year(db) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Retention.objects.filter(record="audit").update(days=30)


def test_after_pruning_the_trail_refuses_deletion_as_before(town) -> None:
    settled_leak(town)
    with transaction.atomic(), lifted(table="audit_auditentry"):
        pass
    town.now += YEARS
    prune_all(town)
    settled_leak(town)
    for model in (AuditEntry, TimelineEntry, Delivery):
        assert model.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete(connection.alias)


def test_a_pruning_that_fails_leaves_the_guard_where_it_was(town) -> None:
    settled_leak(town)
    with pytest.raises(ZeroDivisionError), transaction.atomic(), lifted(table="incidents_timelineentry"):
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), transaction.atomic():
        TimelineEntry.objects.all()._raw_delete(connection.alias)


def test_after_a_restore_nothing_open_is_forgotten_and_not_all_of_it_fires_at_once(town) -> None:
    made_at = town.now
    town.device("502").leaks()
    town.device("stairwell").says("alarm")
    Message.objects.filter(pk=Message.objects.first().pk).update(
        state="owed", lease_owner="box/worker-1", leased_until=town.now + timedelta(seconds=40)
    )
    DeviceState.objects.update(deadline_at=town.now)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=town.now + timedelta(days=1))
    town.now += timedelta(days=3)
    assert begin_again_after_restore(now=town.now, backup_made_at=made_at) == 2
    steps = list(Incident.objects.values_list("next_step_at", flat=True))
    assert all(town.now < step <= town.now + timedelta(minutes=32) for step in steps)
    assert len(set(steps)) == 2
    assert TimelineEntry.objects.filter(verb="noted").count() == 2
    assert not Session.objects.exists()
    assert not Message.objects.exclude(lease_owner="").exists()
    assert Message.objects.filter(state="owed").count() == 1
    assert not DeviceState.objects.filter(deadline_at__lt=town.now).exists()
