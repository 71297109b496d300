"""The canary goes the whole way of an alarm, and nobody sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.audit.queries import Sought, entries_for
from linli.core.inner import INNER_COMMUNITY
from linli.incidents.models import Incident, TimelineEntry
from linli.notifications.models import Delivery, Message
from linli.registry.scopes import EVERYTHING
from linli.safety.actions import take_signals
from linli.safety.decoding import Raw
from linli.safety.models import QuarantinedSignal, Reading
from linli.watching.actions import look_after_canary, prune_canary
from linli.watching.canary import canary_device
from linli.watching.models import Probe
from linli.watching.queries.path import own_path
from tests.harness.town import Phone


class Cage:
    """The canary with a broker that keeps what was published until the listener takes it."""

    def __init__(self, town) -> None:
        self.town, self.device_id, self.begun_at = town, canary_device(), town.now
        self.published: list[Raw] = []
        town.phones[""] = Phone(town, "Linli", ("post", 0))  # an inbox has no address

    def look(self, capture) -> int:
        with capture(execute=True):
            return look_after_canary(
                now=self.town.now, device_id=self.device_id, begun_at=self.begun_at, publish=self._publish
            )

    def _publish(self, subject: str, payload: bytes, msg_id: str) -> None:
        self.published.append(Raw(subject, payload, self.town.now, f"GATEWAY:{msg_id}"))

    def listener_takes(self) -> None:
        take_signals(raws=self.published, now=self.town.now)
        self.published = []

    def passes(self, seconds: float) -> None:
        self.town.now += timedelta(seconds=seconds)

    def round(self, capture) -> None:
        self.look(capture)
        self.passes(1)
        self.listener_takes()
        self.town.deliver()
        self.passes(4)
        self.look(capture)
        self.passes(5)


@pytest.fixture
def cage(town) -> Cage:
    return Cage(town)


def test_the_canarys_alarm_comes_back_and_is_timed(cage, django_capture_on_commit_callbacks) -> None:
    cage.round(django_capture_on_commit_callbacks)
    path = own_path(now=cage.town.now)
    assert (path.state, path.seconds) == ("fine", 1.0)
    assert not QuarantinedSignal.objects.exists()


def test_each_round_opens_an_incident_of_its_own_and_the_last_one_is_closed(
    cage, django_capture_on_commit_callbacks
) -> None:
    for _ in range(3):
        cage.round(django_capture_on_commit_callbacks)
    incidents = Incident.objects.order_by("id")
    assert [one.handling for one in incidents] == ["closed", "closed", "unacknowledged"]
    assert Message.objects.filter(state="sent").count() == 3


def test_nobody_of_the_town_sees_or_hears_the_canary(cage, django_capture_on_commit_callbacks) -> None:
    cage.round(django_capture_on_commit_callbacks)
    assert cage.town.phones.pop("").messages
    cage.town.nobody_else_was_told()
    assert not Incident.objects.filter(EVERYTHING.covers()).exists()
    assert not Incident.objects.filter(EVERYTHING.covers_communities()).exists()
    admin = User.objects.create_superuser(username="admin", password=None, name="管理员")
    assert not entries_for(reader=admin, sought=Sought()).filter(object_type="incident").exists()


def test_a_listener_that_is_dead_is_said_within_a_minute(cage, django_capture_on_commit_callbacks) -> None:
    cage.round(django_capture_on_commit_callbacks)
    for _ in range(14):
        cage.look(django_capture_on_commit_callbacks)
        cage.passes(5)
    path = own_path(now=cage.town.now)
    assert (path.state, path.part) == ("silent", "listener")
    cage.listener_takes()
    cage.town.deliver()
    cage.look(django_capture_on_commit_callbacks)
    assert own_path(now=cage.town.now).state == "fine"


def test_a_sender_that_is_dead_is_told_from_a_dead_listener(cage, django_capture_on_commit_callbacks) -> None:
    cage.look(django_capture_on_commit_callbacks)
    cage.listener_takes()
    for _ in range(7):
        cage.passes(5)
        cage.look(django_capture_on_commit_callbacks)
    path = own_path(now=cage.town.now)
    assert (path.state, path.part) == ("slow", "sender")


def test_a_dead_worker_is_seen_by_whoever_reads_the_row(cage, django_capture_on_commit_callbacks) -> None:
    cage.round(django_capture_on_commit_callbacks)
    cage.passes(70)
    path = own_path(now=cage.town.now)
    assert (path.state, path.part) == ("silent", "worker")


def test_the_time_that_we_were_stopped_ourselves_does_not_count(cage, django_capture_on_commit_callbacks) -> None:
    cage.look(django_capture_on_commit_callbacks)
    cage.passes(3600)
    cage.begun_at = cage.town.now
    cage.published = []
    cage.round(django_capture_on_commit_callbacks)
    assert own_path(now=cage.town.now).seconds == 1.0


def test_what_the_canary_leaves_is_gone_after_an_hour(cage, django_capture_on_commit_callbacks) -> None:
    town_rows = town_rows_of(cage)
    for _ in range(3):
        cage.round(django_capture_on_commit_callbacks)
    cage.passes(3700)
    while prune_canary(now=cage.town.now):
        pass
    left = Incident.objects.filter(community_id=INNER_COMMUNITY)
    assert [one.handling for one in left] == ["unacknowledged"]
    assert not Reading.objects.filter(community_id=INNER_COMMUNITY).exists()
    assert not AuditEntry.objects.filter(community_id=INNER_COMMUNITY).exists()
    assert not Delivery.objects.filter(message__community_id=INNER_COMMUNITY).exists()
    assert TimelineEntry.objects.filter(community_id=INNER_COMMUNITY).exclude(incident__in=left).count() == 0
    assert town_rows_of(cage) == town_rows
    assert Probe.objects.count() == 1


def town_rows_of(cage) -> int:
    return AuditEntry.objects.filter(community_id=cage.town.community.pk).count()
