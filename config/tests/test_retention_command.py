"""``linli retention``: said first, done when asked."""

from __future__ import annotations

import argparse
from datetime import timedelta

import pytest
from django.utils import timezone

from config.commands import retention
from linli.core.actors import system_actor
from linli.incidents.models import Incident
from linli.registry.actions import add_resident, resident_moves_out
from linli.registry.models import Resident
from linli.registry.retention import ANONYMOUS, PERIODS, Matter
from tests.harness import Town


@pytest.fixture
def gone(db, monkeypatch) -> Resident:
    """Somebody who left a household of the town long ago."""
    for name in ("config.keys_at_start.look_at_keys", "config.migration.look_at_database"):
        monkeypatch.setattr(name, lambda: None)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    town, kept = Town(), {"by": system_actor(part="test"), "now": timezone.now()}
    one = add_resident(**kept, household_id=town.household_502.pk, name="钱老七", phone="16000000777")
    left_on = timezone.localdate() - timedelta(days=PERIODS[Matter.PEOPLE].days + 1)
    one = resident_moves_out(**kept, resident_id=one.pk, on=left_on)
    one.town = town  # type: ignore[attr-defined]
    return one


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    retention.add_arguments(parser)
    return retention.run(parser.parse_args(words))


def test_without_a_word_it_changes_nothing(gone, capsys) -> None:
    assert run() == 0
    assert "Nothing has been changed" in capsys.readouterr().out
    assert Resident.objects.get(pk=gone.pk).name == gone.name


def test_a_list_names_nobody(gone, capsys) -> None:
    assert run("--list") == 0
    said = capsys.readouterr().out
    assert gone.reference in said
    assert gone.name not in said


def test_do_does_it_and_the_second_time_finds_nothing(gone) -> None:
    assert (run("--do"), run("--do")) == (0, 0)
    after = Resident.objects.get(pk=gone.pk)
    assert (after.name, after.phone, after.anonymised_on) == (ANONYMOUS, "", timezone.localdate())


def test_who_has_an_open_incident_at_home_is_left_alone(gone) -> None:
    gone.town.device("502").leaks()
    assert Incident.objects.filter(closed_at__isnull=True, household=gone.household).exists()
    run("--do")
    assert Resident.objects.get(pk=gone.pk).name == gone.name
