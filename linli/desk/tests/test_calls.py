"""The call list on paper, messages that wait, and messages that were read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.audit.models import AuditEntry
from linli.notifications.models import Message
from linli.registry.models import Contact, ContactPoint, Resident


@pytest.fixture
def numbers(town):
    """Wang Fang is reached by phone, the grandmother too."""
    contact = Contact.objects.get(name="王芳")
    for kind in ("phone", "sms"):
        ContactPoint.objects.create(
            community=town.community, contact=contact, kind=kind, address="13800001111", position=5
        )
    Resident.objects.filter(name="赵秀兰").update(phone="13800002222")


@pytest.fixture
def leak(town, numbers):
    town.now = timezone.now()
    town.device("502").leaks()
    return town.incident()


def test_the_list_is_masked_until_the_numbers_are_asked_for(leak, desk, django_assert_max_num_queries):
    address = reverse("desk:calls", args=[leak.pk])
    with django_assert_max_num_queries(30):
        page = desk.get(address).content.decode()
    assert page.index("王芳") < page.index("赵秀兰") < page.index("赵玉兰")
    assert page.count("138****1111") == 1  # once, though texts and calls go to it
    assert "13800001111" not in page
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()


def test_the_desk_prints_the_numbers_and_each_is_written_down(leak, desk):
    page = desk.post(reverse("desk:calls", args=[leak.pk])).content.decode()
    assert "13800001111" in page
    assert "13800002222" in page
    assert "data-print" in page
    traces = AuditEntry.objects.filter(verb="revealed_phone")
    assert {(t.object_type, t.object_label) for t in traces} == {("contact", "王芳"), ("resident", "赵秀兰")}
    assert all(str(leak.pk) in t.reason for t in traces)


def test_a_captain_does_not_get_the_numbers(leak, captain):
    address = reverse("desk:calls", args=[leak.pk])
    assert captain.get(address).status_code == 200
    assert captain.post(address).status_code == 403
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()


def test_a_building_is_printed_door_by_door_with_a_reason(town, numbers, desk):
    address = reverse("desk:building-calls", args=[town.building.pk])
    page = desk.get(address).content.decode()
    assert page.index("8栋3单元501") < page.index("8栋3单元502")
    assert desk.post(address, {"reason": "x"}).status_code == 422
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()
    printed = desk.post(f"{address}?unit={town.unit.pk}", {"reason": "停气通知，逐户打电话"}).content.decode()
    assert "13800001111" in printed
    assert {t.reason for t in AuditEntry.objects.filter(verb="revealed_phone")} == {"停气通知，逐户打电话"}


def test_a_building_out_of_reach_is_not_found(town, captain, desk):
    assert desk.get(reverse("desk:building-calls", args=[town.building.pk + 7])).status_code == 404
    assert captain.get(reverse("desk:building-calls", args=[town.building.pk]) + "?unit=99999").status_code == 404


def test_the_incident_offers_the_list_when_somebody_cannot_be_reached(town, numbers, desk):
    town.now = timezone.now()
    town.phone("王芳").gone = True
    ContactPoint.objects.filter(contact__name="王芳", kind="sms").delete()
    town.device("502").leaks()
    incident = town.incident()
    page = desk.get(reverse("desk:incident", args=[incident.pk])).content.decode()
    assert page.count(reverse("desk:calls", args=[incident.pk])) == 2  # beside the heading, and where it hurts
    listed = desk.get(reverse("desk:calls", args=[incident.pk])).content.decode()
    assert "calls-first" in listed


def test_a_message_that_waits_says_so_on_the_incident(leak, desk):
    until = timezone.now() + timedelta(seconds=50)
    Message.objects.filter(recipient_name="王芳").update(state="owed", held_by="limit", held_until=until, due_at=until)
    page = desk.get(reverse("desk:incident", args=[leak.pk])).content.decode()
    assert timezone.localtime(until).strftime("%H:%M:%S") in page


def test_messages_are_marked_read_one_by_one_and_all_at_once(leak, desk, captain):
    inbox, read = reverse("desk:inbox"), reverse("desk:inbox-read")
    mine = Message.objects.get(recipient_name="值班员小林")
    other = Message.objects.get(recipient_name="赵玉兰")
    assert 'class="unread"' in desk.get(inbox).content.decode()
    desk.post(read, {"message": other.pk})
    other.refresh_from_db()
    assert other.read_at is None  # it is the captain's
    desk.post(read, {"message": mine.pk})
    mine.refresh_from_db()
    assert mine.read_at is not None
    assert 'class="unread"' not in desk.get(inbox).content.decode()
    captain.post(read, {"all": "1"})
    other.refresh_from_db()
    assert other.read_at is not None


def test_looking_at_the_inbox_marks_nothing(leak, desk):
    desk.get(reverse("desk:inbox"))
    assert not Message.objects.filter(read_at__isnull=False).exists()
