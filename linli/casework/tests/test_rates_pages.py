"""The page of the three rates: what it says, where each number leads, who sees it, and what leaves the house."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.casework.actions.entering import Given, enter_request
from linli.casework.models import Policy, Rating, Request
from linli.casework.rate_pictures import MOST_BARS, pictures_of
from linli.casework.rate_tables import TABLES, Line, RateTable
from linli.casework.rules.rates import Counts
from linli.casework.tests.test_rates_queries import (
    FAIR,
    HAPPY,
    UNHAPPY,
    a_little_of_everything,
    answered,
    told,
    two_communities,
)
from tests.harness.town import SYSTEM, Town

PAGE = "/casework/rates/"
DAYS = {"since": "2026-10-01", "until": "2026-12-31"}


@pytest.fixture
def town(db) -> Town:
    return Town(start=datetime.fromisoformat("2026-10-05T09:00:00+08:00"))


@pytest.fixture
def secretary(town, client):
    client.force_login(town.secretary_post.user)
    return client


def opened(client, days=DAYS) -> str:
    """The page, and after it each table as it is fetched when it is opened."""
    page = client.get(PAGE, days).content.decode()
    addresses = [unescape(one) for one in re.findall(r'hx-get="([^"]+)"', page)]
    assert len(addresses) in {4, 5}
    parts = [client.get(one, headers={"HX-Request": "true"}).content.decode() for one in addresses]
    assert not any("<html" in part for part in parts)
    return "".join([page, *parts])


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def many(town: Town, number: int) -> None:
    """Thirty or more of which all but three are happy."""
    for at in range(number):
        answered(town, told(town, f"厨房漏水{at}"), UNHAPPY if at < 3 else HAPPY)
    town.now += timedelta(days=4)


def test_what_a_picture_leaves_out_is_said() -> None:
    lines = [Line(f"{number}栋", {}, Counts(received=number)) for number in range(1, MOST_BARS + 3)]
    picture, by_hour = pictures_of(tables=[RateTable(ident, "", "", lines) for ident in ("building", "hour")])
    assert picture.rest == MOST_BARS + 1 + MOST_BARS + 2
    assert by_hour.rest == 0


def test_under_thirty_ratings_there_are_counts(town, secretary) -> None:
    a_little_of_everything(town)
    said = text_of(secretary.get(PAGE, DAYS))
    assert re.search(r"响应率|Response rate", said)
    assert "%" not in re.sub(r"since=|until=", "", said.split("2026-10-01", 1)[1].split("0.9", 1)[0])


def test_thirty_ratings_make_percentages_with_their_denominator(town, secretary) -> None:
    many(town, 30)
    answer = secretary.get(PAGE, DAYS)
    assert [one["says"] for one in answer.context["big"]] == ["90.0%", "90.0%", "90.0%", "90.0%"]
    assert answer.context["counts"].counted == 30


def test_every_link_of_the_page_leads_to_as_many_cases_as_it_says(town, secretary) -> None:
    a_little_of_everything(town)
    page = opened(secretary)
    links = dict(re.findall(r'href="(/casework/rates/cases/[^"]+)">(\d+)<', page))
    assert len(links) > 60
    for href, number in list(links.items())[::4]:
        found = secretary.get(unescape(href))
        assert found.status_code == 200
        assert found.context["page"].paginator.count == int(number), href


def test_each_case_leads_to_its_request(town, secretary) -> None:
    rating = answered(town, told(town, "厨房漏水"), FAIR)
    assert rating is not None
    found = secretary.get(f"{PAGE}cases/", {**DAYS, "which": "mostly"}).content.decode()
    assert f'href="/casework/{rating.request_id}/"' in found
    assert "厨房漏水" in found


def test_an_unknown_number_or_table_is_not_found(secretary) -> None:
    assert secretary.get(f"{PAGE}cases/", {**DAYS, "which": "nonsense"}).status_code == 404
    for address in ("file/nonsense/", "table/nonsense/", "table/community/"):
        assert secretary.get(f"{PAGE}{address}", DAYS).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "community=x",
        "hour=99",
        "building=-",
        "category=nope",
        "until=0001-01-01",
        "since=9999-12-31",
        "hour=²",
    ],
)
def test_what_cannot_be_read_counts_as_not_said(secretary, query) -> None:
    assert secretary.get(f"{PAGE}?{query}").status_code == 200


def test_an_empty_house_is_told_what_this_is(secretary) -> None:
    answer = secretary.get(PAGE)
    assert answer.context["counts"].received == 0
    assert 'class="empty"' in answer.content.decode()
    today = timezone.localdate()
    assert answer.context["wanted"].since_on == today.replace(day=1)


def test_the_weights_and_since_when_they_hold_stand_on_the_page(town, secretary) -> None:
    told(town, "厨房漏水")
    Policy.objects.create(
        community=town.community, since_on=date(2026, 11, 1), response_weight="0.2", mostly_weight="0.85"
    )
    assert "0.85" not in text_of(secretary.get(PAGE, {"since": "2026-10-01", "until": "2026-10-31"}))
    said = text_of(secretary.get(PAGE, DAYS))
    assert "0.85" in said
    assert "2026-11-01" in said


def test_several_communities_stand_in_a_table_each_with_its_own_weights(town, client, admin_user) -> None:
    other = two_communities(town)
    many(town, 30)
    told(town, "厨房漏水", community=other)
    Policy.objects.create(community=other, since_on=date(2026, 10, 1), mostly_weight="0.5")
    client.force_login(admin_user)
    answer = client.get(PAGE, DAYS)
    tables = {picture.table.ident: picture.table for picture in answer.context["pictures"]}
    table = client.get(f"{PAGE}table/community/", DAYS).context["table"]
    lines = {line.name: line.texts() for line in table.lines}
    assert set(lines) == {town.community.name, other.name}
    assert lines[town.community.name][7] == "90.0%"
    assert answer.context["big"][2]["says"] == "—"
    assert "building" not in tables
    one = client.get(PAGE, {**DAYS, "community": town.community.pk})
    assert {picture.table.ident for picture in one.context["pictures"]} == {
        "week",
        "category",
        "building",
        "lead",
        "hour",
    }
    assert one.context["big"][2]["says"] == "90.0%"


def test_a_table_stands_on_a_page_of_its_own_to_be_printed(town, secretary) -> None:
    many(town, 30)
    answer = secretary.get(f"{PAGE}table/category/", DAYS)
    assert "90.0%" in text_of(answer)
    assert "data-print" in answer.content.decode()
    assert "2026-10-01" in text_of(answer)


def test_a_table_leaves_as_excel_and_the_trail_knows(town, secretary) -> None:
    many(town, 30)
    answer = secretary.get(f"{PAGE}file/category/", DAYS)
    sheet = load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    line = next(row for row in rows if 30 in row)
    assert line.count(30) >= 3
    assert 90 in line
    entry = AuditEntry.objects.filter(verb="exported").latest("pk")
    assert (entry.object_type, entry.object_ref) == ("casework.request", "rates-category")


def test_a_captain_has_no_such_page(town, client) -> None:
    captain = town.post("钱单元长", Role.UNIT_CAPTAIN, unit=town.unit)
    client.force_login(captain.user)
    for address in (PAGE, f"{PAGE}cases/?which=received", f"{PAGE}file/week/", f"{PAGE}table/week/"):
        assert client.get(address).status_code == 403


def test_a_clerk_of_another_community_sees_none_of_it(town, client) -> None:
    other = two_communities(town)
    a_little_of_everything(town)
    post = town.post("外社区书记", Role.SECRETARY)
    post.community = other
    post.save()
    client.force_login(post.user)
    assert client.get(PAGE, DAYS).context["counts"].received == 0
    asked = {**DAYS, "community": town.community.pk, "which": "received"}
    assert client.get(f"{PAGE}cases/", asked).context["page"].paginator.count == 0


def test_the_page_needs_few_queries(town, secretary, django_assert_max_num_queries) -> None:
    a_little_of_everything(town)
    secretary.get(PAGE, DAYS)
    with django_assert_max_num_queries(24):
        secretary.get(PAGE, DAYS)
    for table in TABLES:
        with django_assert_max_num_queries(24):
            secretary.get(f"{PAGE}table/{table}/", DAYS)
    with django_assert_max_num_queries(18):
        secretary.get(f"{PAGE}cases/", {**DAYS, "which": "received"})


def test_a_name_from_outside_is_harmless_in_the_tables(town, secretary) -> None:
    town.community.name = "<b>社区</b>"
    town.community.save()
    town.secretary_post.holder_name = '"><script>x</script>'
    town.secretary_post.save()
    request = enter_request(by=SYSTEM, now=town.now, community_id=town.community.pk, given=Given(text="厨房漏水"))
    Request.objects.filter(pk=request.pk).update(lead=town.secretary_post)
    assert "<script>x" not in opened(secretary)


def test_ratings_of_every_answer_count_once(town, secretary) -> None:
    a_little_of_everything(town)
    counts = secretary.get(PAGE, DAYS).context["counts"]
    assert counts.counted + counts.objectable + counts.disputed + counts.struck == Rating.objects.count()
