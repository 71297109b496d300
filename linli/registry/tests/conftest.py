"""A small compound, set up through the actions: building 8 with stairwells 3 and 4, building 9, one family, two posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from linli.accounts.actions import create_user
from linli.accounts.actors import actor_of
from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.core.actors import Actor, system_actor
from linli.registry import actions
from linli.registry.models import Building, Community, Contact, Dwelling, Grid, Household, Relation, Resident, Unit

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SYSTEM = system_actor(part="test")
ID_NUMBER = "999999194912310025"  # no such area; the check digit is right
PASSWORD = "三栋的丁香花开了"


@dataclass
class Compound:
    community: Community
    grid: Grid
    building: Building
    unit: Unit
    other_unit: Unit
    dwelling: Dwelling
    empty_dwelling: Dwelling
    far_dwelling: Dwelling
    household: Household
    far_household: Household
    grandmother: Resident
    neighbour: Resident
    daughter: Contact

    def signs_in(self, role: str, username: str, place_id: int | None = None) -> User:
        """Somebody with a login and this post since the beginning of the year."""
        user = create_user(by=SYSTEM, now=NOW, username=username, name=f"演示{username}", password=PASSWORD)
        since = date(2026, 1, 1)
        told = {
            "community_id": self.community.pk,
            "role": role,
            "place_id": place_id,
            "user_id": user.pk,
            "since_on": since,
        }
        actions.assign_post(by=SYSTEM, now=NOW, phone="16000000900", **told)
        return user

    def secretary(self) -> User:
        return self.signs_in(Role.SECRETARY, "shuji")

    def captain(self) -> User:
        return self.signs_in(Role.UNIT_CAPTAIN, "danyuan", self.unit.pk)


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def compound(db) -> Compound:
    kept = {"by": SYSTEM, "now": NOW}
    community = actions.add_community(code="linju", name="邻里示范社区", **kept)
    grid = actions.add_grid(community_id=community.pk, number=1, **kept)
    building = actions.add_building(grid_id=grid.pk, number="８号楼", **kept)
    far_building = actions.add_building(grid_id=grid.pk, number="9", **kept)
    unit = actions.add_unit(building_id=building.pk, number=3, **kept)
    other_unit = actions.add_unit(building_id=building.pk, number=4, **kept)
    far_unit = actions.add_unit(building_id=far_building.pk, number=3, **kept)
    dwelling = actions.add_dwelling(unit_id=unit.pk, floor=5, door="502", **kept)
    empty_dwelling = actions.add_dwelling(unit_id=unit.pk, floor=5, door="501", **kept)
    far_dwelling = actions.add_dwelling(unit_id=far_unit.pk, floor=5, door="502", **kept)
    household = actions.move_in(dwelling_id=dwelling.pk, on=date(2001, 5, 1), **kept)
    far_household = actions.move_in(dwelling_id=far_dwelling.pk, on=date(2010, 5, 1), **kept)
    head = {"relation": Relation.HEAD, **kept}
    grandmother = actions.add_resident(
        household_id=household.pk, name="赵　桂兰", phone="１６０-0000-5678", id_number=ID_NUMBER, **head
    )
    neighbour = actions.add_resident(household_id=far_household.pk, name="张三", phone="16000004321", **head)
    daughter = actions.add_contact(
        household_id=household.pk, name="钱丽", relation=Relation.DAUGHTER, phone="16000001111", **kept
    )
    return Compound(
        community, grid, building, unit, other_unit, dwelling, empty_dwelling, far_dwelling,
        household, far_household, grandmother, neighbour, daughter,
    )  # fmt: skip


def acting(user: User) -> Actor:
    return actor_of(user, address="127.0.0.1")
