import pytest
from django.urls import reverse
from django.utils import timezone

from linli.core.actors import Actor
from linli.incidents.actions import Opening, open_incidents
from linli.incidents.models import Incident
from linli.incidents.queries import desk_counts, open_incidents_for
from linli.registry.models import Building, Unit
from linli.registry.queries import EVERYTHING, PlaceRef
from linli.safety.models import QuarantinedSignal

LIST = "/desk/"
BUDGET = 16


def page(client, path=LIST, **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def storm(town, *, homes):
    openings = []
    for number in range(homes):
        building, _made = Building.objects.get_or_create(
            community=town.community, number=str(20 + number % 4), defaults={"grid": town.grid}
        )
        unit, _made = Unit.objects.get_or_create(community=town.community, building=building, number=1)
        place = PlaceRef(community_id=town.community.pk, grid_id=town.grid.pk, building_id=building.pk, unit_id=unit.pk)
        openings.append(
            Opening(
                kind="gas_leak",
                source=f"device:{number}",
                source_label=f"GAS{number}",
                place=place,
                place_label=f"{unit}{number}",
                happened_at=town.now,
            )
        )
    open_incidents(by=Actor(kind="system", label="listener"), now=town.now, openings=openings)


def test_a_quiet_desk_says_that_silence_is_peace(desk, town):
    town.now = timezone.now()
    town.device("501").says("heartbeat")
    html = page(desk)
    assert "一切平安" in html
    assert "3 个报警器里有 1 个报过平安" in html


def test_a_desk_whose_detectors_are_silent_says_so(desk):
    assert "一个都没报平安" in page(desk)


def test_a_leak_shows_place_kind_who_was_told_and_who_answered(desk, town):
    town.device("502").leaks()
    town.phone("王芳").answers("going")
    html = page(desk)
    assert "8栋3单元502" in html
    assert "王强（儿子）" in html
    assert "单元长 赵玉兰" in html
    assert "<strong>女儿 王芳</strong>：我去处理" in html
    assert "有人应了，值班台还没接" in html
    assert 'data-alarm="life"' in html


def test_htmx_gets_the_part_and_not_the_page(desk, town):
    town.device("502").leaks()
    html = page(desk, **{"HX-Request": "true"})
    assert "8栋3单元502" in html
    assert "<html" not in html


def test_what_nobody_has_taken_comes_before_what_is_in_hand(town):
    town.device("502").leaks()
    first = town.incident()
    town.later(seconds=2)
    town.device("501").leaks()
    town.device("stairwell").says("alarm")
    newest = Incident.objects.order_by("-id")[0]
    order = [one.incident.place for one in open_incidents_for(scope=EVERYTHING, limit=9)]
    assert order[-1] == first.place
    assert order[0] == newest.place
    Incident.objects.exclude(pk=first.pk).update(handling="acknowledged", acknowledged_at=town.now, next_step_at=None)
    assert open_incidents_for(scope=EVERYTHING, limit=9)[0].incident == first


def test_the_gravest_stands_above_the_newest(town):
    town.device("502").leaks()
    grave = town.incident()
    town.later(seconds=2)
    town.device("501").leaks()
    Incident.objects.exclude(pk=grave.pk).update(severity=2)
    assert open_incidents_for(scope=EVERYTHING, limit=9)[0].incident == grave


@pytest.mark.parametrize("homes", [1, 10, 60])
def test_the_list_costs_the_same_however_much_is_open(desk, town, homes, django_assert_max_num_queries):
    storm(town, homes=homes)
    with django_assert_max_num_queries(BUDGET):
        page(desk)


def test_in_a_storm_the_first_thirty_are_shown_and_the_rest_by_building(desk, town):
    storm(town, homes=60)
    html = page(desk)
    assert html.count('class="incident-row') == 30
    assert "<strong>60</strong> 起没处理完" in html
    assert "还有 30 起" in html
    chosen = Building.objects.get(number="21")
    narrowed = page(desk, f"{LIST}?building={chosen.pk}")
    assert narrowed.count('class="incident-row') == 15
    assert "20栋1单元" not in narrowed


@pytest.mark.parametrize("building", ["x", "-1", "99999999999999999999", "²", "0"])
def test_a_mistyped_building_breaks_nothing(desk, town, building):
    town.device("502").leaks()
    page(desk, f"{LIST}?building={building}")


def test_a_captain_sees_the_own_stairwell_only(captain, town):
    town.device("502").leaks()
    storm(town, homes=4)
    html = page(captain)
    assert "8栋3单元502" in html
    assert "20栋" not in html
    elsewhere = Incident.objects.exclude(unit=town.unit)[0]
    assert captain.get(reverse("desk:incident", args=[elsewhere.pk])).status_code == 404


def test_a_captain_may_look_but_has_no_desk_buttons(captain, town):
    town.device("502").leaks()
    assert "我来处理" not in page(captain)
    assert "data-alarm" not in page(captain)
    answer = captain.post(reverse("desk:acknowledge", args=[town.incident().pk]))
    assert answer.status_code == 403
    assert town.incident().handling == "unacknowledged"


def test_a_visitor_is_asked_to_sign_in(client, town):
    for name in ("desk:list", "desk:today", "desk:inbox", "desk:history", "desk:alarms"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert "sign-in" in answer.url


def test_unread_signals_are_said(desk, town):
    QuarantinedSignal.objects.create(
        community=town.community, origin="x", received_at=timezone.now(), subject="linli.demo.x.alarm", reason="not_json",
        payload=b"?", size_bytes=1,
    )  # fmt: skip
    assert "今天有 1 条信号认不出来" in page(desk)


def test_other_pages_sound_too_and_name_what_is_elsewhere(desk, town):
    town.device("502").leaks()
    alarms = page(desk, reverse("desk:alarms"))
    assert 'data-alarm="life"' in alarms
    assert "8栋3单元502" in alarms
    here = page(desk, reverse("desk:alarms") + f"?here={town.incident().pk}")
    assert 'data-alarm="life"' in here
    assert "8栋3单元502" not in here


def test_numbers_count_what_they_say(town):
    town.device("502").leaks()
    town.device("501").leaks()
    one = Incident.objects.get(place="8栋3单元501")
    Incident.objects.filter(pk=one.pk).update(handling="acknowledged", acknowledged_at=town.now, next_step_at=None)
    counts = desk_counts(scope=EVERYTHING)
    assert (counts.open, counts.waiting, counts.life, counts.life_waiting) == (2, 1, 2, 1)
