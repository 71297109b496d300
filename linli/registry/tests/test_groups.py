"""Lists of priority groups: who writes them, and who may know of them at all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions, errors
from linli.registry.actions.groups import change_on_list, put_on_list, take_off_list
from linli.registry.groups import OPEN, RULES, Group, groups_in
from linli.registry.models import Membership
from linli.registry.tests.conftest import NOW, SYSTEM, TODAY, Compound, acting

KEPT: dict[str, Any] = {"by": SYSTEM, "now": NOW}
SINCE = date(2026, 9, 1)


def put(compound: Compound, group: str = Group.LIVING_ALONE, **more: Any) -> Membership:
    told: dict[str, Any] = {"resident_id": compound.grandmother.pk, "group": group, "since_on": SINCE}
    return put_on_list(**(told | KEPT | more))


@pytest.mark.parametrize("group", list(RULES))
def test_each_list_has_its_usual_interval(compound: Compound, group: str) -> None:
    assert put(compound, group).every_days == RULES[group].every_days


def test_an_interval_of_ones_own_or_none_at_all(compound: Compound) -> None:
    assert put(compound, every_days=14).every_days == 14
    assert put(compound, Group.ALLOWANCE, every_days=0).every_days is None
    for days in (-1, 731):
        with pytest.raises(errors.VisitIntervalWrong):
            put(compound, Group.DISABLED, every_days=days)


def test_nobody_is_on_a_list_twice_until_they_were_taken_off(compound: Compound) -> None:
    place = put(compound)
    with pytest.raises(errors.AlreadyOnList) as refused:
        put(compound)
    assert "group" in refused.value.fields
    with pytest.raises(errors.DatesTurnedRound):
        take_off_list(membership_id=place.pk, until_on=SINCE - timedelta(days=1), **KEPT)
    take_off_list(membership_id=place.pk, until_on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyEnded):
        take_off_list(membership_id=place.pk, until_on=TODAY, **KEPT)
    put(compound, since_on=TODAY)
    assert Membership.objects.count() == 2


def test_what_is_no_list_or_for_nobody_here_is_refused(compound: Compound) -> None:
    with pytest.raises(errors.NoSuchGroup):
        put(compound, "gamblers")
    with pytest.raises(NotFound):
        put(compound, resident_id=10**9)
    actions.record_death(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.NotHereAnymore):
        put(compound)


def test_a_change_is_written_down_by_the_names_of_its_fields(compound: Compound) -> None:
    place = put(compound)
    change_on_list(
        membership_id=place.pk, changes={"every_days": 3, "helper_name": "郑助老员", "group": "released"}, **KEPT
    )
    place.refresh_from_db()
    assert (place.every_days, place.helper_name, place.group) == (3, "郑助老员", Group.LIVING_ALONE)
    assert AuditEntry.objects.get(verb="changed").details == {"fields": ["every_days", "helper_name"]}
    change_on_list(membership_id=place.pk, changes={"every_days": 0}, **KEPT)
    place.refresh_from_db()
    assert place.every_days is None


def test_a_grid_lead_writes_open_lists_and_knows_nothing_of_restricted_ones(compound: Compound) -> None:
    lead = acting(compound.signs_in(Role.GRID_LEAD, "wangge", compound.grid.pk))
    place = put(compound, by=lead)
    with pytest.raises(NotAllowed):
        put(compound, Group.PETITION, by=lead)
    hidden = put(compound, Group.PETITION)
    for deed in (
        lambda: take_off_list(by=lead, now=NOW, membership_id=hidden.pk, until_on=TODAY),
        lambda: change_on_list(by=lead, now=NOW, membership_id=hidden.pk, changes={"basis": "x"}),
    ):
        with pytest.raises(NotFound):
            deed()
    take_off_list(by=lead, now=NOW, membership_id=place.pk, until_on=TODAY)


def test_a_captain_writes_no_list_and_a_grid_lead_none_beyond_their_grid(compound: Compound) -> None:
    with pytest.raises(NotAllowed):
        put(compound, by=acting(compound.captain()))
    other = actions.add_grid(community_id=compound.community.pk, number=2, **KEPT)
    with pytest.raises(NotFound):
        put(compound, by=acting(compound.signs_in(Role.GRID_LEAD, "wangge2", other.pk)))


def test_the_trail_names_an_open_list_and_of_a_restricted_one_only_the_person(compound: Compound) -> None:
    put(compound)
    place = put(compound, Group.DRUG_RECOVERY, basis="戒毒办〔2026〕3号")
    take_off_list(membership_id=place.pk, until_on=TODAY, **KEPT)
    first, *hidden = AuditEntry.objects.filter(object_type="membership").order_by("pk")
    assert first.details == {"group": "living_alone"}
    for entry in hidden:
        assert entry.object_label == "赵桂兰"
        assert not any(word in str(entry.details) for word in ("drug", "戒毒"))


@pytest.mark.parametrize("role", [Role.GRID_LEAD, Role.SECRETARY])
def test_the_page_of_lists_puts_on_and_takes_off(client, compound: Compound, role: str) -> None:
    client.force_login(compound.signs_in(role, role, compound.grid.pk if role == Role.GRID_LEAD else None))
    page = reverse("registry:care", args=[compound.household.pk])
    text = client.get(page).content.decode()
    assert ("petition" in text) == (role == Role.SECRETARY), "a list one may not see is not offered either"
    told = {"list-person": compound.grandmother.pk, "list-group": "living_alone", "list-since_on": "2026-09-01"}
    assert client.post(page, told).status_code == 302
    place = Membership.objects.get()
    assert place.every_days == 7
    again = client.post(page, told | {"list-basis": "社区核实"})
    assert again.status_code == 422
    assert "社区核实" in again.content.decode()
    off = reverse("registry:take-off", args=[compound.household.pk, place.pk])
    assert client.get(off).status_code == 405
    assert client.post(off).status_code == 302
    place.refresh_from_db()
    assert place.until_on is not None
    assert client.post(page, told | {"list-group": "petition"}).status_code == (302 if role == Role.SECRETARY else 422)


def test_a_captain_has_no_page_of_lists(client, compound: Compound) -> None:
    client.force_login(compound.captain())
    assert client.get(reverse("registry:care", args=[compound.household.pk])).status_code == 403


@pytest.mark.parametrize("text", ["存折", "存折用户", "存折户", "存折老人", "使用存折（邮储）", "passbook user"])
def test_a_sheet_names_passbook_users_as_offices_write_them(text: str) -> None:
    named, unknown = groups_in(text)
    assert (named, unknown) == (((Group.PASSBOOK,), ()) if text != "passbook user" else ((), ("passbook", "user")))


def test_who_uses_a_passbook_is_on_an_open_list_and_need_not_be_visited(compound: Compound) -> None:
    place = put(compound, Group.PASSBOOK)
    assert place.every_days is None
    assert Group.PASSBOOK in OPEN
    with override("zh-hans"):
        assert place.get_group_display() == "存折用户"


def test_the_database_takes_no_list_that_nobody_knows(compound: Compound) -> None:
    place = put(compound, Group.PASSBOOK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=place.pk).update(group="gamblers")
