from __future__ import annotations

import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from stdnum.cn import ric

from config.demo import NoDemoKeys, build_town, describe_demo, device_secrets
from config.demo.building import DatabaseInUse, DemoIncomplete
from config.demo.keys import keys_path
from config.demo.plan import plan_town, sample_serial
from config.demo.webhooks import NotAWebhook
from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.secrets import same_token, token_hash
from linli.registry.models import Community, Contact, ContactPoint, Household, Post, Resident, Unit
from linli.registry.queries import EVERYTHING, search
from linli.safety.models import Device, Gateway, Installation
from linli.scheduling.queries import gaps_ahead, is_workday, on_duty

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SMALL = {"households": 40, "gas_detectors": 15}
HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def demo_place(settings, tmp_path) -> None:
    settings.LINLI_DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def build(**wanted: Any):
    return build_town(**{"seed": 1, "now": NOW, **SMALL, **wanted})


def people() -> list[Any]:
    """All that is said of places and people, without primary keys."""
    residents = Resident.objects.order_by("id_number_hash").select_related("household__dwelling")
    contacts = Contact.objects.order_by("household__dwelling__label", "call_order")
    return [
        [(r.name, r.phone, r.id_number, r.born_on, r.household.dwelling.label) for r in residents],
        [(c.name, c.relation, c.household.dwelling.label) for c in contacts],
        sorted(Post.objects.values_list("role", "holder_name")),
        sorted(Installation.objects.values_list("device__serial", "dwelling__label", "installed_on")),
    ]


def town_of(seed: int) -> tuple[list[Any], dict[str, str]]:
    """Who lives in a freshly built town, and its secrets; the town is gone afterwards."""
    with transaction.atomic():
        build(seed=seed)
        found = people(), dict(device_secrets())
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_town_with_other_secrets() -> None:
    first, secrets = town_of(1)
    again, other_secrets = town_of(1)
    assert again == first
    assert other_secrets.keys() == secrets.keys()
    assert not set(other_secrets.values()) & set(secrets.values())
    assert town_of(2)[0] != first


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6])
def test_the_planned_town_has_the_size_and_age_that_were_asked_for(share) -> None:
    plan = plan_town(seed=3, today=TODAY, households=3100, elder_share=share, gas_detectors=1050)
    residents = [r for h in plan.households for r in h.residents]
    assert len(plan.households) == 3100
    assert 6300 <= len(residents) <= 7300
    assert abs(sum(r.is_elder for r in residents) / len(residents) - share) < 0.03
    assert sum(bool(h.gas_detector) for h in plan.households) == 1050
    assert 50 <= len(plan.buildings) <= 70
    in_grids = Counter(building.grid for building in plan.buildings for _ in building.households)
    assert len(in_grids) == 7
    assert all(370 <= households <= 520 for households in in_grids.values())
    assert all(1 <= len(h.contacts) <= 3 for h in plan.households if h.elders or h.gas_detector)
    assert sample_serial(plan)


def test_nobody_in_the_planned_town_can_exist() -> None:
    plan = plan_town(seed=4, today=TODAY, households=600, elder_share=0.35, gas_detectors=200)
    persons = [r.person for h in plan.households for r in h.residents]
    assert all(
        p.id_number.startswith("999999") and ric.calc_check_digit(p.id_number) == p.id_number[-1] for p in persons
    )
    assert len({p.id_number for p in persons}) == len(persons)
    phones = (
        [p.phone for p in persons]
        + [c.phone for h in plan.households for c in h.contacts]
        + [p.phone for p in plan.posts]
    )
    captains = sum(bool(post.id_number) for post in plan.posts)
    assert all(phone.startswith("16000") for phone in phones)
    assert len(set(phones)) >= len(phones) - captains
    assert all(0 <= p.age <= 95 for p in persons)
    heads = Counter(sum(r.is_head for r in h.residents) for h in plan.households)
    assert set(heads) == {1}


@pytest.mark.django_db
def test_a_small_town_stands_with_posts_detectors_and_ways_to_reach_everybody() -> None:
    said: list[tuple[str, int, int]] = []
    town = build(progress=lambda part, done, total: said.append((part, done, total)), webhook=HOOK)
    assert (town.built, town.households, town.devices) == (True, 40, 15 + Unit.objects.count())
    assert Installation.objects.filter(dwelling__isnull=True).count() == Unit.objects.count()
    assert Post.objects.filter(role=Role.UNIT_CAPTAIN).count() == Unit.objects.count()
    assert Post.objects.filter(role=Role.DUTY_OFFICER).count() == 3
    holders = Contact.objects.count() + Post.objects.count()
    for kind, position in (("webhook", 1), ("inbox", 2), ("phone", 3)):
        assert ContactPoint.objects.filter(kind=kind, position=position).count() == holders
    assert {part: done == total for part, done, total in said if done == total}.keys() >= {"residents", "detectors"}
    assert AuditEntry.objects.filter(verb="demo_built").count() == 1
    assert Household.objects.exclude(resident__is_head=True).count() == 0
    someone = Resident.objects.order_by("pk")[5]
    assert search(scope=EVERYTHING, words=f"{someone.name_initials} {someone.phone[-4:]}", on=TODAY).hits


@pytest.mark.django_db
def test_secrets_are_kept_in_clear_in_one_private_file_only() -> None:
    build()
    assert stat.S_IMODE(keys_path().stat().st_mode) == 0o600
    demo = describe_demo()
    assert {login["role"] for login in demo["logins"]} == set(Role)
    for login in demo["logins"]:
        assert User.objects.get(username=login["username"]).check_password(login["password"])
    mqtt = demo["mqtt"]
    device = Device.objects.get(serial=mqtt["username"])
    assert same_token(mqtt["password"], kept_hash=device.secret_hash)
    assert mqtt["topic_prefix"] == f"linli/demo/{device.serial}"
    assert Gateway.objects.filter(token_hash=token_hash(demo["gateway"]["token"])).exists()
    assert all(same_token(device_secrets()[d.serial], kept_hash=d.secret_hash) for d in Device.objects.all())


@pytest.mark.django_db
def test_those_over_the_sample_detector_can_sign_in() -> None:
    build()
    installed = Installation.objects.select_related("unit__building").get(
        device__serial=describe_demo()["mqtt"]["username"]
    )
    posts = {p.user.username: p for p in Post.objects.filter(user__isnull=False).select_related("user")}
    assert posts["demo-unit"].unit_id == installed.unit_id
    assert posts["demo-building"].building_id == installed.unit.building_id
    assert posts["demo-grid"].grid_id == installed.unit.building.grid_id


@pytest.mark.django_db
def test_somebody_is_on_duty_at_the_demo_desk_now_and_for_weeks() -> None:
    town = build()
    pk = town.community_id
    duty = on_duty(community_ids=[pk], at=NOW)[pk]
    assert len(duty.names) == 1
    assert duty.post_ids < set(Post.objects.filter(role=Role.DUTY_OFFICER).values_list("pk", flat=True))
    assert gaps_ahead(community_ids=[pk], since=NOW, until=NOW + timedelta(days=27)) == {pk: []}
    assert not is_workday(day=date(2026, 10, 1))


@pytest.mark.django_db
def test_a_second_build_changes_nothing_but_the_webhook() -> None:
    build(webhook=HOOK)
    first, keys = people(), describe_demo()
    again = build(seed=99, webhook=f"{HOOK}/2")
    assert not again.built
    assert people() == first
    assert {p.address for p in ContactPoint.objects.filter(kind="webhook")} == {f"{HOOK}/2"}
    points = ContactPoint.objects.count()
    build(webhook=f"{HOOK}/2")
    build()
    assert ContactPoint.objects.count() == points
    assert describe_demo()["logins"] == keys["logins"]
    assert describe_demo()["webhook"]["url"] == f"{HOOK}/2"
    build(webhook="off")
    assert not ContactPoint.objects.filter(kind="webhook").exists()


@pytest.mark.django_db
def test_a_webhook_that_a_clerk_added_stays() -> None:
    build(webhook=HOOK)
    post = Post.objects.get(role=Role.SECRETARY)
    own = ContactPoint.objects.create(
        community_id=post.community_id, post=post, kind="webhook", address="https://example.org/", position=9
    )
    build(webhook=f"{HOOK}/2")
    assert ContactPoint.objects.filter(pk=own.pk).exists()


@pytest.mark.django_db
def test_a_lost_file_gives_new_keys_and_leaves_other_logins_alone() -> None:
    build()
    other = User.objects.create_user("zhiban", password="三栋的丁香花开了", name="周值班")
    before = describe_demo()
    keys_path().unlink()
    with pytest.raises(NoDemoKeys):
        describe_demo()
    build()
    after = describe_demo()
    assert after["mqtt"]["password"] != before["mqtt"]["password"]
    login = after["logins"][0]
    assert User.objects.get(username=login["username"]).check_password(login["password"])
    other.refresh_from_db()
    assert other.check_password("三栋的丁香花开了")


@pytest.mark.django_db
def test_the_demo_is_not_built_beside_real_residents_nor_over_a_stranger() -> None:
    build()
    Community.objects.filter(code="demo").update(code="zhenshi")
    with pytest.raises(DatabaseInUse):
        build()


@pytest.mark.django_db
def test_an_empty_community_called_demo_is_not_taken_over() -> None:
    Community.objects.create(code="demo", name="别人的")
    with pytest.raises(DemoIncomplete):
        build()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "http://"])
def test_what_is_no_web_address_is_no_webhook(url) -> None:
    with pytest.raises(NotAWebhook):
        build(webhook=url)
    assert not Community.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted", [{"households": 1, "gas_detectors": 0}, {"households": 3, "gas_detectors": 99, "elder_share": 1.0}]
)
def test_a_tiny_town_can_be_built(wanted) -> None:
    assert build(**wanted).households == wanted["households"]
