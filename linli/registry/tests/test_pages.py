from __future__ import annotations

import pytest
from django.urls import reverse

from linli.audit.models import AuditEntry
from linli.registry.models import ContactPoint
from linli.registry.tests.conftest import ID_NUMBER, Compound

WHY = "家属打不通电话"


@pytest.fixture
def desk(client, compound: Compound):
    client.force_login(compound.secretary())
    return client


@pytest.fixture
def stairwell(client, compound: Compound):
    client.force_login(compound.captain())
    return client


def page_of(household) -> str:
    return reverse("registry:household", args=[household.pk])


def test_a_visitor_must_sign_in(client, compound: Compound) -> None:
    for url in (page_of(compound.household), reverse("registry:search")):
        assert client.get(url).status_code == 302


def test_a_household_page_names_people_and_masks_numbers(
    desk, compound: Compound, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(21):
        answer = desk.get(page_of(compound.household))
    text = answer.content.decode()
    assert all(name in text for name in ("8栋3单元502", "赵桂兰", "钱丽", "160****5678", "160****1111"))
    assert not any(number in text for number in ("16000005678", "16000001111", ID_NUMBER))
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_household_page_speaks_english(desk, compound: Compound) -> None:
    desk.cookies["linli_language"] = "en"
    text = desk.get(page_of(compound.household)).content.decode()
    assert "Who lives here" in text
    assert "76 years old" in text


def test_a_captain_sees_the_own_stairwell_without_reveal_buttons(stairwell, compound: Compound) -> None:
    text = stairwell.get(page_of(compound.household)).content.decode()
    assert "160****5678" in text
    assert ID_NUMBER[-2:] + "<" not in text
    assert "<dialog" not in text.partition("<main")[2].partition("</main")[0]
    assert stairwell.get(page_of(compound.far_household)).status_code == 404


def test_a_single_find_opens_at_once(desk, compound: Compound) -> None:
    answer = desk.get(reverse("registry:search"), {"q": "zgl 8-3"})
    assert answer.status_code == 302
    assert answer.url == page_of(compound.household)


def test_several_finds_are_listed(desk, compound: Compound, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        text = desk.get(reverse("registry:search"), {"q": "502"}).content.decode()
    assert page_of(compound.household) in text
    assert page_of(compound.far_household) in text


@pytest.mark.parametrize("words", ["", "没有这个人", "<script>alert(1)</script>"])
def test_finding_nobody_teaches_what_to_type(desk, words) -> None:
    answer = desk.get(reverse("registry:search"), {"q": words})
    assert answer.status_code == 200
    assert "3-2-501" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_the_search_box_leads_here(desk) -> None:
    assert f'action="{reverse("registry:search")}"' in desk.get(reverse("registry:search")).content.decode()


def test_a_number_is_shown_in_place_of_its_mask(desk, compound: Compound) -> None:
    point = ContactPoint.objects.get(contact=compound.daughter, kind="phone")
    addresses = {
        reverse("registry:contact-phone", args=[point.pk]): "16000001111",
        reverse("registry:resident-phone", args=[compound.grandmother.pk]): "16000005678",
        reverse("registry:resident-id-number", args=[compound.grandmother.pk]): ID_NUMBER,
    }
    for url, number in addresses.items():
        fragment = desk.post(url, {"reason": WHY}, headers={"HX-Request": "true"})
        assert number in fragment.content.decode()
        assert "<html" not in fragment.content.decode()
        assert "no-store" in fragment.headers["Cache-Control"]
        assert "<html" in desk.post(url, {"reason": WHY}).content.decode()
    assert AuditEntry.objects.filter(verb__startswith="revealed", reason=WHY).count() == 6


def test_a_number_is_not_shown_without_a_reason_nor_to_a_captain(client, compound: Compound) -> None:
    url = reverse("registry:resident-phone", args=[compound.grandmother.pk])
    client.force_login(compound.secretary())
    assert client.post(url, {"reason": "看"}).status_code == 422
    assert client.get(url).status_code == 405
    client.force_login(compound.captain())
    assert client.post(url, {"reason": WHY}).status_code == 403
    assert not AuditEntry.objects.filter(verb__startswith="revealed").exists()
