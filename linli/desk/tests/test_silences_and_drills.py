"""The desk's pages for silences, drills and reopening."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.incidents.models import Drill, Incident, Silence

SILENCE = {"kind": "gas_leak", "building": "", "source": "", "source_label": "", "reason": "厨房装修", "hours": "4"}


def test_an_officer_asks_for_a_silence_and_another_one_confirms_it(town, browser_of):
    officer, secretary = browser_of("值班员小林"), browser_of("陈书记")
    asked = officer.post(reverse("desk:silence-new"), SILENCE | {"community": town.community.pk})
    assert asked.status_code == 302
    silence = Silence.objects.get()
    assert silence.ends_at - silence.starts_at == timedelta(hours=4)
    assert officer.post(reverse("desk:silence-confirm", args=[silence.pk])).status_code == 409
    page = secretary.get(reverse("desk:silences")).content.decode()
    assert "厨房装修" in page
    assert "等第二人同意" in page
    assert secretary.post(reverse("desk:silence-confirm", args=[silence.pk])).status_code == 302
    assert "静音中" in officer.get(reverse("desk:silences")).content.decode()
    assert officer.post(reverse("desk:silence-end", args=[silence.pk])).status_code == 302
    silence.refresh_from_db()
    assert silence.ended_at is not None


def test_a_silence_of_everything_is_refused_beside_the_field(town, browser_of):
    answer = browser_of("值班员小林").post(
        reverse("desk:silence-new"), SILENCE | {"community": town.community.pk, "kind": ""}
    )
    assert answer.status_code == 422
    assert "厨房装修" in answer.content.decode()
    assert not Silence.objects.exists()


def test_muting_a_device_names_it_on_the_form(town, browser_of):
    url = reverse("desk:silence-new") + f"?source=device:{town.device_id('502')}"
    assert "GAS502" in browser_of("值班员小林").get(url).content.decode()


def test_a_captain_cannot_silence_or_drill(town, browser_of):
    captain = browser_of("赵玉兰")
    assert captain.get(reverse("desk:silence-new")).status_code == 403
    assert captain.get(reverse("desk:drill-new")).status_code == 403


def main_of(answer) -> str:
    """What a page says beside the menu, which has an entry for drills, and beside the bar about what else rings."""
    page = answer.content.decode()
    return page.partition('<main id="main"')[2].partition("</main>")[0]


def test_whoever_sees_a_drills_alarm_on_any_page_sees_that_it_is_one(town, browser_of):
    officer, secretary = browser_of("值班员小林"), browser_of("陈书记")
    form = {"community": town.community.pk, "title": "冬季", "kind": "gas_leak", "places": "8-3-502"}
    officer.post(reverse("desk:drill-new"), form)
    incident = Incident.objects.get()
    pages = [reverse("desk:today"), reverse("desk:list"), reverse("registry:household", args=[town.household_502.pk])]
    pages += [reverse(f"desk:{name}", args=[incident.pk]) for name in ("incident", "close", "calls", "report")]
    assert [page for page in pages if "演练" not in main_of(secretary.get(page))] == []
    officer.post(reverse("desk:close", args=[incident.pk]), {"cause": "test", "outcome": "练完了"})
    pages = [reverse("desk:history"), reverse("desk:reopen", args=[incident.pk]), pages[2], pages[3], pages[-1]]
    assert [page for page in pages if "演练" not in main_of(secretary.get(page))] == []


def test_a_drill_is_started_with_spoken_addresses_and_ended_with_lessons(town, browser_of):
    officer = browser_of("值班员小林")
    form = {"community": town.community.pk, "title": "冬季演练", "kind": "gas_leak", "places": "8-3-502\n8栋3单元\n"}
    started = officer.post(reverse("desk:drill-new"), form)
    drill = Drill.objects.get()
    assert started.url == reverse("desk:drill", args=[drill.pk])
    assert set(Incident.objects.values_list("place", flat=True)) == {"8栋3单元502", "8栋3单元楼道"}
    assert Incident.objects.filter(household=town.household_502).exists()
    again = officer.post(reverse("desk:drill-new"), form)
    assert again.status_code == 422
    page = officer.get(reverse("desk:drill", args=[drill.pk])).content.decode()
    assert "单元长" in page
    officer.post(reverse("desk:drill-end", args=[drill.pk]), {"lessons": "钥匙没找到"})
    drill.refresh_from_db()
    assert drill.lessons == "钥匙没找到"
    assert not Incident.objects.filter(closed_at__isnull=True).exists()
    assert "钥匙没找到" in officer.get(reverse("desk:drills")).content.decode()


def test_an_address_that_does_not_exist_is_named_and_nothing_typed_is_lost(town, browser_of):
    form = {"community": town.community.pk, "title": "冬季演练", "kind": "gas_leak", "places": "8-3-502\n99-9-999"}
    answer = browser_of("值班员小林").post(reverse("desk:drill-new"), form)
    assert answer.status_code == 422
    assert "99-9-999" in answer.content.decode()
    assert not Drill.objects.exists()


def test_a_closed_incident_is_opened_again_from_its_page(town, browser_of):
    town.now = timezone.now()
    town.device("502").leaks()
    town.desk_closes(cause="stove_left_on", outcome="已关火")
    officer, incident = browser_of("值班员小林"), town.incident()
    page = officer.get(reverse("desk:incident", args=[incident.pk])).content.decode()
    assert reverse("desk:reopen", args=[incident.pk]) in page
    assert officer.post(reverse("desk:reopen", args=[incident.pk]), {"reason": ""}).status_code == 422
    assert officer.post(reverse("desk:reopen", args=[incident.pk]), {"reason": "还有味"}).status_code == 302
    incident.refresh_from_db()
    assert incident.handling == "unacknowledged"
    page = officer.get(reverse("desk:incident", args=[incident.pk])).content.decode()
    assert "还有味" in page


@pytest.mark.parametrize("name", ["silences", "drills", "silence-new", "drill-new"])
def test_the_quiet_pages_answer_with_few_queries(town, browser_of, name, django_assert_max_num_queries):
    client = browser_of("值班员小林")
    client.get(reverse(f"desk:{name}"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse(f"desk:{name}")).status_code == 200
