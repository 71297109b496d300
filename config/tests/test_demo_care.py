"""Whom the invented community looks after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Max

from config.tests.test_demo import TODAY, build, demo_place
from linli.accounts.models import User
from linli.registry.context import scope_for
from linli.registry.models import ChangeRequest, HealthNote, HomeVisit, Membership
from linli.registry.queries import EVERYTHING
from linli.registry.queries.corrections import correction_rows, corrections_waiting
from linli.registry.queries.visits import overdue_count
from linli.registry.rules import age_on

assert demo_place  # a fixture that every test of a demo needs


def cared_for() -> list:
    return [
        sorted(Membership.objects.values_list("resident__reference", "group", "since_on", "helper_name")),
        sorted(HomeVisit.objects.values_list("household__number", "visited_on", "found", "key")),
        list(HealthNote.objects.order_by("pk").values_list("resident__reference", "purpose")),
        list(ChangeRequest.objects.order_by("pk").values_list("key", "about", "household__number", "proposed_at")),
    ]


def built(seed: int) -> list:
    with transaction.atomic():
        build(seed=seed)
        found = cared_for()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_care() -> None:
    first = built(1)
    assert built(1) == first
    assert built(2) != first


@pytest.mark.django_db
def test_lists_fit_the_people_and_some_visits_are_late() -> None:
    build(households=120)
    rows = Membership.objects.select_related("resident")
    assert {"living_alone", "empty_nest", "advanced_age", "allowance", "disabled"} <= {row.group for row in rows}
    assert all(age_on(born_on=row.resident.born_on, day=TODAY) >= 80 for row in rows if row.group == "advanced_age")
    alone = [row for row in rows if row.group == "living_alone"]
    assert all(row.resident.household.resident_set.count() == 1 for row in alone)
    assert HomeVisit.objects.aggregate(last=Max("visited_on"))["last"] <= TODAY
    homes = Membership.objects.values("resident__household").distinct().count()
    assert 0 < overdue_count(scope=EVERYTHING, on=TODAY) < homes / 2
    assert all(note.review_on > TODAY + timedelta(days=7) for note in HealthNote.objects.all())


@pytest.mark.django_db
def test_captains_have_proposed_corrections_that_wait(settings) -> None:
    build(households=120)
    lead = User.objects.get(username="demo-secretary")
    rows = correction_rows(requests=list(corrections_waiting(scope=scope_for(lead))), reader_id=lead.pk)
    assert {row.about for row in rows} == {"phone", "newcomer", "left"}
    assert len({row.place for row in rows}) == 3
    assert all(not row.now for row in rows)  # the register says what it said
