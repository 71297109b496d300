import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from linli.incidents.actions import DrillSpot, start_drill
from linli.incidents.models import Answer, TimelineEntry
from linli.notifications.models import Message
from linli.registry.models import Contact, ContactPoint, Post, Resident
from linli.registry.queries import PlaceRef
from linli.safety.models import DeviceModel


def shown(path, client=None, status=200):
    answer = (client or Client()).get(path)
    assert answer.status_code == status
    return answer.content.decode()


def post(path, client=None, **data):
    return (client or Client()).post(path, data)


def test_a_relative_sees_what_where_and_three_answers(town, link_of, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        html = shown(link_of("王芳"))
    for words in ("燃气泄漏报警", "8栋3单元502", "王芳，您看怎么办", "我去处理", "是误报，我知道原因", "请帮忙"):
        assert words in html


def test_in_a_drill_every_page_behind_a_link_says_that_it_is_one(town, link_of):
    town.desk_closes(cause="test", outcome="试机")
    place = PlaceRef(
        community_id=town.community.pk, grid_id=town.grid.pk, building_id=town.building.pk, unit_id=town.unit.pk
    )
    spot = DrillSpot(place, "8栋3单元502", household_id=town.household_502.pk)
    start_drill(
        by=town.staff(town.desk_post),
        now=town.now,
        community_id=town.community.pk,
        title="冬季演练",
        kind="gas_leak",
        spots=[spot],
    )
    town.deliver()
    for name in ("王芳", "赵玉兰"):
        html = shown(link_of(name))
        assert "这是演练，没有真出事" in html
        assert "报警器还在响" not in html
        assert "演练" in shown(link_of(name) + "?ask=cause")
        post(link_of(name), choice="going")
        assert "这是演练，没有真出事" in shown(link_of(name))


def test_a_captain_told_of_three_kitchens_in_one_reminder_reaches_each_of_them(
    town, link_of, django_assert_max_num_queries
):
    town.move_in("503", model=DeviceModel.objects.get(code="gas-1"))
    for door in ("501", "503"):
        town.device(door).leaks()
    town.forget_messages()
    town.later(seconds=120)
    link = link_of("赵玉兰")
    town.phone("赵玉兰").expect("3 处")
    with django_assert_max_num_queries(16):
        html = shown(link)
    assert "还有 2 起通知过您的报警没处理完" in html
    others = re.findall(r'<li><a href="(/l/[^"]+)"><strong>([^<]+)', html)
    assert len({place for _path, place in others}) == 2
    path, place = others[0]
    post(path, choice="going")
    assert Answer.objects.get().incident.place == place
    again = shown(link)
    assert (again.count("已回答"), again.count("还没回答")) == (1, 1)


def test_who_was_told_of_one_alarm_sees_no_others(town, link_of):
    town.device("501").leaks()
    assert "通知过您的" not in shown(link_of("王芳"))


def test_looking_answers_nothing(town, link_of):
    before = TimelineEntry.objects.count()
    for _messenger in range(3):
        shown(link_of("王芳"))
        shown(link_of("王芳") + "?ask=cause")
        assert Client().head(link_of("王芳")).status_code == 200
    assert (TimelineEntry.objects.count(), Answer.objects.count()) == (before, 0)


def test_one_tap_answers_and_says_what_happens_next(town, link_of):
    answer = post(link_of("王芳"), choice="going")
    assert answer.status_code == 302
    html = shown(link_of("王芳"))
    assert "大家都知道您去处理了" in html
    assert "别开灯" in html
    given = Answer.objects.get()
    assert (given.choice, given.audience, given.by_kind, given.by_label) == ("going", "family", "contact", "王芳")


def test_others_see_it(town, link_of):
    post(link_of("王芳"), choice="going")
    assert "<strong>王芳</strong>：去处理" in shown(link_of("王强"))
    captain = shown(link_of("赵玉兰"))
    assert "<strong>家属</strong>：去处理" in captain
    assert "王芳" not in captain


def test_answering_twice_is_recorded_not_refused(town, link_of):
    for choice in ("going", "going", "help"):
        assert post(link_of("王芳"), choice=choice).status_code == 302
    assert Answer.objects.count() == 3
    assert "已经叫人帮忙了" in shown(link_of("王芳"))


def test_a_false_alarm_asks_one_question(town, link_of):
    html = shown(link_of("王芳") + "?ask=cause")
    assert "是什么引起的" in html
    assert "油烟、酒精、水汽" in html
    refused = post(link_of("王芳"), choice="false_alarm", note="  ")
    assert refused.status_code == 422
    assert "id_note_error" in refused.content.decode()
    assert post(link_of("王芳"), choice="false_alarm", note="炒辣椒呛的").status_code == 302
    assert "炒辣椒呛的" in shown(link_of("王芳"))
    assert town.incident().closed_at is None


def test_a_captain_says_on_my_way(town, link_of):
    assert "我马上到" in shown(link_of("赵玉兰"))
    post(link_of("赵玉兰"), choice="going")
    assert Answer.objects.get().audience == "unit_captain"


def test_the_desk_is_sent_to_its_desk(town, link_of):
    html = shown(link_of("值班员小林"))
    assert "去值班台" in html
    assert 'name="choice"' not in html
    post(link_of("值班员小林"), choice="going")
    assert not Answer.objects.exists()


def test_what_is_closed_says_how_it_ended(town, link_of):
    town.desk_closes(cause="cooking_fumes")
    html = shown(link_of("王芳"))
    assert "已经处理完了" in html
    assert "油烟、酒精、水汽" in html
    assert 'name="choice"' not in html
    assert post(link_of("王芳"), choice="going").status_code == 302
    assert not Answer.objects.exists()


@pytest.mark.parametrize("data", [{}, {"choice": "explode"}, {"choice": "going", "note": "x" * 201}, {"note": "x"}])
def test_nonsense_is_not_an_answer(town, link_of, data):
    assert post(link_of("王芳"), **data).status_code in {200, 422}
    assert not Answer.objects.exists()


@pytest.mark.parametrize("token", ["x", "1", "1.1.1", "..", "%00", "１.２.３", "9" * 300])
def test_a_tampered_link_ends_at_the_duty_desks_phone(town, token):
    html = shown(f"/l/{token}/", status=410)
    assert "0431-0000000" in html
    assert "8栋3单元502" not in html


def test_one_link_does_not_open_anothers(town, link_of):
    ident, _dot, rest = link_of("王芳").removeprefix("/l/").partition(".")
    shown(f"/l/{int(ident) + 1}.{rest}", status=410)


def test_an_old_link_expires(town, link_of, monkeypatch):
    import time

    path, late = link_of("王芳"), time.time() + timedelta(days=8).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)
    assert "链接打不开了" in shown(path, status=410)
    assert post(path, choice="going").status_code == 410


def test_a_relative_who_is_no_longer_one_is_let_in_no_more(town, link_of):
    Contact.objects.filter(name="王芳").update(ended_on="2026-01-02")
    shown(link_of("王芳"), status=410)
    Post.objects.filter(holder_name="赵玉兰").update(until_on="2026-01-02")
    shown(link_of("赵玉兰"), status=410)


def test_a_link_of_a_message_that_is_gone_is_expired(town, link_of):
    path = link_of("王芳")
    Message.objects.filter(pk=int(path.split("/")[2].split(".")[0])).update(about="incident:999999")
    assert Client().get(path).status_code == 404
    Message.objects.filter(recipient_name="王芳").update(about="meal:1")
    assert Client().get(path).status_code == 404


def test_numbers_are_behind_buttons_and_only_where_they_are_needed(town, link_of):
    elder = Resident.objects.get(name="赵秀兰")
    elder.phone = "16000000001"
    elder.save()
    _kind, post_id = town.phone("赵玉兰").holder
    ContactPoint.objects.create(
        community=town.community, post_id=post_id, kind="phone", address="16000000021", position=2
    )
    family = shown(link_of("王芳"))
    assert 'href="tel:16000000001"' in family
    assert "160****0001" in family
    assert 'href="tel:16000000021"' in family
    assert len(re.findall("16000000001|16000000021", family)) == 2
    captain = shown(link_of("赵玉兰"))
    assert "1600000" not in captain
    assert "赵秀兰" not in captain


def test_the_page_is_kept_from_search_engines_caches_and_other_sites(town, link_of):
    answer = Client().get(link_of("王芳"))
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "sessionid" not in answer.cookies


def test_a_forged_answer_is_refused(town, link_of):
    assert post(link_of("王芳"), Client(enforce_csrf_checks=True), choice="going").status_code == 403
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown(link_of("王芳"), client))[1]
    assert post(link_of("王芳"), client, choice="going", csrfmiddlewaretoken=token).status_code == 302


def test_it_speaks_the_recipients_language_until_told_otherwise(town, link_of):
    Message.objects.filter(recipient_name="王芳").update(language="en")
    assert "I will see to it" in shown(link_of("王芳"))
    assert "我去处理" in shown(link_of("王强"))
    client = Client()
    client.cookies["linli_language"] = "zh-hans"
    assert "我去处理" in shown(link_of("王芳"), client)


def test_a_poll_gets_nothing_until_something_changes(town, link_of):
    path = link_of("王芳")
    mark = re.search(r"\?mark=(\w+)", shown(path))[1]
    asks = {"HX-Request": "true"}
    assert Client().get(f"{path}?mark={mark}", headers=asks).status_code == 204
    post(link_of("王强"), choice="going")
    assert Client().get(f"{path}?mark={mark}", headers=asks).status_code == 200


def test_the_page_works_without_scripts(town, link_of):
    html = shown(link_of("王芳"))
    form = re.search(r'<form method="post" action="([^"]+)" class="choices">', html)
    assert form[1] == link_of("王芳")
    assert re.search(r'<button [^>]*type="submit" name="choice" value="going"', html)
