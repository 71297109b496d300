"""The pages of the books: who sees which, what they say, what may be done there."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.actors import actor_of
from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.core.rooms import kept_in_rooms
from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.models import Account, Book, Close, Journal, TillCount
from linli.ledger.tests.conftest import Till
from linli.registry.models import Community, Resident
from tests.harness import Town


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def books(town) -> Till:
    """A till with 200 yuan and an elder who ate once."""
    till = Till(open_book(community_id=town.community.pk), now=town.now)
    elder = Resident.objects.get(name="赵秀兰")
    prepaid = open_account(
        now=town.now,
        book_id=till.book.pk,
        sort="prepaid",
        name=elder.name,
        owner=f"resident/{elder.pk}",
        resident_id=elder.pk,
    )
    today = town.now.date()
    till.write(till.move(till.account("till"), prepaid, 200_00), on=today, note="现金充值，女儿 13800001234")
    till.write(till.move(prepaid, till.account("income"), 7_00), on=today)
    return till


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def secretary(town) -> Client:
    return browser(town.secretary_post.user)


def page(client, name, *args, query="", status=200):
    answer = client.get(reverse(f"ledger:{name}", args=args) + query)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_secretary_reads_accounts_and_statements(secretary, books, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        text = page(secretary, "accounts")
    assert "赵秀兰" in text
    assert "193.00" in text
    elder = Account.objects.get(sort="prepaid")
    with django_assert_max_num_queries(25):
        text = page(secretary, "statement", elder.pk, query="?since=2020-01-01&until=2030-01-01")
    assert "13800001234" not in text
    for word in ("200.00", "-7.00", "193.00", "现金充值", "王会计"):
        assert word in text


@pytest.mark.parametrize("query", ["?since=x&until=y", "?since=2030-01-01&until=2020-01-01", "?since=&until="])
def test_days_that_make_no_sense_are_answered(secretary, books, query):
    page(secretary, "statement", Account.objects.get(sort="prepaid").pk, query=query)


def test_the_statement_as_a_file_adds_up_and_is_written_down(secretary, books):
    elder = Account.objects.get(sort="prepaid")
    answer = secretary.get(
        reverse("ledger:statement-file", args=[elder.pk]), {"since": "2020-01-01", "until": "2030-01-01"}
    )
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    figures = [row[-3:] for row in rows if isinstance(row[-1], int | float)]
    assert figures == [(None, None, 0), (200, None, 200), (None, 7, 193), (200, 7, 193)]
    assert AuditEntry.objects.filter(verb="exported", object_type="ledger.account").count() == 1


def test_who_may_not_sees_nothing(town, books):
    elder = Account.objects.get(sort="prepaid")
    other = Till(open_book(community_id=Community.objects.create(code="far", name="远处社区").pk), now=town.now)
    far = other.account("till")
    desk = browser(town.desk_post.user)
    for name, args in (
        ("accounts", []),
        ("statement", [elder.pk]),
        ("statement-file", [elder.pk]),
        ("count", [far.pk]),
    ):
        page(desk, name, *args, status=403)
        page(Client(), name, *args, status=302)
    client = browser(town.secretary_post.user)
    assert "远处社区" not in page(client, "accounts")
    page(client, "statement", far.pk, status=404)
    page(client, "closes", other.book.pk, status=404)


def test_a_till_is_counted_with_a_second_person_where_it_does_not_agree(secretary, books):
    till = Account.objects.get(sort="till")
    address = reverse("ledger:count", args=[till.pk])
    assert "200.00" in secretary.get(address).content.decode()
    for wrong in ({"counted": ""}, {"counted": "abc"}, {"counted": "1.234"}, {"counted": "-1"}, {"counted": "195.5"}):
        answer = secretary.post(address, {"key": "k", **wrong})
        assert answer.status_code == 422, wrong
        assert not TillCount.objects.exists()
    told = {"key": "k", "counted": "195.50", "witness": "李出纳", "note": "找零"}
    assert secretary.post(address, told).status_code == 302
    text = page(secretary, "statement", till.pk, query="?since=2020-01-01&until=2030-01-01")
    assert "195.50" in text
    assert "李出纳" in text
    page(secretary, "count", Account.objects.get(sort="prepaid").pk, status=404)


def test_a_journal_is_taken_back_once_with_a_reason(secretary, books):
    meal = Journal.objects.order_by("number").last()
    address = reverse("ledger:journal", args=[meal.pk])
    assert "冲销" in secretary.get(address).content.decode()
    assert secretary.post(address, {"key": "k", "reason": " "}).status_code == 422
    first = secretary.post(address, {"key": "k", "reason": "点错了人"})
    again = secretary.post(address, {"key": "k", "reason": "点错了人"})
    assert first.url == again.url
    assert Journal.objects.count() == 3
    twice = secretary.post(address, {"key": "other", "reason": "再来一次"})
    assert twice.status_code == 422
    assert Account.objects.get(sort="income").debits_fen == 7_00


def test_days_and_months_are_closed_from_the_page(secretary, town, books):
    book = books.book.pk
    today = f"{town.now.date()}"
    assert today in page(secretary, "closes", book)
    for sort, told in (
        ("day", {"until": "x"}),
        ("day", {"until": "2099-01-01"}),
        ("month", {"until": today, "witness": "李"}),
    ):
        assert secretary.post(reverse("ledger:close", args=[book, sort]), told).status_code == 422
    assert secretary.post(reverse("ledger:close", args=[book, "year"]), {"until": today}).status_code == 404
    assert (
        secretary.post(reverse("ledger:close", args=[book, "day"]), {"until": today, "witness": "李出纳"}).status_code
        == 302
    )
    assert Close.objects.get().witness_label == "李出纳"
    assert "李出纳" in page(secretary, "closes", book)


def test_a_stopped_book_says_so(secretary, town, books):
    Book.objects.update(read_only_since=town.now, fault="gap journal 2")
    assert "不再记账" in page(secretary, "accounts")
    today = reverse("desk:today")
    assert "账簿有差错" in secretary.get(today).content.decode()
    assert "账簿有差错" not in browser(town.desk_post.user).get(today).content.decode()
    till = Account.objects.get(sort="till")
    answer = secretary.post(reverse("ledger:count", args=[till.pk]), {"key": "k", "counted": "1", "witness": "李"})
    assert answer.status_code == 503
    assert "差错" in answer.content.decode()


def test_before_the_first_payment_the_page_says_what_it_is_for(secretary):
    assert "第一笔" in page(secretary, "accounts")


def test_a_residents_own_page_says_what_money_they_have(town, books):
    elder = Resident.objects.get(name="赵秀兰")
    parts = kept_in_rooms(resident_id=elder.pk, by=actor_of(town.secretary_post.user), now=town.now)
    (part,) = [one for one in parts if "钱" in str(one.title)]
    assert [value for _name, value in part.items[0]] == ["预存余额", "193.00 元"]
    parts = kept_in_rooms(resident_id=elder.pk, by=actor_of(town.desk_post.user), now=town.now)
    (part,) = [one for one in parts if "钱" in str(one.title)]
    assert (part.items, bool(part.withheld)) == ([], True)
