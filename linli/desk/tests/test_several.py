"""Several communities on one desk, and several incidents in one go."""

import pytest

from linli.accounts.models import User
from linli.desk.tests.test_list import BUDGET, LIST, page, storm
from linli.incidents.models import Answer, Incident
from linli.registry.models import Building, Community, Grid, Post, Unit


@pytest.fixture
def second(town):
    """A community next door, where the same officer has a post, with one open incident."""
    community = Community.objects.create(code="next", name="隔壁社区")
    grid = Grid.objects.create(community=community, number=1, name="一")
    building = Building.objects.create(community=community, grid=grid, number="1")
    Unit.objects.create(community=community, building=building, number=1)
    officer = User.objects.get(name="值班员小林")
    Post.objects.create(
        community=community, role="duty_officer", holder_name=officer.name, user=officer, since_on="2026-01-01"
    )
    town.device("502").leaks()
    town.later(seconds=1)
    town.device("501").leaks()
    Incident.objects.filter(place="8栋3单元501").update(community=community, place="1栋1单元101", building=building)
    return community


def test_an_officer_of_two_communities_sees_both_with_their_names(desk, town, second, django_assert_max_num_queries):
    with django_assert_max_num_queries(BUDGET):
        html = page(desk)
    assert "8栋3单元502" in html
    assert "1栋1单元101" in html
    assert '<span class="incident-community">隔壁社区</span>' in html


def test_one_community_is_chosen_in_the_address(desk, town, second):
    html = page(desk, f"{LIST}?community={second.pk}")
    assert "1栋1单元101" in html
    assert "8栋3单元502" not in html
    assert "<strong>1</strong> 起没处理完" in html
    assert f'?community={second.pk}" aria-current="true"' in html


def test_the_list_can_stand_by_community(desk, town, second):
    html = page(desk, f"{LIST}?group=community")
    assert html.count('class="desk-group"') == 2


@pytest.mark.parametrize("wanted", ["x", "99999", "-1"])
def test_a_community_one_has_nothing_to_do_with_is_not_chosen(desk, town, second, wanted):
    assert "8栋3单元502" in page(desk, f"{LIST}?community={wanted}")


def test_an_officer_of_one_community_is_not_bothered_with_names(desk, town):
    town.device("502").leaks()
    html = page(desk)
    assert "incident-community" not in html
    assert "desk-communities" not in html


def waiting():
    return Incident.objects.filter(handling="unacknowledged").count()


def take(client, ids, note="", back=""):
    return client.post("/desk/take/", {"incident": ids, "note": note, "back": back})


def test_several_are_taken_in_hand_with_one_note(desk, town):
    storm(town, homes=5)
    ids = list(Incident.objects.values_list("pk", flat=True))
    answer = take(desk, ids[:3], "全楼燃气检修", "/desk/?building=1")
    assert (answer.status_code, answer.url) == (302, "/desk/?building=1")
    assert waiting() == 2
    assert set(Answer.objects.values_list("note", flat=True)) == {"全楼燃气检修"}
    assert "已接手 3 起" in page(desk)


def test_what_others_took_meanwhile_is_passed_over_and_said(desk, town):
    storm(town, homes=3)
    ids = list(Incident.objects.values_list("pk", flat=True))
    take(desk, ids[:1])
    take(desk, ids)
    assert waiting() == 0
    assert Answer.objects.count() == 3
    assert "1 起别人已经接手或办结" in page(desk)


def test_nothing_ticked_is_refused_with_a_sentence(desk, town):
    town.device("502").leaks()
    for ids in ([], ["x", "²", ""]):
        answer = take(desk, ids)
        assert answer.status_code == 422
        assert "请先至少选一起报警" in answer.content.decode()
    assert waiting() == 1


def test_nobody_takes_what_is_not_in_the_own_places(desk, town, second):
    Post.objects.filter(community=second).delete()
    take(desk, list(Incident.objects.values_list("pk", flat=True)))
    assert Incident.objects.get(community=second).handling == "unacknowledged"


def test_a_captain_takes_nothing(captain, town):
    town.device("502").leaks()
    assert take(captain, [town.incident().pk]).status_code == 403
    assert "data-tick" not in page(captain)
    assert waiting() == 1


def test_the_way_back_leads_nowhere_else(desk, town):
    town.device("502").leaks()
    assert take(desk, [town.incident().pk], back="https://example.org/").url == LIST
