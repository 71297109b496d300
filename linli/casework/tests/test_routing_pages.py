"""The pages of the routing sentences."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from linli.casework.models import RoutingRule
from linli.casework.tests.office_town import DAY, Office, office, page_of  # noqa: F401

NEW, LIST, TRIAL = (reverse(f"casework:{name}") for name in ("routing-new", "routing", "routing-trial"))


def add(client, office: Office, **more) -> RoutingRule:  # noqa: F811
    assert client.post(NEW, {"post": office.desk.pk, **more}).status_code == 302
    return RoutingRule.objects.latest("pk")


def test_a_secretary_writes_tries_and_switches_on_a_sentence(office) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    office.enters(at=office.now - DAY)
    assert "No sentences yet" in page_of(client.get(LIST))
    rule = add(
        client,
        office,
        category=office.category("light").pk,
        grid=office.town.grid.pk,
        days="working",
        begins="17:00",
        ends="08:00",
    )
    text = page_of(client.get(LIST))
    assert (
        "it is about [Buildings and stairwells·Stairwell and street lights], in [第一网格], on [working days 17:00–08:00 the next day]"
        in text
    )
    assert "1 sentence is not in use" in text
    trial = page_of(client.get(TRIAL))
    tried = re.findall(r'name="tried" value="(\w{32})"', trial)[0]
    assert client.post(TRIAL, {"tried": tried, "use": rule.pk}).status_code == 302
    assert RoutingRule.objects.get().is_on
    page_of(client.get(reverse("casework:routing-sentence", args=[rule.pk])))
    assert (
        client.post(reverse("casework:routing-sentence", args=[rule.pk]), {"post": office.secretary.pk}).status_code
        == 302
    )
    assert not RoutingRule.objects.get().is_on


def test_the_sentence_is_said_in_chinese_and_the_chain_is_written_out(office) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    add(client, office)
    text = page_of(client.get(LIST))
    assert "Whatever it is → it goes to [值班员小林" in text
    assert "陈书记" in text
    assert "else the unit captain of the stairwell" in text


def test_a_trial_that_is_out_of_date_is_shown_again(office) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    rule = add(client, office)
    text = page_of(client.post(TRIAL, {"tried": "0" * 32, "use": rule.pk}), 409)
    assert "after they were tried" in text
    assert not RoutingRule.objects.get().is_on


def test_sentences_move_go_off_and_away_by_buttons(office) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    one, two = add(client, office), add(client, office)

    def do(rule, what):
        return client.post(reverse("casework:routing-do", args=[rule.pk]), {"do": what})

    assert do(two, "up").status_code == 302
    assert [rule.pk for rule in RoutingRule.objects.order_by("position")] == [two.pk, one.pk]
    do(two, "down")
    do(one, "off")
    do(one, "nonsense")
    do(two, "delete")
    assert [rule.pk for rule in RoutingRule.objects.all()] == [one.pk]
    assert do(two, "up").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose a team or a post"),
        ({"post": "x"}, "Select a valid choice"),
        ({"post": "{desk}", "begins": "25:00"}, "Enter a valid time"),
        ({"post": "{desk}", "begins": "08:00"}, "Give both times"),
        ({"post": "{desk}", "category": "999999"}, "Select a valid choice"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_the_field(office, typed, said) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    sent = {name: value.format(desk=office.desk.pk) for name, value in typed.items()}
    assert said in page_of(client.post(NEW, sent), 422)
    assert not RoutingRule.objects.exists()


def test_who_may_not_arrange_does_not_come_in(office) -> None:  # noqa: F811
    rule = add(office.browser(office.secretary), office)
    for post in (office.desk, office.grid_lead, office.unit_captain):
        client = office.browser(post)
        for url in (LIST, NEW, TRIAL, reverse("casework:routing-sentence", args=[rule.pk])):
            assert client.get(url).status_code == 403
        assert client.post(reverse("casework:routing-do", args=[rule.pk]), {"do": "delete"}).status_code == 403
    outsider = office.browser(office.other_post)
    assert outsider.get(reverse("casework:routing-sentence", args=[rule.pk])).status_code == 404
    assert outsider.get(LIST, {"community": office.community.pk}).status_code == 404
    assert outsider.post(reverse("casework:routing-do", args=[rule.pk]), {"do": "delete"}).status_code == 404
    assert RoutingRule.objects.exists()


def test_the_pages_ask_little(office, django_assert_max_num_queries) -> None:  # noqa: F811
    client = office.browser(office.secretary)
    for number in range(6):
        add(client, office, category=office.category("light").pk)
        office.enters(at=office.now - number * DAY)
    client.get(LIST)
    for url in (LIST, NEW, TRIAL):
        with django_assert_max_num_queries(26):
            page_of(client.get(url))
    for odd in ({"use": "x", "tried": ""}, {"community": "x"}, {"use": "9" * 30, "tried": "1"}):
        page_of(client.get(TRIAL, odd))
