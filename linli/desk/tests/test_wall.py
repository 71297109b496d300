import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.idle import STAYS
from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.desk.actions import make_wall_link, revoke_wall_link
from linli.desk.errors import WallAlreadyRevoked
from linli.desk.models import WallLink
from linli.desk.tests.test_list import storm
from linli.incidents.models import Drill, Incident
from linli.registry.models import Community, Post, Resident
from linli.registry.queries import EVERYTHING

BY = Actor(kind="system", label="test")
BUDGET = 16


@pytest.fixture
def token(town):
    return make_wall_link(by=BY, now=town.now, scope=EVERYTHING, community_id=town.community.pk, name="一楼大厅")[1]


@pytest.fixture
def secretary(browser_of):
    return browser_of("陈书记")


def wall(client, path="/wall/", **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_wall_shows_place_kind_state_and_the_role_that_answered(desk, town, django_assert_max_num_queries):
    town.device("502").leaks()
    town.phone("王芳").answers("going")
    with django_assert_max_num_queries(BUDGET):
        html = wall(desk)
    assert "8栋3单元502" in html
    assert "燃气泄漏报警" in html
    assert "亲属：我去处理" in html
    assert 'data-alarm="life"' in html


def test_a_wall_shows_no_name_phone_or_id(token, town):
    """Whatever is known of the people of the place, a passer-by reads none of it."""
    Resident.objects.update(phone="13912345678", id_number="220103194001011234")
    town.device("502").leaks()
    Incident.objects.update(place="8栋3单元502 赵秀兰家", outcome="王芳处理")
    town.phone("王芳").answers("help", note="我是王芳 13912345678")
    html = wall(Client(), f"/wall/at/{token}/")
    secret = [*Resident.objects.values_list("name", flat=True), *Post.objects.values_list("holder_name", flat=True)]
    for word in [*secret, "王芳", "王强", "GAS502", "13912345678", "5678", "220103", "1234"]:
        assert word not in html.replace(token, ""), word


def test_a_wall_link_needs_no_login_and_shows_one_community(token, town):
    elsewhere = Community.objects.create(code="other", name="别的社区")
    town.device("502").leaks()
    Incident.objects.update(community=elsewhere)
    assert "一切平安" in wall(Client(), f"/wall/at/{token}/")
    Incident.objects.update(community=town.community)
    part = wall(Client(), f"/wall/at/{token}/", **{"HX-Request": "true"})
    assert "8栋3单元502" in part
    assert "<html" not in part
    assert 'data-build="' in part


def test_a_wall_link_opens_the_wall_and_nothing_else(token, town):
    town.device("502").leaks()
    browser = Client()
    wall(browser, f"/wall/at/{token}/")
    assert not browser.cookies.get("sessionid")
    for path in ("/desk/", "/wall/", "/wall/links/", reverse("desk:incident", args=[town.incident().pk])):
        assert browser.get(path).status_code == 302
    assert browser.post(f"/wall/at/{token}/").status_code == 405


def test_a_revoked_link_shows_nothing_any_more(token, town):
    revoke_wall_link(by=BY, now=town.now, scope=EVERYTHING, link_id=WallLink.objects.get().pk)
    answer = Client().get(f"/wall/at/{token}/")
    assert answer.status_code == 404
    assert "已经停用" in answer.content.decode()
    assert Client().get("/wall/at/guessed/").status_code == 404
    with pytest.raises(WallAlreadyRevoked):
        revoke_wall_link(by=BY, now=town.now, scope=EVERYTHING, link_id=WallLink.objects.get().pk)


def test_the_secretary_hangs_a_wall_up_and_takes_it_down(secretary, town):
    answer = secretary.post("/wall/links/", {"community": town.community.pk, "name": "一楼大厅"})
    html = answer.content.decode()
    link = WallLink.objects.get()
    address = html.partition('class="wall-address">')[2].partition("<")[0]
    assert "一切平安" in wall(Client(), "/wall/at/" + address.rstrip("/").rpartition("/")[2] + "/")
    assert link.token_hash not in html
    assert address not in secretary.get("/wall/links/").content.decode()
    secretary.post(reverse("desk:wall-revoke", args=[link.pk]))
    link.refresh_from_db()
    assert link.revoked_by == "陈书记"
    told = AuditEntry.objects.filter(object_type="walllink").order_by("id").values_list("verb", "actor_label")
    assert list(told) == [("added", "陈书记"), ("wall_revoked", "陈书记")]


def test_a_nameless_link_is_refused_with_a_sentence(secretary, town):
    answer = secretary.post("/wall/links/", {"community": town.community.pk, "name": ""})
    assert answer.status_code == 422
    assert "请写屏幕挂在哪儿" in answer.content.decode()


def test_an_officer_may_look_at_the_wall_but_hang_none_up(desk, town):
    wall(desk)
    assert desk.get("/wall/links/").status_code == 403
    assert not WallLink.objects.exists()


def test_a_secretary_hangs_no_wall_up_elsewhere(secretary, town):
    elsewhere = Community.objects.create(code="other", name="别的社区")
    secretary.post("/wall/links/", {"community": elsewhere.pk, "name": "x"})
    assert not WallLink.objects.exists()


def test_the_wall_stays_signed_in(desk):
    wall(desk)
    assert desk.session[STAYS]


def test_a_drill_says_so_on_the_wall(desk, town):
    town.device("502").leaks()
    drill = Drill.objects.create(
        community=town.community, title="秋季演练", kind_id="gas_leak", started_at=town.now, started_by="陈书记"
    )
    Incident.objects.update(drill=drill)
    assert '<span class="wall-drill">演练</span>' in wall(desk)


@pytest.mark.parametrize("homes", [1, 40])
def test_a_wall_costs_the_same_in_a_storm(desk, town, homes, django_assert_max_num_queries):
    storm(town, homes=homes)
    with django_assert_max_num_queries(BUDGET):
        html = wall(desk)
    assert html.count('class="wall-row') == min(homes, 5)
    assert ("还有 35 起" in html) == (homes == 40)
