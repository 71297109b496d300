"""The pages of mediation."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.audit.models import AuditEntry
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Mediation, Party
from linli.casework.tests.office_town import Office, office, page_of  # noqa: F401

LIST, NEW = reverse("casework:mediations"), reverse("casework:mediation-new")


def url(name: str, *args) -> str:
    return reverse(f"casework:mediation{name}", args=args)


@pytest.fixture
def client(office: Office):  # noqa: F811
    return office.browser(office.secretary)


def typed(office: Office, **more) -> dict:  # noqa: F811
    return {
        "kind": "neighbours", "about": "噪音，吵了三个月", "place": "8栋", "mediator": office.secretary.pk,
        "opened_on": timezone.localdate().isoformat(), "p1_name": "赵秀兰", "p1_place": "8-3-502", "p2_name": "钱先生",
        "p2_phone": "13800001234",
    } | more  # fmt: skip


def begin(client, office: Office, **more) -> Mediation:  # noqa: F811
    assert client.post(NEW, typed(office, **more)).status_code == 302
    return Mediation.objects.latest("pk")


def test_a_dispute_goes_its_way_to_the_printed_agreement(office, client) -> None:  # noqa: F811
    assert "No mediation yet" in page_of(client.get(LIST))
    page_of(client.get(NEW))
    one = begin(client, office)
    text = page_of(client.get(url("", one.pk)))
    assert "噪音，吵了三个月" in text
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "known from the register" in text
    today = timezone.localdate()
    agree = {"seen": 1, "agreement": "晚十点后不练琴", "agreed_on": today.isoformat(), "fulfil_by": today.isoformat()}
    assert client.post(url("-do", one.pk, "agree"), agree).status_code == 302
    assert "The day of the agreement has come" in page_of(client.get(url("", one.pk)))
    assert "1 agreement should be kept by now" in page_of(client.get("/"))
    paper = page_of(client.get(url("-paper", one.pk)))
    assert "晚十点后不练琴" in paper
    assert "13800001234" not in paper
    assert "signature or fingerprint" in paper
    assert AuditEntry.objects.filter(verb="printed", object_type="casework.mediation").exists()
    kept = {"seen": 2, "fulfilment": "kept", "on": today.isoformat()}
    assert client.post(url("-do", one.pk, "kept"), kept).status_code == 302
    assert "should be kept by now" not in page_of(client.get("/"))


def test_two_people_at_once_lose_nothing(office, client) -> None:  # noqa: F811
    one = begin(client, office)
    edit = url("-edit", one.pk)
    assert client.post(edit, typed(office, seen=1, about="先写的")).status_code == 302
    late = client.post(edit, typed(office, seen=1, about="后写的"))
    text = page_of(late, 422)
    assert "Somebody else changed this" in text
    assert "先写的" in text
    assert "后写的" in text
    assert 'name="seen" value="2"' in text
    assert client.post(edit, typed(office, seen=2, about="后写的")).status_code == 302
    assert Mediation.objects.get().about == "后写的"
    stale = client.post(url("-do", one.pk, "fail"), {"seen": 1, "outcome": "谈不成"})
    assert "Somebody else changed this" in page_of(stale, 422)
    assert client.post(url("-do", one.pk, "fail"), {"seen": 3, "outcome": "谈不成"}).status_code == 302
    assert client.post(edit, typed(office, seen=4)).status_code == 422


def test_it_begins_with_what_the_request_says(office, client) -> None:  # noqa: F811
    request = office.enters("楼上太吵，打 138 0000 5555", code="dispute", reporter=ReporterGiven(name="赵女士"))
    address = f"{NEW}?request={request.pk}"
    text = page_of(client.get(address))
    assert "楼上太吵" in text
    assert "赵女士" in text
    assert "138****5555" in text
    assert "0000 5555" not in text
    assert client.post(address, typed(office)).status_code == 302
    assert Mediation.objects.get().request == request
    assert request.number in page_of(client.get(url("", Mediation.objects.get().pk)))
    assert client.get(f"{NEW}?request=999999").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"p2_name": ""}, "at least two sides"), ({"about": ""}, "in a few words"), ({"p2_phone": "打不通"}, "p2_phone"),
        ({"opened_on": "2999-01-01"}, "does not fit"), ({"opened_on": "x"}, "valid date"), ({"mediator": ""}, "Choose one of the posts"),
        ({"kind": "war"}, "Select a valid choice"), ({"p3_phone": "13800001234"}, "Write something here"), ({"about": "长" * 4001}, "4000"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_said_and_nothing_typed_is_lost(office, client, changes, said) -> None:  # noqa: F811
    text = page_of(client.post(NEW, typed(office, **changes)), 422)
    assert said in text
    assert "赵秀兰" in text
    assert not Mediation.objects.exists()


def test_a_number_is_seen_with_a_reason_and_stays_when_the_form_is_saved(office, client) -> None:  # noqa: F811
    one = begin(client, office)
    party = Party.objects.get(position=2)
    address = reverse("casework:party-phone", args=[party.pk])
    assert "13800001234" in page_of(client.post(address, {"reason": "约时间见面"}, headers={"HX-Request": "true"}))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(url("-edit", one.pk), typed(office, seen=1, p2_phone="")).status_code == 302
    assert Party.objects.get(position=2).phone == "13800001234"
    assert client.post(url("-edit", one.pk), typed(office, seen=2, p2_phone="-")).status_code == 302
    assert Party.objects.get(position=2).phone == ""


def test_the_list_leaves_as_a_file_without_numbers_and_reasons(office, client) -> None:  # noqa: F811
    one = begin(client, office)
    answer = client.get(reverse("casework:mediations-file"), {"words": "钱先生"})
    head, row = [line for line in load_workbook(io.BytesIO(answer.content)).active.values if any(line)]
    assert head[0] == "编号"
    assert row[0] == one.number
    assert row[4] == "赵秀兰、钱先生"
    assert "噪音" not in str(row)
    assert "13800001234" not in str(row)
    assert AuditEntry.objects.filter(verb="exported", object_type="casework.mediation").exists()


def test_nobody_else_comes_in_and_the_pages_ask_little(office, client, django_assert_max_num_queries) -> None:  # noqa: F811
    one = begin(client, office)
    party = Party.objects.get(position=2)
    for number in range(4):
        begin(client, office, about=f"第{number}件")
    for address in (LIST, NEW, url("", one.pk), url("-edit", one.pk), f"{LIST}?state=due&kind=x&since_on=never&page=9"):
        page_of(client.get(address))
        with django_assert_max_num_queries(20):
            page_of(client.get(address))
    for post in (office.building_captain, office.unit_captain):
        for address in (LIST, NEW, url("", one.pk), url("-paper", one.pk), reverse("casework:mediations-file")):
            assert office.browser(post).get(address).status_code == 403
    for post in (office.grid_lead, office.other_post):
        stranger = office.browser(post)
        for address in (url("", one.pk), url("-edit", one.pk), url("-paper", one.pk)):
            assert stranger.get(address).status_code == 404
        assert stranger.post(url("-do", one.pk, "fail"), {"seen": 1, "outcome": "x"}).status_code == 404
        assert (
            stranger.post(reverse("casework:party-phone", args=[party.pk]), {"reason": "看看是谁"}).status_code == 404
        )
