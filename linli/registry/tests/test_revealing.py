from __future__ import annotations

import pytest

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions
from linli.registry.errors import ReasonTooShort
from linli.registry.models import ContactPoint
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, Compound, acting

WHY = "燃气报警，联系本人"


def test_a_secretary_sees_a_number_and_the_trail_says_why(compound: Compound) -> None:
    by = acting(compound.secretary())
    assert actions.reveal_phone(by=by, now=NOW, resident_id=compound.grandmother.pk, reason=WHY) == "16000005678"
    assert actions.reveal_id_number(by=by, now=NOW, resident_id=compound.grandmother.pk, reason=WHY) == ID_NUMBER
    entries = AuditEntry.objects.filter(verb__startswith="revealed").order_by("pk")
    assert [(e.verb, e.reason, e.object_ref, e.actor_ref) for e in entries] == [
        ("revealed_phone", WHY, str(compound.grandmother.pk), by.ref),
        ("revealed_id_number", WHY, str(compound.grandmother.pk), by.ref),
    ]


def test_the_phone_of_a_relative_is_shown_with_a_reason(compound: Compound) -> None:
    by = acting(compound.secretary())
    point = ContactPoint.objects.get(contact=compound.daughter, kind="phone")
    assert actions.reveal_contact_phone(by=by, now=NOW, point_id=point.pk, reason=WHY) == "16000001111"
    inbox = ContactPoint.objects.get(contact=compound.daughter, kind="inbox")
    with pytest.raises(NotFound):
        actions.reveal_contact_phone(by=by, now=NOW, point_id=inbox.pk, reason=WHY)


def test_without_a_reason_nothing_is_shown_nor_written(compound: Compound) -> None:
    by = acting(compound.secretary())
    with pytest.raises(ReasonTooShort):
        actions.reveal_phone(by=by, now=NOW, resident_id=compound.grandmother.pk, reason="看看")
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()


def test_a_captain_cannot_reveal_even_next_door(compound: Compound) -> None:
    with pytest.raises(NotAllowed):
        actions.reveal_phone(by=acting(compound.captain()), now=NOW, resident_id=compound.grandmother.pk, reason=WHY)


def test_a_grid_lead_cannot_reveal_beyond_their_grid(compound: Compound) -> None:
    other = actions.add_grid(by=SYSTEM, now=NOW, community_id=compound.community.pk, number=2)
    by = acting(compound.signs_in(Role.GRID_LEAD, "wangge2", other.pk))
    for reveal in (actions.reveal_phone, actions.reveal_id_number):
        with pytest.raises(NotFound):
            reveal(by=by, now=NOW, resident_id=compound.grandmother.pk, reason=WHY)
    point = ContactPoint.objects.get(contact=compound.daughter, kind="phone")
    with pytest.raises(NotFound):
        actions.reveal_contact_phone(by=by, now=NOW, point_id=point.pk, reason=WHY)


def test_a_number_that_is_not_there_cannot_be_shown(compound: Compound) -> None:
    by = acting(compound.secretary())
    with pytest.raises(NotFound):
        actions.reveal_id_number(by=by, now=NOW, resident_id=compound.neighbour.pk, reason=WHY)
