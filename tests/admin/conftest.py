"""A little town for the registers: two communities, and people with posts in the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from linli.accounts.actions import create_administrator, create_user
from linli.accounts.models import User
from linli.core.actors import system_actor
from linli.incidents.models import IncidentKind
from linli.registry import keeping
from linli.registry.models import (
    Building,
    Community,
    Contact,
    ContactPoint,
    Dwelling,
    Grid,
    Household,
    Post,
    Resident,
    Unit,
)

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SINCE = date(2020, 1, 1)
PHONE, ID_NUMBER = "13912345678", "220103194001011234"
BY = system_actor(part="test")
PASSWORD = "丁香花开了又开了"


@dataclass(frozen=True)
class Town:
    community: Community
    unit: Unit
    dwelling: Dwelling
    household: Household
    resident: Resident
    contact: Contact


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def build(code: str) -> Town:
    community = Community.objects.create(code=code, name=f"{code}社区")
    grid = Grid.objects.create(community=community, number=1, name="第一网格")
    building = Building.objects.create(community=community, grid=grid, number="3")
    unit = Unit.objects.create(community=community, building=building, number=2)
    dwelling = Dwelling.objects.create(community=community, unit=unit, floor=5, door="501", label="3栋2单元501")
    household = Household.objects.create(community=community, dwelling=dwelling, moved_in_on=SINCE)
    resident = Resident.objects.create(
        community=community, household=household, is_head=True, **keeping.name_columns("赵老太"),
        **keeping.phone_columns(PHONE), **keeping.id_number_columns(ID_NUMBER),
    )  # fmt: skip
    contact = Contact.objects.create(community=community, household=household, name="赵小妹", relation="30")
    ContactPoint.objects.create(
        community=community, contact=contact, kind="phone", **keeping.address_columns(kind="phone", address=PHONE)
    )
    return Town(community, unit, dwelling, household, resident, contact)


@pytest.fixture
def town(db) -> Town:
    IncidentKind.objects.get_or_create(code="gas_leak", defaults={"title_zh": "燃气泄漏", "title_en": "Gas leak"})
    return build("dingxiang")


@pytest.fixture
def other(town: Town) -> Town:
    return build("baihua")


@pytest.fixture
def browser(town: Town):
    """``browser("secretary")``: signed in as holder of that post in the town; ``browser("superuser")``: as who may do everything."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(user_with(role, town.community))
        client.cookies["linli_language"] = "en"
        return client

    return sign_in


def user_with(role: str, community: Community) -> User:
    if role == "superuser":
        return create_administrator(by=BY, now=NOW, username="root", name="根", password=PASSWORD)
    user = create_user(by=BY, now=NOW, username=role, name=f"某{role}", password=PASSWORD)
    Post.objects.create(community=community, role=role, user=user, holder_name=user.name, since_on=SINCE)
    return user
