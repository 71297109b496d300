import pytest
from django.urls import reverse
from django.utils import translation

from linli.core.rooms import Card
from linli.desk.apps import DeskConfig
from linli.desk.sentences import sentences_of
from linli.incidents.models import Incident, TimelineEntry
from linli.notifications.models import Message


def page(client, name, query=""):
    answer = client.get(reverse(f"desk:{name}") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_today_shows_what_is_open_and_the_rooms_cards(desk, town, monkeypatch):
    cards = [
        Card("late", 9, lambda request, scope: "<p>第二</p>"),
        Card("early", 1, lambda request, scope: "<p>第一</p>"),
    ]
    monkeypatch.setattr(DeskConfig, "today_cards", lambda room: [*cards, Card("mute", 0, lambda request, scope: "")])
    town.device("502").leaks()
    html = page(desk, "today")
    assert "8栋3单元502" in html
    assert html.index("第一") < html.index("第二")


def test_today_of_somebody_without_a_post_is_calm(client, town, django_user_model):
    client.force_login(django_user_model.objects.create_user(username="new", name="新来的", password=None))
    town.device("502").leaks()
    assert "8栋3单元502" not in page(client, "today")
    assert client.get(reverse("desk:list")).status_code == 403


def test_the_menu_leads_to_the_desk(desk):
    html = page(desk, "today")
    for name in ("list", "inbox", "history"):
        assert f'href="{reverse(f"desk:{name}")}"' in html


def test_the_inbox_holds_the_messages_to_my_posts(captain, browser_of, town):
    town.device("502").leaks()
    assert "8栋3单元502" in page(captain, "inbox")
    assert reverse("desk:incident", args=[town.incident().pk]) in page(captain, "inbox")
    assert "没有消息" in page(browser_of("周网格"), "inbox")


def test_what_was_taken_back_is_not_in_the_inbox(captain, town):
    town.device("502").leaks()
    Message.objects.filter(recipient_name="赵玉兰").update(state="cancelled")
    assert "没有消息" in page(captain, "inbox")


@pytest.fixture
def past(town):
    town.device("502").leaks()
    town.desk_closes(cause="test")
    town.device("stairwell").says("alarm")
    open_one = Incident.objects.get(closed_at__isnull=True)
    Incident.objects.filter(pk=open_one.pk).update(
        handling="closed", closed_at=town.now, cause_id=open_one.kind.causes.get(code="smoking").pk, next_step_at=None
    )
    return town


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"8栋3单元502", "楼道"}),
        ("?kind=smoke", {"楼道"}),
        ("?kind=gas_leak", {"8栋3单元502"}),
        ("?words=GAS5", {"8栋3单元502"}),
        ("?since=2026-11-23&until=2026-11-23", {"8栋3单元502", "楼道"}),
        ("?until=2026-11-22", set()),
        ("?since=2026-11-24", set()),
        ("?since=gibberish&kind=gas_leak", {"8栋3单元502"}),
        ("?kind=flood&building=x&page=x", {"8栋3单元502", "楼道"}),
    ],
)
def test_history_is_searched_by_date_kind_and_place(desk, past, query, found, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        html = page(desk, "history", query)
    body = html.split("<tbody", 1)[-1] if "<tbody" in html else ""
    assert {words for words in ("8栋3单元502", "楼道") if words in body} == found


def test_history_by_building(desk, past, browser_of):
    assert "8栋3单元502" in page(desk, "history", f"?building={past.building.pk}")


def test_a_verb_of_tomorrow_is_shown_and_not_dropped(town):
    town.device("502").leaks()
    entry = TimelineEntry(verb="inspected", at=town.now, actor_kind="user", actor_label="小林", params={})
    assert sentences_of(entries=[entry])[0].text == "inspected"


def test_calls_in_a_row_to_the_desk_are_one_line(town):
    entries = [
        TimelineEntry(verb="looped", at=town.now, actor_kind="system", params={"audience": "duty_desk"})
        for _ in range(7)
    ]
    with translation.override("zh-hans"):
        lines = sentences_of(entries=entries)
    assert [line.text for line in lines] == ["还是没人接手，又叫了 7 遍值班台"]


@pytest.mark.parametrize("name", ["today", "list", "inbox", "history"])
def test_every_page_is_whole_in_english(desk, town, name):
    town.device("502").leaks()
    desk.cookies["linli_language"] = "en"
    html = page(desk, name)
    assert 'lang="en"' in html
