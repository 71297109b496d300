"""Health notes: written with purpose, basis and a day to look again; read one by one with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions, errors
from linli.registry.actions.health import end_health_note, read_health_note, write_health_note
from linli.registry.models import HealthNote
from linli.registry.tests.conftest import NOW, SYSTEM, TODAY, Compound, acting

KEPT: dict[str, Any] = {"by": SYSTEM, "now": NOW}
TEXT, PURPOSE, WHY = "夜里吸氧，走不了楼梯", "火灾时背她下楼", "消防演练前核对名单"


def write(compound: Compound, **more: Any) -> HealthNote:
    told: dict[str, Any] = {
        "resident_id": compound.grandmother.pk, "text": TEXT, "purpose": PURPOSE, "legal_basis": "consent",
        "review_on": TODAY + timedelta(days=180),
    }  # fmt: skip
    return write_health_note(**(told | KEPT | more))


def test_a_note_is_kept_encrypted_and_its_text_is_in_no_trail(compound: Compound) -> None:
    note = write(compound)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM registry_healthnote WHERE id = %s", [note.pk])
        assert "吸氧" not in cursor.fetchone()[0]
    assert not any("吸氧" in f"{entry.object_label} {entry.details}" for entry in AuditEntry.objects.all())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", " "),
        ("purpose", ""),
        ("legal_basis", ""),
        ("legal_basis", "habit"),
        ("review_on", None),
        ("review_on", TODAY),
    ],
)
def test_a_note_that_lacks_what_the_law_asks_for_is_refused_at_its_field(compound: Compound, field: str, value) -> None:
    with pytest.raises(errors.HealthNoteIncomplete) as refused:
        write(compound, **{field: value})
    assert set(refused.value.fields) == {field}


def test_reading_is_written_down_with_its_reason_first(compound: Compound) -> None:
    note, by = write(compound), acting(compound.secretary())
    with pytest.raises(errors.ReasonTooShort):
        read_health_note(by=by, now=NOW, note_id=note.pk, reason="看看")
    assert not AuditEntry.objects.filter(verb="read_health_note").exists()
    assert read_health_note(by=by, now=NOW, note_id=note.pk, reason=f" {WHY} ") == TEXT
    entry = AuditEntry.objects.get(verb="read_health_note")
    assert (entry.reason, entry.actor_ref, entry.object_label) == (WHY, by.ref, "赵桂兰")


def test_a_captain_reads_and_writes_none_and_a_duty_officer_writes_none(compound: Compound) -> None:
    note, captain = write(compound), acting(compound.captain())
    officer = acting(compound.signs_in(Role.DUTY_OFFICER, "zhiban"))
    assert read_health_note(by=officer, now=NOW, note_id=note.pk, reason=WHY) == TEXT
    with pytest.raises(NotAllowed):
        read_health_note(by=captain, now=NOW, note_id=note.pk, reason=WHY)
    for by in (captain, officer):
        with pytest.raises(NotAllowed):
            write(compound, by=by)
        with pytest.raises(NotAllowed):
            end_health_note(by=by, now=NOW, note_id=note.pk, on=TODAY)


def test_a_grid_lead_reads_none_beyond_their_grid(compound: Compound) -> None:
    note = write(compound)
    other = actions.add_grid(community_id=compound.community.pk, number=2, **KEPT)
    far = acting(compound.signs_in(Role.GRID_LEAD, "wangge2", other.pk))
    with pytest.raises(NotFound):
        read_health_note(by=far, now=NOW, note_id=note.pk, reason=WHY)
    with pytest.raises(NotFound):
        write(compound, by=far)
    with pytest.raises(NotFound):
        end_health_note(by=far, now=NOW, note_id=note.pk, on=TODAY)


def test_an_ended_note_is_read_by_nobody(compound: Compound) -> None:
    note = write(compound)
    end_health_note(note_id=note.pk, on=TODAY, **KEPT)
    with pytest.raises(errors.AlreadyEnded):
        end_health_note(note_id=note.pk, on=TODAY, **KEPT)
    with pytest.raises(NotFound):
        read_health_note(note_id=note.pk, reason=WHY, **KEPT)


def test_no_note_is_begun_for_somebody_who_left(compound: Compound) -> None:
    actions.move_out(household_id=compound.household.pk, on=date(2026, 11, 1), **KEPT)
    with pytest.raises(errors.NotHereAnymore):
        write(compound)


def test_the_household_page_says_what_a_note_is_for_and_shows_it_with_a_reason(client, compound: Compound) -> None:
    note = write(compound)
    home = reverse("registry:household", args=[compound.household.pk])
    client.force_login(compound.secretary())
    text = client.get(home).content.decode()
    assert PURPOSE in text
    assert TEXT not in text
    reveal = reverse("registry:health-note", args=[note.pk])
    assert reveal in text
    assert client.get(reveal).status_code == 405
    assert client.post(reveal, {"reason": "看"}).status_code == 422
    fragment = client.post(reveal, {"reason": WHY}, headers={"HX-Request": "true"})
    assert TEXT in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "no-store" in fragment.headers["Cache-Control"]
    assert "<html" in client.post(reveal, {"reason": WHY}).content.decode()
    client.force_login(compound.captain())
    assert PURPOSE not in client.get(home).content.decode()
    assert client.post(reveal, {"reason": WHY}).status_code == 403


def test_a_note_is_written_and_ended_on_the_page_of_lists(client, compound: Compound) -> None:
    client.force_login(compound.secretary())
    page = reverse("registry:care", args=[compound.household.pk])
    told = {
        "note-person": compound.grandmother.pk, "note-text": TEXT, "note-purpose": PURPOSE, "note-legal_basis": "consent",
        "note-review_on": "2000-01-01",
    }  # fmt: skip
    wrong = client.post(page, told)
    assert wrong.status_code == 422
    assert TEXT in wrong.content.decode(), "nothing typed is lost"
    assert client.post(page, told | {"note-review_on": "2099-01-01"}).status_code == 302
    note = HealthNote.objects.get()
    text = client.get(page).content.decode()
    assert PURPOSE in text
    assert TEXT not in text
    assert client.post(reverse("registry:end-note", args=[compound.household.pk, note.pk])).status_code == 302
    assert PURPOSE not in client.get(page).content.decode()
