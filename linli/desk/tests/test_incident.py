from datetime import timedelta

import pytest
from django.urls import reverse

from linli.audit.models import AuditEntry
from linli.incidents.models import Answer, TimelineEntry
from linli.registry.models import ContactPoint, Resident


@pytest.fixture
def leak(town):
    town.device("502").leaks()
    return town.incident()


def address(name, incident, *more):
    return reverse(f"desk:{name}", args=[incident.pk, *more])


def shown(client, incident):
    answer = client.get(address("incident", incident))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_where_who_and_what_comes_next(desk, leak, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        html = shown(desk, leak)
    for words in ("8栋3单元502", "燃气泄漏报警", "还在报警", "5 楼", "GAS502", "王芳", "赵玉兰", "我来处理"):
        assert words in html
    assert "没人接手，下一步叫" in html
    assert "楼栋长" in html


def test_taking_it_stops_the_escalation(desk, leak, town):
    answer = desk.post(address("acknowledge", leak), follow=True)
    assert "值班台已接手" in answer.content.decode()
    assert town.incident().next_step_at is None


def test_a_double_tap_is_one_tap(desk, leak):
    for _tap in range(2):
        assert desk.post(address("acknowledge", leak)).status_code == 302
    assert TimelineEntry.objects.filter(verb="acknowledged").count() == 1


def test_two_officers_at_once_are_both_recorded(desk, browser_of, leak):
    desk.post(address("acknowledge", leak))
    assert browser_of("陈书记").post(address("acknowledge", leak)).status_code == 302
    assert set(Answer.objects.values_list("by_label", flat=True)) == {"值班员小林", "陈书记"}


def test_from_the_list_one_comes_back_to_the_list(desk, leak):
    answer = desk.post(address("acknowledge", leak), {"back": "list"})
    assert answer.url == reverse("desk:list")
    answer = desk.post(address("acknowledge", leak), {"back": "//evil.example/"})
    assert answer.url == address("incident", leak)


def test_a_note_stands_in_the_timeline(desk, leak):
    desk.post(address("note", leak), {"text": "  家里没人接电话 <b> "})
    html = shown(desk, leak)
    assert "记：家里没人接电话 &lt;b&gt;" in html


def test_an_empty_note_is_not_written_and_said(desk, leak):
    answer = desk.post(address("note", leak), {"text": "  "})
    assert answer.status_code == 422
    assert "id_text_error" in answer.content.decode()
    assert not TimelineEntry.objects.filter(verb="noted").exists()


def test_closing_needs_a_cause(desk, leak, town):
    answer = desk.post(address("close", leak), {"outcome": "关了阀门"})
    assert answer.status_code == 422
    assert "请选一个原因" in answer.content.decode()
    assert "关了阀门" in answer.content.decode()
    assert town.incident().closed_at is None


@pytest.mark.parametrize("cause", ["stove_left_on", "other"])
def test_closing_a_real_one_needs_what_was_done(desk, leak, town, cause):
    answer = desk.post(address("close", leak), {"cause": cause, "outcome": " "})
    assert answer.status_code == 422
    assert "id_outcome_error" in answer.content.decode()
    assert town.incident().closed_at is None


def test_a_false_alarm_with_a_known_cause_closes_in_one_tap(desk, leak, town):
    answer = desk.post(address("close", leak), {"cause": "cooking_fumes", "outcome": ""}, follow=True)
    html = answer.content.decode()
    assert "处理完毕，原因：油烟、酒精、水汽" in html
    assert town.incident().cause.code == "cooking_fumes"


def test_a_cause_of_another_kind_is_refused(desk, leak, town):
    assert desk.post(address("close", leak), {"cause": "ebike", "outcome": "x"}).status_code == 422
    assert town.incident().closed_at is None


def test_closing_what_is_closed_leads_to_how_it_ended(desk, leak, town):
    desk.post(address("close", leak), {"cause": "test", "outcome": ""})
    for answer in (
        desk.get(address("close", leak)),
        desk.post(address("close", leak), {"cause": "other", "outcome": "x"}),
    ):
        assert answer.url == address("incident", leak)
    assert town.incident().cause.code == "test"


def test_what_does_not_exist_is_refused_in_words(desk, db):
    for name in ("incident", "close"):
        assert desk.get(reverse(f"desk:{name}", args=[99])).status_code == 404
    for name in ("acknowledge", "note"):
        assert desk.post(reverse(f"desk:{name}", args=[99])).status_code == 404


def test_looking_changes_nothing(desk, leak, town):
    before = TimelineEntry.objects.count()
    for name in ("acknowledge", "note"):
        assert desk.get(address(name, leak)).status_code == 405
    shown(desk, leak)
    desk.get(address("close", leak))
    assert TimelineEntry.objects.count() == before


def test_numbers_are_masked_and_each_look_is_recorded(desk, leak, town):
    _kind, contact_id = town.phone("王芳").holder
    ContactPoint.objects.create(
        community=town.community, contact_id=contact_id, kind="phone", address="16000000012", position=2
    )
    html = shown(desk, leak)
    assert "160****0012" in html
    assert "16000000012" not in html
    answer = desk.post(address("numbers", leak, "contact", contact_id), headers={"HX-Request": "true"})
    assert "tel:16000000012" in answer.content.decode()
    entry = AuditEntry.objects.get(verb="revealed_phone")
    assert entry.object_label == "王芳"
    assert "8栋3单元502" in entry.reason


def test_an_elders_number_is_shown_the_same_way(desk, leak, town):
    elder = Resident.objects.get(name="赵秀兰")
    elder.phone = "16000000001"
    elder.save()
    answer = desk.post(address("numbers", leak, "resident", elder.pk))
    assert "16000000001" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="revealed_phone").count() == 1


def test_nobody_elses_number_can_be_had_through_an_incident(desk, leak, town):
    _kind, stranger = town.phone("李梅").holder
    for kind, ident in (("contact", stranger), ("post", 999), ("user", 1)):
        assert desk.post(address("numbers", leak, kind, ident)).status_code == 404
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()


def test_a_captain_cannot_reveal(captain, leak, town):
    _kind, contact_id = town.phone("王芳").holder
    assert captain.post(address("numbers", leak, "contact", contact_id)).status_code == 403


def test_a_night_on_duty_reads_as_one_would_tell_it(desk, leak, town):
    town.phone("王芳").answers("going")
    town.later(seconds=61)
    town.phone("赵玉兰").answers("help", audience="unit_captain", note="门锁着")
    town.device("502").clears()
    desk.post(address("acknowledge", leak))
    html = shown(desk, leak)
    for words in (
        "报警器 GAS502 报警",
        "告诉了 王芳（女儿）、王强（儿子）、单元长 赵玉兰、值班台",
        "<strong>王芳（女儿）</strong> 回答：我去处理",
        "再次告诉了 王强（儿子）、单元长 赵玉兰、值班台",
        "告诉了 楼栋长 孙德福",
        "“门锁着”",
        "报警器恢复正常了",
        "<strong>值班员小林</strong> 接手处理",
    ):
        assert words in html
    assert leak.opened_at + timedelta(seconds=60) < town.now
