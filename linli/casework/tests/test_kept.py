"""The page that a resident may ask for says what they told us, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Reporter
from linli.registry.models import Resident

TOLD = "厨房漏水，打女儿 13900002222"


@pytest.fixture
def resident(office) -> Resident:
    return Resident.objects.filter(household=office.household_502).order_by("pk")[0]


@pytest.fixture
def told(office, resident):
    who = ReporterGiven(resident_id=resident.pk, name=resident.name, phone="13900001111", wants=Reporter.Wants.CALL)
    return office.enter(TOLD, reporter=who)


def page_for(client, post, resident: Resident) -> str:
    client.force_login(post.user)
    answer = client.get(reverse("registry:kept", args=[resident.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_resident_reads_what_they_told_us_with_numbers_masked(client, office, told, resident) -> None:
    page = page_for(client, office.secretary_post, resident)
    for said in ("您反映过的事", told.number, told.category.title, "139****2222", "139****1111"):
        assert said in page
    assert "13900001111" not in page
    assert "13900002222" not in page


def test_who_may_not_see_reporters_sends_them_to_the_office(client, office, told, resident) -> None:
    page = page_for(client, office.captain_post, resident)
    assert "您反映过的事" in page
    assert told.number not in page
    assert "139****2222" not in page


def test_who_told_us_nothing_or_was_forgotten_has_no_such_part(client, office, told, resident) -> None:
    Reporter.objects.update(
        resident=None, phone="", phone_hash="", wants="nothing", anonymised_on=timezone.localdate() - timedelta(days=1)
    )
    assert "您反映过的事" not in page_for(client, office.secretary_post, resident)
