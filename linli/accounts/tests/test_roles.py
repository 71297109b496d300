"""What a user may do follows from roles, and from nothing else."""

from __future__ import annotations

import pytest

from linli.accounts import roles
from linli.accounts.models import User


@pytest.fixture
def holding(monkeypatch, duty: User):
    """``holding("secretary")``: the user as holder of these roles."""

    def as_holder(*held: str) -> User:
        monkeypatch.setattr(roles, "_roles", [lambda user_id: frozenset(held)])
        return User.objects.get(pk=duty.pk)

    return as_holder


def test_a_user_without_a_post_may_do_nothing(holding) -> None:
    assert holding().get_all_permissions() == set()


def test_permissions_are_the_union_over_the_roles(holding) -> None:
    assert holding("unit_captain", "secretary").get_all_permissions() >= {
        "audit.view",
        "incidents.view",
        "registry.change_resident",
    }


def test_an_administrator_keeps_users_and_a_secretary_only_sees_them(holding) -> None:
    assert holding("administrator").has_perms(["accounts.manage", "accounts.change_user", "registry.delete_grid"])
    secretary = holding("secretary")
    assert secretary.has_perm("accounts.view_user")
    assert not secretary.has_perm("accounts.change_user")
    assert not secretary.has_perm("accounts.manage")


def test_a_duty_officer_looks_and_does_not_write(holding) -> None:
    officer = holding("duty_officer")
    assert officer.has_perms(["accounts.open_registers", "incidents.view_incident", "registry.view_resident"])
    assert not any(".add_" in p or ".change_" in p or ".delete_" in p for p in officer.get_all_permissions())


@pytest.mark.parametrize("role", ["grid_lead", "building_captain", "unit_captain"])
def test_captains_open_no_register(holding, role: str) -> None:
    captain = holding(role)
    assert not captain.has_perm("accounts.open_registers")
    assert not any("_" in p.partition(".")[2] for p in captain.get_all_permissions())


def test_an_inactive_user_may_do_nothing_even_as_superuser(holding) -> None:
    user = holding("administrator")
    user.is_active = False
    user.is_superuser = True
    assert not user.has_perm("accounts.manage")
    assert user.get_all_permissions() == set()


def test_a_superuser_may_do_everything(holding) -> None:
    user = holding()
    user.is_superuser = True
    assert user.has_perm("accounts.manage")
    assert user.has_perm("anything.at_all")


def test_roles_are_asked_once_per_request(monkeypatch, duty: User) -> None:
    asked: list[int] = []
    monkeypatch.setattr(roles, "_roles", [lambda user_id: asked.append(user_id) or frozenset({"secretary"})])
    for _ in range(5):
        assert duty.has_perm("audit.view")
    assert asked == [duty.pk]
