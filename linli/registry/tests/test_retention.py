"""Keeping no longer than needed: what goes, what stays, and that it goes only when somebody asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed
from linli.registry import actions
from linli.registry.actions import imports
from linli.registry.actions.health import write_health_note
from linli.registry.actions.retention import let_go
from linli.registry.errors import ImportEmptied
from linli.registry.models import (
    ChangeRequest,
    Contact,
    ContactPoint,
    FormReport,
    FormTemplate,
    HealthNote,
    HomeVisit,
    ImportBatch,
    Post,
    Resident,
)
from linli.registry.queries.expired import expired, expired_count, expired_references
from linli.registry.retention import ANONYMOUS, PERIODS, Matter
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY, Compound, acting
from linli.registry.tests.test_imports import ROWS, file_of

KEPT = {"by": SYSTEM, "now": NOW}
NOBODY: frozenset[int] = frozenset()


def due(matter: Matter, on: date = TODAY, spared=NOBODY) -> int:
    return expired_count(matter=matter, on=on, spared=spared)


def go(matter: Matter, now=NOW, spared=NOBODY) -> int:
    return let_go(by=SYSTEM, now=now, matter=matter, spared=spared)


def just_over(matter: Matter) -> date:
    return TODAY - timedelta(days=PERIODS[matter].days + 1)


@pytest.fixture
def gone(compound: Compound) -> Resident:
    """The grandmother moved away and has been gone for longer than we keep anybody."""
    Resident.objects.filter(pk=compound.grandmother.pk).update(
        workplace="纺织厂", registered_address="示范街道1号", note="喜欢下棋", other_phones="16000005679"
    )
    actions.resident_moves_out(**KEPT, resident_id=compound.grandmother.pk, on=just_over(Matter.PEOPLE))
    return Resident.objects.get(pk=compound.grandmother.pk)


def test_who_left_long_ago_becomes_anonymous_and_stays_countable(gone) -> None:
    born, reference = gone.born_on, gone.reference
    assert go(Matter.PEOPLE) == 1
    after = Resident.objects.get(pk=gone.pk)
    assert (after.name, after.reference, after.anonymised_on) == (ANONYMOUS, reference, TODAY)
    assert (after.born_on, after.born_known) == (date(born.year, 1, 1), "year")
    assert (after.sex, after.moved_out_on, after.household_id) == (gone.sex, gone.moved_out_on, gone.household_id)
    emptied = (
        "name_pinyin", "name_initials", "phone", "phone_hash", "phone_tail_hash", "other_phones", "id_number",
        "id_number_hash", "workplace", "registered_address", "note",
    )  # fmt: skip
    assert {name for name in emptied if getattr(after, name)} == set()
    assert go(Matter.PEOPLE) == 0


def test_the_trail_says_who_was_made_anonymous_without_a_name(gone) -> None:
    go(Matter.PEOPLE)
    entry = AuditEntry.objects.get(verb="anonymised")
    assert (entry.object_type, entry.object_ref, entry.object_label) == ("resident", str(gone.pk), gone.reference)


def test_who_died_long_ago_becomes_anonymous(compound: Compound) -> None:
    actions.record_death(**KEPT, resident_id=compound.neighbour.pk, on=just_over(Matter.PEOPLE))
    assert (due(Matter.PEOPLE), go(Matter.PEOPLE)) == (1, 1)


def test_nobody_is_touched_before_the_time_is_over(compound: Compound) -> None:
    last_day = TODAY - timedelta(days=PERIODS[Matter.PEOPLE].days)
    actions.record_death(**KEPT, resident_id=compound.neighbour.pk, on=last_day)
    assert due(Matter.PEOPLE) == 0
    assert due(Matter.PEOPLE, on=TODAY + timedelta(days=1)) == 1


def test_who_is_present_is_never_touched(compound: Compound) -> None:
    far = date(2099, 1, 1)
    assert [due(matter, on=far) for matter in (Matter.PEOPLE, Matter.CONTACTS)] == [0, 0]


def test_a_household_with_an_open_incident_is_spared(gone, compound: Compound) -> None:
    spared = {compound.household.pk}
    assert (due(Matter.PEOPLE, spared=spared), go(Matter.PEOPLE, spared=spared)) == (0, 0)


def test_who_came_back_under_the_same_id_number_is_spared(gone, compound: Compound) -> None:
    actions.add_resident(**KEPT, household_id=compound.far_household.pk, name="赵桂兰", id_number=ID_NUMBER)
    assert due(Matter.PEOPLE) == 0


def test_who_still_holds_a_post_is_spared_and_later_leaves_no_name_in_it(gone, compound: Compound) -> None:
    told = {"community_id": compound.community.pk, "role": Role.UNIT_CAPTAIN, "place_id": compound.unit.pk}
    post = actions.assign_post(**KEPT, **told, resident_id=gone.pk, since_on=date(2020, 1, 1))
    assert due(Matter.PEOPLE) == 0
    actions.end_post(**KEPT, post_id=post.pk, on=date(2026, 1, 1))
    assert go(Matter.PEOPLE) == 1
    assert Post.objects.get(pk=post.pk).holder_name == ANONYMOUS
    assert not ContactPoint.objects.filter(post=post).exists()


def test_a_relative_no_longer_called_loses_name_and_numbers(compound: Compound) -> None:
    actions.end_contact(**KEPT, contact_id=compound.daughter.pk, on=just_over(Matter.CONTACTS))
    assert go(Matter.CONTACTS) == 1
    after = Contact.objects.get(pk=compound.daughter.pk)
    assert (after.name, after.name_pinyin, after.anonymised_on) == (ANONYMOUS, "", TODAY)
    assert not after.points.exists()


def test_relatives_go_with_the_household(compound: Compound) -> None:
    actions.move_out(**KEPT, household_id=compound.household.pk, on=just_over(Matter.CONTACTS))
    assert go(Matter.CONTACTS) == 1
    assert Contact.objects.get(pk=compound.daughter.pk).ended_on == TODAY


def test_a_health_note_nobody_looked_at_again_is_deleted(compound: Compound) -> None:
    note = write_health_note(
        **KEPT, resident_id=compound.grandmother.pk, text="心脏支架", purpose="急救", legal_basis="consent",
        review_on=TODAY + timedelta(days=30),
    )  # fmt: skip
    later = NOW + timedelta(days=30 + PERIODS[Matter.HEALTH].days + 1)
    assert (go(Matter.HEALTH), go(Matter.HEALTH, now=later), go(Matter.HEALTH, now=later)) == (0, 1, 0)
    note = HealthNote.objects.get(pk=note.pk)
    assert (note.text, note.purpose, bool(note.ended_on)) == ("", ANONYMOUS, True)


def test_the_words_of_old_visits_go_and_the_visit_stays(compound: Compound) -> None:
    told = {
        "community": compound.community,
        "household": compound.household,
        "visitor_name": "网格员",
        "written_at": NOW,
    }
    old = HomeVisit.objects.create(
        **told, visited_on=just_over(Matter.VISITS), found="needs_help", note="摔了一跤", to_do="装扶手"
    )
    new = HomeVisit.objects.create(**told, visited_on=TODAY, found="well", note="挺好")
    assert go(Matter.VISITS) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.note, old.to_do, old.found, new.note) == ("", "", "needs_help", "挺好")
    assert go(Matter.VISITS) == 0


def test_the_words_of_answered_corrections_go_and_open_ones_stay(compound: Compound) -> None:
    long_ago = NOW - timedelta(days=PERIODS[Matter.CORRECTIONS].days + 1)
    user = compound.secretary()
    told = {
        "community": compound.community, "household": compound.household, "about": "phone", "proposed": "换号了",
        "phone": "16000007777", "before": "16000005678", "by": user, "proposed_at": long_ago,
    }  # fmt: skip
    waiting = ChangeRequest.objects.create(**told)
    answered = ChangeRequest.objects.create(
        **told, state="accepted", answered_by=user, answered_at=long_ago, answer="好"
    )
    assert go(Matter.CORRECTIONS) == 1
    answered.refresh_from_db()
    waiting.refresh_from_db()
    assert (answered.proposed, answered.phone, answered.before, answered.answer) == ("", "", "", "")
    assert (waiting.phone, answered.state) == ("16000007777", "accepted")


def test_forms_remember_their_last_two_fillings(compound: Compound) -> None:
    form = FormTemplate.objects.create(community=compound.community, name="老年人", kind="xlsx", file=b"", made_at=NOW)
    for hour in range(4):
        FormReport.objects.create(template=form, filled_at=NOW + timedelta(hours=hour), count=1, marks={"T1": "x"})
    assert go(Matter.REPORTS) == 2
    assert [bool(one.marks) for one in FormReport.objects.order_by("filled_at")] == [False, False, True, True]
    assert go(Matter.REPORTS) == 0


@pytest.fixture
def brought_in(compound: Compound, tmp_path) -> ImportBatch:
    """A register that was written."""
    path = file_of(tmp_path / "a.xlsx", ROWS)
    batch = imports.stage_import(**KEPT, community_id=compound.community.pk, path=path, file_name="台账.xlsx")
    columns = {s.position: {int(at): name for at, name in s.fields.items()} for s in batch.sheets.filter(included=True)}
    imports.ask_plan(**KEPT, batch_id=batch.pk, policy="update", grid_id=None, columns=columns)
    imports.work_on_import(batch=imports.claim_import(now=NOW), clock=lambda: NOW)
    imports.ask_commit(**KEPT, batch_id=batch.pk)
    imports.work_on_import(batch=imports.claim_import(now=NOW), clock=lambda: NOW)
    return ImportBatch.objects.get(pk=batch.pk)


LATER = NOW + timedelta(days=PERIODS[Matter.IMPORTS].days + 2)


def test_the_rows_of_an_old_import_go_and_it_cannot_be_taken_back(brought_in, client, compound: Compound) -> None:
    assert (go(Matter.IMPORTS), go(Matter.IMPORTS, now=LATER), go(Matter.IMPORTS, now=LATER)) == (0, 1, 0)
    left = [rows for rows in (brought_in.rows, brought_in.sheets, brought_in.changes) if rows.exists()]
    assert left == []
    assert ImportBatch.objects.get(pk=brought_in.pk).state == "committed"
    for refused in (imports.ask_undo, imports.record_download):
        with pytest.raises(ImportEmptied):
            refused(by=SYSTEM, now=LATER, batch_id=brought_in.pk)
    client.force_login(compound.secretary())
    page = client.get(reverse("registry:import", args=[brought_in.pk]))
    assert page.context["batch"].emptied_at
    assert 'value="undo"' not in page.content.decode().partition('id="do"')[2].partition("</form>")[2]
    assert reverse("registry:import-errors", args=[brought_in.pk]) not in page.content.decode()
    answer = client.post(reverse("registry:import-do", args=[brought_in.pk]), {"do": "undo"})
    assert answer.status_code == 409


def test_an_import_being_taken_back_is_left_alone(brought_in) -> None:
    imports.ask_undo(**KEPT, batch_id=brought_in.pk)
    assert go(Matter.IMPORTS, now=LATER) == 0


def test_an_import_left_lying_is_put_away(compound: Compound, tmp_path) -> None:
    path = file_of(tmp_path / "a.xlsx", ROWS)
    batch = imports.stage_import(**KEPT, community_id=compound.community.pk, path=path, file_name="台账.xlsx")
    assert go(Matter.IMPORTS, now=LATER) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.sheets.count()) == ("discarded", 0)


def test_a_batch_is_bounded_and_the_next_goes_on(compound: Compound, monkeypatch) -> None:
    monkeypatch.setattr("linli.registry.actions.retention.BATCH", 2)
    for number in range(5):
        one = actions.add_resident(**KEPT, household_id=compound.household.pk, name=f"钱{number}")
        actions.resident_moves_out(**KEPT, resident_id=one.pk, on=just_over(Matter.PEOPLE))
    assert [go(Matter.PEOPLE) for _round in range(4)] == [2, 2, 1, 0]
    assert not Resident.objects.filter(name__startswith="钱").exists()


def test_rows_are_listed_by_reference(gone) -> None:
    assert expired_references(matter=Matter.PEOPLE, on=TODAY, spared=NOBODY) == [gone.reference]


def test_a_secretary_cannot_let_go_by_hand(gone, compound: Compound) -> None:
    with pytest.raises(NotAllowed):
        let_go(by=acting(compound.secretary()), now=NOW, matter=Matter.PEOPLE, spared=NOBODY)


def test_the_worker_never_does_it_by_itself(gone) -> None:
    for tick in apps.get_app_config("registry").ticks():
        assert "retention" not in tick.name
        assert "retention" not in tick.run.__module__


@pytest.mark.parametrize("matter", Matter)
def test_every_matter_can_be_asked_when_there_is_nothing(db, matter) -> None:
    assert (due(matter), go(matter)) == (0, 0)
    assert str(PERIODS[matter].what)


def test_expired_rows_come_in_order(gone) -> None:
    assert expired(matter=Matter.PEOPLE, on=TODAY, spared=NOBODY).query.order_by == ("pk",)
