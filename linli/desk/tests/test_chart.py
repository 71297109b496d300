import re

import pytest
from django.urls import reverse
from django.utils import translation

from linli.core.rooms import ChartArea, rooms
from linli.desk.queries.wall import wall_of
from linli.registry.models import Building, Dwelling, Unit
from linli.registry.queries import EVERYTHING
from linli.safety.models import Device, DeviceState, DeviceTrouble
from tests.harness import Town

CHART = "/desk/chart/"
BUDGET = 14
MEASURES = ("open", "month", "detectors", "ages", "elders", "relatives")


def page(client, path=CHART):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def marks(town: Town, code: str, **area) -> dict[str, int]:
    """The shade of each door by its number."""
    measure = next(m for room in rooms() for m in room.chart_measures() if m.code == code)
    found = measure.read(ChartArea(town.community.pk, **area), town.now)
    return {d.door: found[d.pk].shade for d in Dwelling.objects.all() if d.pk in found}


@pytest.mark.parametrize("by", MEASURES)
def test_every_measure_draws_the_community_and_a_building(desk, town, by, django_assert_max_num_queries):
    with django_assert_max_num_queries(BUDGET):
        assert "8栋" in page(desk, f"{CHART}?by={by}")
    with django_assert_max_num_queries(BUDGET):
        html = page(desk, f"{CHART}{town.building.pk}/?by={by}")
    assert ">502</text>" in html
    for where in (CHART, f"{CHART}{town.building.pk}/"):
        assert "<table" in page(desk, f"{where}?by={by}&view=table")


def test_a_chart_costs_the_same_however_many_doors(desk, town, django_assert_max_num_queries):
    for number in range(20, 26):
        building = Building.objects.create(community=town.community, grid=town.grid, number=str(number))
        unit = Unit.objects.create(community=town.community, building=building, number=1)
        Dwelling.objects.bulk_create(
            Dwelling(community=town.community, unit=unit, floor=n // 2, door=f"{n // 2}0{n % 2}", label=f"{unit}{n}")
            for n in range(2, 14)
        )
    with django_assert_max_num_queries(BUDGET):
        assert page(desk).count("<figure") == 7


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_steps_of_a_legend_carry_the_same_mark(language):
    with translation.override(language):
        for measure in (m for room in rooms() for m in room.chart_measures()):
            found = [str(shade.mark) for shade in measure.shades]
            assert len(set(found)) == len(found), measure.code
            assert not found[0], "the first step is the rule, and the rule is not marked"


def test_a_door_leads_to_its_household(desk, town):
    html = page(desk, f"{CHART}{town.building.pk}/")
    link = reverse("registry:household", args=[town.household_502.pk])
    assert re.search(rf'<a href="{link}"><title>8栋3单元502', html)


def test_the_small_chart_has_one_tab_stop_a_building(desk, town):
    figure = re.search(r"<figure.*?</figure>", page(desk), re.DOTALL).group()
    links = re.findall(r"<a [^>]*>", figure.partition("</figcaption>")[2])
    assert [('tabindex="-1"' in link) for link in links] == [False, True]


def test_an_open_incident_marks_its_door_until_it_is_in_hand_and_closed(desk, town):
    assert marks(town, "open") == {}
    town.device("502").leaks()
    assert marks(town, "open") == {"502": 3}
    assert "危及生命" in page(desk, f"{CHART}{town.building.pk}/?view=table")
    town.desk_acknowledges()
    assert marks(town, "open") == {"502": 1}
    town.desk_closes(cause="test")
    assert marks(town, "open") == {}
    assert marks(town, "month") == {"502": 1}


def test_detectors_report_are_silent_or_alarm(town):
    assert marks(town, "detectors") == {"501": 2, "502": 2}
    town.device("501").says("heartbeat")
    assert marks(town, "detectors") == {"501": 1, "502": 2}
    device = Device.objects.get(serial="GAS501")
    DeviceTrouble.objects.create(community=town.community, device=device, kind="silent", since=town.now)
    assert marks(town, "detectors") == {"501": 2, "502": 2}
    assert wall_of(scope=EVERYTHING, now=town.now).silent == 3
    DeviceTrouble.objects.update(over_at=town.now)
    assert wall_of(scope=EVERYTHING, now=town.now).silent == 2
    DeviceState.objects.filter(device__serial="GAS502").update(alarming=True)
    assert marks(town, "detectors", building_id=town.building.pk) == {"501": 1, "502": 3}


def test_elders_and_relatives_are_counted_by_door(town):
    town.household_502.resident_set.update(born_on="1941-03-05")
    assert marks(town, "elders") == {"502": 3}
    town.household_502.resident_set.create(community=town.community, name="孙子", born_on="2010-01-01")
    assert marks(town, "elders") == {"502": 1}
    assert marks(town, "relatives") == {"501": 1, "502": 1}
    town.household_501.contact_set.update(ended_on="2026-01-02")
    assert marks(town, "relatives") == {"501": 2, "502": 1}


def test_a_captain_sees_the_own_stairwell_only(captain, town):
    Unit.objects.create(community=town.community, building=town.building, number=4)
    other = Building.objects.create(community=town.community, grid=town.grid, number="20")
    Unit.objects.create(community=town.community, building=other, number=1)
    html = page(captain)
    assert "8栋" in html
    assert "20栋" not in html
    assert "4单元" not in page(captain, f"{CHART}{town.building.pk}/")
    assert captain.get(f"{CHART}{other.pk}/").status_code == 404


@pytest.mark.parametrize("query", ["?by=nonsense", "?by=open&community=99999", "?community=x"])
def test_a_mistyped_address_draws_the_first_chart(desk, town, query):
    assert "8栋" in page(desk, CHART + query)


def test_a_label_cannot_become_markup(desk, town):
    Dwelling.objects.filter(door="502").update(label="<script>x</script>")
    html = page(desk)
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_a_stranger_finds_no_chart(client, django_user_model, town):
    client.force_login(django_user_model.objects.create_user(username="new", name="新来的", password=None))
    assert client.get(CHART).status_code == 403
