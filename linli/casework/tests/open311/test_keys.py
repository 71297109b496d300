"""Keys: made and shown once, ended, counted over all processes, forgotten after a day."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.casework.actions.open311 import count_key_use, end_api_key, forget_key_uses, make_api_key
from linli.casework.errors.open311 import AskedWrongly, KeyEndedAlready, KeyLimitWrong, KeyNameMissing, KeyNotFound
from linli.casework.models import ApiKey, KeyUse
from linli.core.errors import NotAllowed, NotFound
from linli.core.secrets import token_hash
from linli.registry.models import Community
from tests.harness.town import SYSTEM

PAGE = "/casework/keys/"


@pytest.fixture
def secretary(town) -> Client:
    client = Client()
    client.force_login(User.objects.get(name="陈书记"))
    return client


def test_a_hundred_posts_from_one_key_are_limited_and_told_so(program, town) -> None:
    _key, plain = make_api_key(by=SYSTEM, now=town.now, community_id=town.community.pk, name="快的", per_minute=5)
    answers = [program.post("xml" if n % 2 else "json", api_key=plain, service_code="none") for n in range(100)]
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) == {404, 429}
    assert 5 <= codes[404] <= 10  # a new minute may begin in between
    refused = [answer for answer in answers if answer.status_code == 429]
    for answer in refused:
        assert 1 <= int(answer["Retry-After"]) <= 60
        assert b"429" in answer.content
    assert "5" in refused[-1].content.decode()


def test_another_key_and_reading_are_not_slowed_down_by_it(program, town) -> None:
    _key, plain = make_api_key(by=SYSTEM, now=town.now, community_id=town.community.pk, name="快的", per_minute=1)
    for _number in range(3):
        program.post(api_key=plain)
    assert program.post().status_code == 200
    assert program.get("requests.json").status_code == 200


def test_each_minute_counts_anew(town, key) -> None:
    row = ApiKey.objects.get()
    ApiKey.objects.update(per_minute=2)
    row.refresh_from_db()
    at = town.now.replace(second=40)
    count_key_use(key=row, now=at)
    count_key_use(key=row, now=at)
    with pytest.raises(AskedWrongly) as refused:
        count_key_use(key=row, now=at)
    assert refused.value.wait_seconds == 20
    count_key_use(key=row, now=at + timedelta(seconds=20))
    assert list(KeyUse.objects.order_by("minute").values_list("used", flat=True)) == [2, 1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_at_once_are_counted_one_by_one() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to a SQLite database in memory, and a file has one writer at a time")
    row = ApiKey.objects.create(name="x", key_hash=token_hash("x"), per_minute=25, made_at=timezone.now())
    now, passed, refused = timezone.now(), [], []

    def send() -> None:
        try:
            for _number in range(10):
                try:
                    count_key_use(key=row, now=now)
                    passed.append(1)
                except AskedWrongly:
                    refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), len(refused)) == (25, 35)


def test_counts_are_forgotten_after_a_day(town, key) -> None:
    row, minute = ApiKey.objects.get(), int(town.now.timestamp()) // 60
    KeyUse.objects.create(key=row, minute=minute - 24 * 60 - 1, used=3)
    KeyUse.objects.create(key=row, minute=minute - 60, used=4)
    assert forget_key_uses(now=town.now) == 1
    assert KeyUse.objects.get().used == 4


def test_a_key_is_kept_as_a_hash_and_told_to_the_trail(town, key) -> None:
    row = ApiKey.objects.get()
    assert row.key_hash == token_hash(key)
    entry = AuditEntry.objects.get(verb="made_key")
    assert (entry.object_type, entry.object_label) == ("casework.apikey", "街道办小程序")
    assert key not in str(vars(entry))
    end_api_key(by=SYSTEM, now=town.now, key_id=row.pk)
    assert AuditEntry.objects.filter(verb="ended_key").count() == 1
    with pytest.raises(KeyEndedAlready):
        end_api_key(by=SYSTEM, now=town.now, key_id=row.pk)


def test_a_key_needs_a_name_a_limit_and_a_community_of_ones_own(town) -> None:
    boss, here = town.staff(town.secretary_post), town.community.pk
    with pytest.raises(KeyNameMissing):
        make_api_key(by=boss, now=town.now, community_id=here, name="  ", per_minute=5)
    for per_minute in (0, 601):
        with pytest.raises(KeyLimitWrong):
            make_api_key(by=boss, now=town.now, community_id=here, name="x", per_minute=per_minute)
    other = Community.objects.create(code="other", name="别的社区")
    for community_id in (other.pk, None):
        with pytest.raises(NotFound):
            make_api_key(by=boss, now=town.now, community_id=community_id, name="x", per_minute=5)
    key, _plain = make_api_key(by=SYSTEM, now=town.now, community_id=other.pk, name="x", per_minute=5)
    with pytest.raises(KeyNotFound):
        end_api_key(by=boss, now=town.now, key_id=key.pk)
    with pytest.raises(NotAllowed):
        make_api_key(by=town.staff(town.desk_post), now=town.now, community_id=here, name="x", per_minute=5)


def test_the_secretary_makes_a_key_which_is_shown_once(secretary, town) -> None:
    assert secretary.get(PAGE).status_code == 200
    answer = secretary.post(PAGE, {"community": str(town.community.pk), "name": "街道办小程序", "per_minute": "30"})
    assert answer.status_code == 200
    plain = answer.context["plain"]
    assert plain in answer.content.decode()
    assert ApiKey.objects.get().key_hash == token_hash(plain)
    again = secretary.get(PAGE).content.decode()
    assert plain not in again
    assert "街道办小程序" in again


def test_a_key_without_a_name_is_asked_for_again(secretary, town) -> None:
    answer = secretary.post(PAGE, {"community": str(town.community.pk), "name": "", "per_minute": "0"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "per_minute"}
    assert not ApiKey.objects.exists()


def test_the_secretary_ends_a_key(secretary, program) -> None:
    assert program.post().status_code == 200
    row = ApiKey.objects.get()
    assert secretary.post(f"{PAGE}{row.pk}/end/").status_code == 302
    assert program.post(description="once more").status_code == 403
    [line] = secretary.get(PAGE).context["lines"]
    assert line.used == 1
    assert line.key.ended_at is not None


def test_others_do_not_see_the_keys(town, key) -> None:
    client = Client()
    assert client.get(PAGE).status_code == 302
    client.force_login(User.objects.get(name="值班员小林"))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{ApiKey.objects.get().pk}/end/").status_code == 403


def test_the_page_of_keys_costs_the_same_for_many(secretary, town, key, django_assert_max_num_queries) -> None:
    for number in range(12):
        make_api_key(by=SYSTEM, now=town.now, community_id=town.community.pk, name=f"{number}", per_minute=5)
    with django_assert_max_num_queries(14):
        secretary.get(PAGE)
