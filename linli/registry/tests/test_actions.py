from __future__ import annotations

from datetime import date

import pytest

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions, errors
from linli.registry.models import ContactPoint, Dwelling, Post, Relation, Resident
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY, Compound, acting

KEPT = {"by": SYSTEM, "now": NOW}


def traces(verb: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb=verb).order_by("pk"))


def test_a_number_on_the_wall_is_kept_plain(compound: Compound) -> None:
    assert compound.building.number == "8"
    assert compound.dwelling.label == "8栋3单元502"


def test_every_write_leaves_a_trace_without_numbers(compound: Compound) -> None:
    entries = list(AuditEntry.objects.filter(object_type="resident"))
    assert (entries[0].verb, entries[0].object_label, entries[0].community_id) == (
        "added",
        "赵桂兰",
        compound.community.pk,
    )
    assert not any("5678" in str(e.details) or ID_NUMBER in str(e.details) for e in AuditEntry.objects.all())


def test_a_clerk_cannot_give_two_places_one_number(compound: Compound) -> None:
    with pytest.raises(errors.PlaceTaken) as refused:
        actions.add_building(grid_id=compound.grid.pk, number="8栋", **KEPT)
    assert "number" in refused.value.fields
    with pytest.raises(errors.PlaceTaken):
        actions.add_unit(building_id=compound.building.pk, number=3, **KEPT)
    with pytest.raises(errors.PlaceTaken):
        actions.add_dwelling(unit_id=compound.unit.pk, floor=5, door="５０２", **KEPT)
    with pytest.raises(errors.PlaceTaken):
        actions.add_grid(community_id=compound.community.pk, number=1, **KEPT)
    with pytest.raises(errors.PlaceTaken):
        actions.add_community(code="linju", name="又一个", **KEPT)


def test_a_renumbered_building_readdresses_its_doors(compound: Compound) -> None:
    actions.change_building(building_id=compound.building.pk, grid_id=compound.grid.pk, number="8A", floors=7, **KEPT)
    assert Dwelling.objects.get(pk=compound.dwelling.pk).label == "8A栋3单元502"
    assert Dwelling.objects.get(pk=compound.far_dwelling.pk).label == "9栋3单元502"


def test_a_second_household_cannot_move_in_before_the_first_has_left(compound: Compound) -> None:
    with pytest.raises(errors.DwellingOccupied):
        actions.move_in(dwelling_id=compound.dwelling.pk, on=TODAY, **KEPT)
    actions.move_out(household_id=compound.household.pk, on=TODAY, **KEPT)
    assert Resident.objects.get(pk=compound.grandmother.pk).moved_out_on == TODAY
    actions.move_in(dwelling_id=compound.dwelling.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyMovedOut):
        actions.move_out(household_id=compound.household.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyMovedOut):
        actions.add_resident(household_id=compound.household.pk, name="李四", **KEPT)


def test_nobody_moves_out_before_moving_in(compound: Compound) -> None:
    with pytest.raises(errors.DatesTurnedRound):
        actions.move_out(household_id=compound.household.pk, on=date(1999, 1, 1), **KEPT)


def test_a_resident_needs_nothing_but_a_name(compound: Compound) -> None:
    added = actions.add_resident(household_id=compound.household.pk, name="李四", **KEPT)
    assert (added.name_initials, added.is_head, added.phone) == ("ls", False, "")
    with pytest.raises(errors.NameMissing):
        actions.add_resident(household_id=compound.household.pk, name="　", **KEPT)


def test_sex_and_birthday_come_from_a_right_id_number(compound: Compound) -> None:
    assert (compound.grandmother.sex, compound.grandmother.born_on) == ("2", date(1949, 12, 31))


def test_a_doubtful_id_number_is_kept_as_typed_and_noted(compound: Compound) -> None:
    added = actions.add_resident(
        household_id=compound.household.pk, name="李四", id_number="220103194912310000", **KEPT
    )
    assert added.id_number == "220103194912310000"
    assert added.born_on is None
    assert traces("added")[-1].details["doubtful_id_number"] == "check_digit"


def test_a_household_has_one_head_and_a_number_one_owner(compound: Compound) -> None:
    with pytest.raises(errors.SecondHead):
        actions.add_resident(household_id=compound.household.pk, name="李四", relation=Relation.HEAD, **KEPT)
    with pytest.raises(errors.IdNumberTaken):
        actions.add_resident(household_id=compound.far_household.pk, name="李四", id_number=f" {ID_NUMBER} ", **KEPT)
    with pytest.raises(errors.IdNumberTaken):
        actions.change_resident(resident_id=compound.neighbour.pk, changes={"id_number": ID_NUMBER}, **KEPT)


def test_a_bad_phone_is_refused_at_its_field(compound: Compound) -> None:
    with pytest.raises(errors.PhoneNotUnderstood) as refused:
        actions.change_resident(resident_id=compound.neighbour.pk, changes={"phone": "问他女儿"}, **KEPT)
    assert "phone" in refused.value.fields


def test_a_change_keeps_what_is_derived_in_step(compound: Compound) -> None:
    changed = actions.change_resident(
        resident_id=compound.neighbour.pk, changes={"name": "单雄", "phone": "138 0000 1234"}, **KEPT
    )
    kept = Resident.objects.get(pk=changed.pk)
    assert (kept.name_pinyin, kept.phone) == ("shanxiong", "13800001234")
    assert traces("changed")[-1].details == {"fields": ["name", "phone"]}
    before = AuditEntry.objects.count()
    actions.change_resident(resident_id=compound.neighbour.pk, changes={"name": "单雄"}, **KEPT)
    assert AuditEntry.objects.count() == before


def test_the_dead_and_the_gone_leave_once(compound: Compound) -> None:
    actions.record_death(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyEnded):
        actions.resident_moves_out(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)


def test_relatives_line_up_in_the_order_they_are_called(compound: Compound) -> None:
    son = actions.add_contact(household_id=compound.household.pk, name="钱刚", phone="16000002222", **KEPT)
    assert son.call_order == 2
    assert [p.kind for p in son.points.order_by("position")] == ["inbox", "phone"]
    with pytest.raises(errors.CallOrderTaken):
        actions.add_contact(household_id=compound.household.pk, name="钱红", call_order=1, **KEPT)
    with pytest.raises(errors.CallOrderTaken):
        actions.change_contact(contact_id=son.pk, changes={"call_order": 1}, **KEPT)
    actions.end_contact(contact_id=compound.daughter.pk, on=TODAY, **KEPT)
    actions.change_contact(contact_id=son.pk, changes={"call_order": 1}, **KEPT)


def test_a_way_to_reach_somebody_is_added_last_and_can_go(compound: Compound) -> None:
    point = actions.add_contact_point(
        contact_id=compound.daughter.pk, kind="apprise", address="mailto://user:pass@example.org", **KEPT
    )
    assert point.position == 3
    with pytest.raises(errors.AddressMissing):
        actions.add_contact_point(contact_id=compound.daughter.pk, kind="webhook", address="", **KEPT)
    with pytest.raises(errors.AddressMissing):
        actions.add_contact_point(contact_id=compound.daughter.pk, kind="webhook", address="example", **KEPT)
    actions.remove_point(point_id=point.pk, **KEPT)
    with pytest.raises(NotFound):
        actions.remove_point(point_id=point.pk, **KEPT)
    assert not any("example.org" in str(e.details) for e in AuditEntry.objects.all())


def test_a_post_is_given_over_the_right_kind_of_place_and_ends(compound: Compound) -> None:
    given = {"community_id": compound.community.pk, "since_on": TODAY, "holder_name": "孙大爷", **KEPT}
    with pytest.raises(errors.WrongScope):
        actions.assign_post(role=Role.UNIT_CAPTAIN, **given)
    with pytest.raises(errors.WrongScope):
        actions.assign_post(role=Role.SECRETARY, place_id=compound.unit.pk, **given)
    with pytest.raises(NotFound):
        actions.assign_post(role=Role.GRID_LEAD, place_id=10**9, **given)
    post = actions.assign_post(role=Role.UNIT_CAPTAIN, place_id=compound.unit.pk, phone="16000003333", **given)
    assert [p.kind for p in post.points.order_by("position")] == ["inbox", "phone"]
    with pytest.raises(errors.DatesTurnedRound):
        actions.end_post(post_id=post.pk, on=date(2020, 1, 1), **KEPT)
    actions.end_post(post_id=post.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyEnded):
        actions.end_post(post_id=post.pk, on=TODAY, **KEPT)


def test_a_resident_with_a_post_is_reached_at_their_own_phone(compound: Compound) -> None:
    told = {"community_id": compound.community.pk, "place_id": compound.unit.pk, "since_on": TODAY, **KEPT}
    post = actions.assign_post(role=Role.UNIT_CAPTAIN, resident_id=compound.grandmother.pk, **told)
    assert post.holder_name == "赵桂兰"
    assert ContactPoint.objects.get(post=post, kind="phone").address == "16000005678"


def test_a_captain_cannot_write_and_a_visitor_does_nothing(compound: Compound) -> None:
    for by in (
        acting(compound.captain()),
        Actor(kind="visitor", label="visitor"),
        Actor(kind="contact", label="钱丽", ref="1"),
    ):
        with pytest.raises(NotAllowed):
            actions.add_resident(by=by, now=NOW, household_id=compound.household.pk, name="李四")


def test_a_grid_lead_writes_in_their_own_grid_only(compound: Compound) -> None:
    lead = acting(compound.signs_in(Role.GRID_LEAD, "wangge", compound.grid.pk))
    actions.add_resident(by=lead, now=NOW, household_id=compound.household.pk, name="李四")
    other = actions.add_grid(community_id=compound.community.pk, number=2, **KEPT)
    far = acting(compound.signs_in(Role.GRID_LEAD, "wangge2", other.pk))
    with pytest.raises(NotFound):
        actions.add_resident(by=far, now=NOW, household_id=compound.household.pk, name="王五")
    with pytest.raises(NotFound):
        actions.assign_post(
            by=lead, now=NOW, community_id=compound.community.pk, role=Role.SECRETARY, since_on=TODAY, holder_name="我"
        )
    assert not Post.objects.filter(holder_name="我").exists()
