"""The pages on which a community arranges its categories and rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.casework.models import Category, ClockGrade, Policy, Question, ResponseTemplate, Team
from linli.casework.tests.office_town import DAY, Office, office, page_of  # noqa: F401


def url(name: str, *args) -> str:
    return reverse(f"casework:arrange{name}", args=args)


@pytest.fixture
def client(office: Office):  # noqa: F811
    return office.browser(office.secretary)


def form_of(client, address: str) -> dict[str, str]:
    """The form as a browser would send it back."""
    form = client.get(address).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            data |= {bound.html_name: "on"} if value else {}
        else:
            data[bound.html_name] = "" if value is None else value
    return data


def test_all_pages_open_in_both_languages_and_ask_little(office, client, django_assert_max_num_queries) -> None:  # noqa: F811
    light = office.category("water_leak")
    team = office.team("维修组", office.desk)
    template = ResponseTemplate.objects.filter(community=office.community).first()
    question = Question.objects.filter(category=light).first()
    addresses = [
        url(""), url("-category-new"), url("-category", light.pk), url("-category", light.parent_id),
        url("-question-new", light.pk), url("-question", question.pk), url("-clocks"), url("-clock", "7d"), url("-policy"),
        url("-teams"), url("-team-new"), url("-team", team.pk), url("-templates"), url("-template-new"),
        url("-template", template.pk), url("-category-new") + f"?parent={light.parent_id}",
    ]  # fmt: skip
    for language in ("en", "zh-hans"):
        client.cookies["linli_language"] = language
        page_of(client.get(url("")))
        for address in addresses:
            with django_assert_max_num_queries(20):
                page_of(client.get(address))


def test_a_category_is_written_and_ended(office, client) -> None:  # noqa: F811
    main = office.category("utilities")
    sent = {"title_zh": "供水水质", "title_en": "Water quality", "grade": "24h", "position": "9", "published": "on"}
    assert client.post(url("-category-new") + f"?parent={main.pk}", sent).status_code == 302
    made = Category.objects.get(title_en="Water quality")
    assert (made.parent, made.published) == (main, True)
    assert "Anybody on the internet" in page_of(client.get(url("-category", made.pk)))
    both = page_of(client.post(url("-category", made.pk), sent | {"sensitive": "on"}), 422)
    assert "cannot be published" in both
    assert client.post(url("-category-do", made.pk), {"do": "end"}).status_code == 302
    assert "no new request gets it" in page_of(client.get(url("-category", made.pk)))
    client.post(url("-category-do", made.pk), {"do": "revive"})
    assert Category.objects.get(pk=made.pk).ended_on is None
    assert client.post(url("-category-do", office.category("other").pk), {"do": "end"}).status_code == 409
    assert (
        client.post(url("-category-new"), {"title_zh": "大类", "title_en": "Main", "position": "9"}).status_code == 302
    )
    assert Category.objects.filter(title_en="Main", parent=None).exists()


def test_a_question_is_written_with_its_answers(office, client) -> None:  # noqa: F811
    light = office.category("light")
    sent = {
        "title_zh": "哪层",
        "title_en": "Floor",
        "kind": "singlevaluelist",
        "choices": "一层 | first\n二层",
        "position": "1",
    }
    assert client.post(url("-question-new", light.pk), sent).status_code == 302
    question = Question.objects.get(category=light, code="floor")
    assert question.choices == [["first", "一层", "first"], ["o1", "二层", "二层"]]
    assert client.post(url("-question", question.pk), form_of(client, url("-question", question.pk))).status_code == 302
    assert Question.objects.get(pk=question.pk).choices == question.choices
    assert "2 to 40 answers" in page_of(client.post(url("-question", question.pk), sent | {"choices": "一"}), 422)
    assert client.post(url("-question", question.pk), {"do": "delete"}).status_code == 302
    assert not Question.objects.filter(pk=question.pk).exists()


def test_a_clock_and_the_rules_change_from_a_day_on(office, client) -> None:  # noqa: F811
    soon = timezone.localdate() + 2 * DAY
    sent = form_of(client, url("-clock", "7d")) | {"amount": "5", "since_on": soon.isoformat()}
    assert client.post(url("-clock", "7d"), sent).status_code == 302
    assert ClockGrade.objects.get(community=office.community, since_on=soon).seconds == 5 * 86400
    assert "5 days" in page_of(client.get(url("-clocks")))
    past = sent | {"since_on": (timezone.localdate() - timedelta(days=1)).isoformat()}
    assert "by the rules of then" in page_of(client.post(url("-clock", "7d"), past), 422)
    rules = form_of(client, url("-policy")) | {"since_on": soon.isoformat(), "arbiter": office.desk.pk}
    assert client.post(url("-policy"), rules).status_code == 302
    assert Policy.objects.get(community=office.community, since_on=soon).arbiter == office.desk
    wrong = page_of(client.post(url("-policy"), rules | {"response_weight": "0.9"}), 422)
    assert "together make 1" in wrong
    assert client.get(url("-clock", "nothing")).status_code == 404


def test_a_team_is_written_and_ended(office, client) -> None:  # noqa: F811
    assert (
        client.post(url("-team-new"), {"name": "维修组", "posts": [office.desk.pk, office.grid_lead.pk]}).status_code
        == 302
    )
    team = Team.objects.get(name="维修组")
    assert "值班员小林" in page_of(client.get(url("-teams")))
    assert "already" in page_of(client.post(url("-team-new"), {"name": "维修组"}), 422)
    assert client.post(url("-team", team.pk), {"name": "维修队", "posts": []}).status_code == 302
    assert "nobody in it" in page_of(client.get(url("-teams")))
    client.post(url("-team", team.pk), {"do": "end"})
    assert "gets no new requests" in page_of(client.get(url("-team", team.pk)))


def test_an_answer_is_looked_at_before_it_is_saved(office, client) -> None:  # noqa: F811
    sent = {"state": "resolved", "title": "新答复", "text": "编号{number}，{place}", "position": "1"}
    look = page_of(client.post(url("-template-new"), sent | {"do": "preview"}))
    assert "编号20261130-012，8栋3单元" in look
    assert not ResponseTemplate.objects.filter(title="新答复").exists()
    assert "{nummer} is not known" in page_of(client.post(url("-template-new"), sent | {"text": "{nummer}"}), 422)
    assert client.post(url("-template-new"), sent).status_code == 302
    template = ResponseTemplate.objects.get(title="新答复")
    assert "编号20261130-012" in page_of(client.get(url("-templates")))
    assert client.post(url("-template", template.pk), {"do": "delete"}).status_code == 302
    assert client.get(url("-template", template.pk)).status_code == 404


def test_nobody_else_comes_in(office) -> None:  # noqa: F811
    light = office.category("light")
    inner = [url("-category", light.pk), url("-question-new", light.pk), url("-team", office.team("组").pk)]
    for post in (office.desk, office.grid_lead, office.unit_captain):
        for address in (url(""), url("-clocks"), url("-policy"), url("-teams"), url("-templates"), *inner):
            assert office.browser(post).get(address).status_code == 403
    outsider = office.browser(office.other_post)
    for address in inner:
        assert outsider.get(address).status_code == 404
        assert outsider.post(address, {"do": "end"}).status_code == 404
    assert outsider.post(url("-category-do", light.pk), {"do": "end"}).status_code == 404
