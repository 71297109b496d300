"""A backup of a house, and an empty box filled from it: on SQLite, and on PostgreSQL where DATABASE_URL names one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.processes.house import LINLI, environment

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]
SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres")
WORDS = "correct horse battery"


class Box:
    """A data directory and a database of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.url = _new_database(name) if ON_POSTGRESQL else ""
        more = {"DATABASE_URL": self.url} if self.url else {}
        self.env = environment(self.folder, LINLI_BACKUP_PASSPHRASE=WORDS, **more)

    def linli(self, *words: str, fine: bool = True):
        done = subprocess.run([*LINLI, *words], env=self.env, capture_output=True, text=True, timeout=600, check=False)
        assert (done.returncode == 0) is fine, done.stdout + done.stderr
        return done

    def python(self, text: str) -> str:
        """Run a few lines inside Django; what they print comes back."""
        begun = "import django; django.setup()\n"
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", begun + text], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def _new_database(name: str) -> str:
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "backup_{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "backup_{name}"')
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/backup_{name}"))


LEAK = """
from django.utils import timezone
from linli.registry.models import Community
from linli.registry.queries import PlaceRef
from linli.core.actors import system_actor
from linli.incidents.actions import Opening, open_incidents
place = PlaceRef(community_id=Community.objects.get(code="demo").pk, grid_id=None, building_id=None, unit_id=None)
now = timezone.now()
open_incidents(by=system_actor(part="test"), now=now, openings=[
    Opening(kind="gas_leak", source="device:1", source_label="G1", place=place, place_label="8-3-502", happened_at=now)])
"""
MONEY = """
from django.utils import timezone
from linli.registry.models import Community
from linli.core.actors import system_actor
from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.actions.posting import post_journal
from linli.ledger.rules import Move, Wanted
now = timezone.now()
book = open_book(community_id=Community.objects.get(code="demo").pk).pk
till, elder = (open_account(now=now, book_id=book, sort=sort, name=sort).pk for sort in ("till", "prepaid"))
wanted = Wanted(timezone.localdate(now), "top-up", [Move(till, elder, 100)])
print(post_journal(by=system_actor(part="test"), now=now, book_id=book, key="KEY", wanted=wanted).journal.number)
"""
FACTS = """
from django.apps import apps
from linli.registry.models import ContactPoint, Resident
from linli.incidents.models import Incident
skip = {"sessions.Session", "audit.AuditEntry", "incidents.TimelineEntry", "watching.Probe", "watching.BackupRun",
        "admin.LogEntry"}
counts = [(m._meta.label, m.objects.count()) for m in apps.get_models() if m._meta.label not in skip]
print(sorted(counts))
print(sorted(ContactPoint.objects.values_list("address", flat=True))[:5])
print([(i.kind_id, i.source, i.handling) for i in Incident.objects.all()])
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Box]:
    """A demo with an open leak, and a backup of it in ``backups``."""
    folder = tmp_path_factory.mktemp("boxes")
    box = Box(folder, "old")
    box.linli("migrate")
    box.linli("demo", "--households", "40", "--detectors", "10")
    box.python(LEAK)
    assert [box.python(MONEY.replace("KEY", key)) for key in ("a", "b", "a")] == ["1", "2", "1"]
    made = box.linli("backup", "--to", str(folder / "backups"))
    assert "read back and found right" in made.stdout
    yield box
    shutil.rmtree(folder, ignore_errors=True)


def backups(box: Box) -> Path:
    return box.folder.parent / "backups"


@pytest.fixture(scope="module")
def restored(house) -> Box:
    """An empty box, filled from the backup."""
    box = Box(house.folder.parent, "new")
    assert "Restored" in box.linli("restore", str(backups(house))).stdout
    return box


def test_an_empty_box_filled_from_a_backup_is_the_same_house_and_lives_on(house, restored) -> None:
    assert restored.python(FACTS) == house.python(FACTS)
    assert (restored.folder / "secret_key").read_text() == (house.folder / "secret_key").read_text()
    for key in (house.folder / "broker" / "keys").glob(
        "[!.]*"
    ):  # a draft may lie beside, of a process that ended meanwhile
        assert (restored.folder / "broker" / "keys" / key.name).read_bytes() == key.read_bytes()
    assert "up to date" in restored.linli("migrate", "--plan").stdout
    # What was open goes on, and new rows find free ids.
    told = "from linli.incidents.models import TimelineEntry; print(TimelineEntry.objects.filter(verb='noted').count())"
    assert restored.python(told) == "1"
    restored.python(LEAK.replace("device:1", "device:2"))
    waits = "from linli.incidents.models import Incident; print(Incident.objects.filter(next_step_at__isnull=False).count())"
    assert restored.python(waits) == "2"


def test_the_books_are_whole_after_a_restore_and_go_on(restored) -> None:
    assert "2 journals: no fault" in restored.linli("ledger", "check", "--replay").stdout
    assert restored.python(MONEY.replace("KEY", "b")) == "2"
    assert restored.python(MONEY.replace("KEY", "c")) == "3"
    assert "3 journals: no fault" in restored.linli("ledger", "check", "--replay").stdout
    assert "3 journals: no fault" in restored.linli("ledger", "check").stdout


def test_the_guards_of_the_trail_are_there_after_a_restore(restored) -> None:
    tried = """
from django.db import DatabaseError
from linli.audit.models import AuditEntry
assert AuditEntry.objects.exists()
try:
    AuditEntry.objects.all()._raw_delete("default")
except DatabaseError:
    print("refused")
"""
    assert restored.python(tried) == "refused"


def test_a_box_that_is_not_empty_is_replaced_only_when_told_so(house, restored) -> None:
    renamed = "from linli.registry.models import Community; Community.objects.update(name='别处社区')"
    named = "from linli.registry.models import Community; print(Community.objects.get().name)"
    restored.python(renamed)
    said = restored.linli("restore", str(backups(house)), fine=False)
    assert said.returncode == 2
    assert "--replace" in said.stderr
    assert restored.python(named) == "别处社区"
    restored.linli("restore", str(backups(house)), "--replace")
    assert restored.python(FACTS) == house.python(FACTS)


def test_a_wrong_passphrase_or_a_damaged_file_changes_nothing(house, tmp_path) -> None:
    box = Box(house.folder.parent, "careful")
    (file,) = backups(house).iterdir()
    words = tmp_path / "words"
    words.write_text("another passphrase")
    said = box.linli("restore", str(file), "--passphrase-file", str(words), fine=False)
    assert "passphrase does not open" in said.stderr
    damaged = tmp_path / file.name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    assert "damaged" in box.linli("restore", str(damaged), fine=False).stderr
    assert "damaged" in box.linli("backup", "--verify", str(damaged), fine=False).stderr
    box.linli("backup", "--verify", str(file))
    assert not (box.folder / "broker").exists()


def test_a_backup_that_cannot_be_made_is_kept_as_a_finding(house) -> None:
    said = house.linli("backup", "--to", "/proc/linli/backups", "--mount", "/no/such/disk", fine=False)
    assert "not mounted" in said.stderr
    assert "not mounted" in house.linli("check", "--json", fine=False).stdout
    house.linli("backup", "--to", str(house.folder.parent / "third"))
