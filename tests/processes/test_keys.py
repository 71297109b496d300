"""Keys of a whole house: changed while processes run, killed half-way, lost, mistaken, taken out of a backup."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.house import LINLI, House
from tests.processes.test_backup import Box

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]
PARTS = ("web", "listener", "worker", "doorkeeper")
READ = """
from linli.registry.models import ContactPoint, Resident
print(list(ContactPoint.objects.order_by("pk").values_list("pk", "address")))
print(list(Resident.objects.order_by("pk").values_list("pk", "phone", "id_number")))
"""
KILLED = """
import os, signal
from django.utils import timezone
from linli.core.actions import begin_key_rotation, reencrypt_fields
begin_key_rotation(now=timezone.now())
reencrypt_fields(told=lambda table, rows: None, pause=lambda seconds: os.kill(os.getpid(), signal.SIGKILL), rows_at_once=20)
"""
OTHER = """
import sys
from linli.core.keys import fingerprint, ring
from linli.registry.models import ContactPoint
point = ContactPoint.objects.order_by("pk").first()
print(fingerprint(ring().keys[0]), flush=True)
sys.stdin.readline()
assert any(ContactPoint.objects.values_list("address", flat=True))
point.save()
print(fingerprint(ring().keys[0]), flush=True)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Iterator[Box]:
    """A small demo with a backup of it in ``backups``; no test changes it."""
    folder = tmp_path_factory.mktemp("keys")
    box = Box(folder, "keys_template")
    box.linli("migrate")
    box.linli("demo", "--households", "30", "--detectors", "10")
    box.linli("backup", "--to", str(folder / "backups"))
    yield box
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def box(template, request) -> Box:
    """A house of the test's own, filled from the backup."""
    number = abs(hash(request.node.name)) % 10**8
    one = Box(template.folder.parent, f"keys_{number}")
    one.linli("restore", str(backups(template)))
    return one


def backups(box: Box) -> Path:
    return box.folder.parent / "backups"


def one_sentence(said: str) -> str:
    assert said.count("\n") == 1, said
    assert said.startswith("linli"), said
    assert "Traceback" not in said
    assert re.search("[一-鿿]", said), said
    return said


def everything_refuses(box: Box, *, says: str) -> None:
    """Every part and `linli up` end with code 2 and one sentence in both languages that names the file."""
    for words in ([part] for part in PARTS):
        assert says in one_sentence(box.linli(*words, fine=False).stderr)
    house = House(box.folder, **{name: box.env[name] for name in ("DATABASE_URL",) if name in box.env})
    done = subprocess.run([*LINLI, "up"], env=house.env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    said = one_sentence(done.stderr)
    assert says in said
    assert "linli keys restore" in said


def test_a_house_gets_a_new_key_and_reads_as_before(box) -> None:
    before = box.python(READ)
    said = box.linli("keys", "rotate", "--wait", "0").stdout
    assert "The old key is forgotten" in said
    assert box.python(READ) == before
    assert "Every value can be read" in box.linli("keys", "check").stdout
    assert len(_keys_in(box)) == 1
    trail = "from linli.audit.models import AuditEntry; print(AuditEntry.objects.filter(object_type='keyfingerprint').count())"
    assert box.python(trail) == "2"


def test_the_old_key_is_kept_only_if_asked(box, tmp_path) -> None:
    box.linli("keys", "rotate", "--wait", "0", "--keep", str(tmp_path / "old"))
    assert len((tmp_path / "old").read_text().splitlines()) > 1
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o600


def test_a_rotation_killed_half_way_harms_nobody_and_is_finished_later(box) -> None:
    before = box.python(READ)
    env = {**box.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    line = [sys.executable, "-c", "import django; django.setup()\n" + KILLED]
    assert subprocess.run(line, env=env, check=False).returncode == -signal.SIGKILL
    half = box.linli("keys", "check").stdout
    assert "not finished" in half
    assert box.python(READ) == before
    box.linli("migrate")
    box.linli("keys", "rotate", "--wait", "0")
    assert len(_keys_in(box)) == 1
    assert box.python(READ) == before


def test_a_process_with_the_old_key_in_memory_goes_on_with_the_new_one(box) -> None:
    env = {**box.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    line = [sys.executable, "-c", "import django; django.setup()\n" + OTHER]
    with subprocess.Popen(line, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        first = other.stdout.readline().strip()
        box.linli("keys", "rotate", "--wait", "0")
        other.stdin.write("\n")
        other.stdin.flush()
        second = other.stdout.readline().strip()
    assert other.returncode == 0
    assert second != first
    assert second in box.linli("keys", "check").stdout


def test_a_house_whose_secret_key_is_gone_does_not_start_and_makes_no_new_one(box, template) -> None:
    key = box.folder / "secret_key"
    held, before = key.read_text(), box.python(READ)
    key.unlink()
    everything_refuses(box, says=str(key))
    for words in (["migrate"], ["demo"], ["backup", "--to", str(backups(template))], ["keys", "rotate"]):
        assert str(key) in box.linli(*words, fine=False).stderr
    assert "cannot be read" in box.linli("keys", "check", fine=False).stdout
    assert not key.exists()
    assert "Put back" in box.linli("keys", "restore", str(backups(template))).stdout
    assert key.read_text() == held
    assert box.python(READ) == before


def test_a_house_with_the_key_of_another_does_not_start(box, template) -> None:
    key = box.folder / "secret_key"
    key.write_text("the key of quite another installation, long enough")
    everything_refuses(box, says="is not the one")
    assert box.linli("keys", "check", fine=False).returncode == 1
    box.linli("keys", "restore", str(backups(template)))
    assert (box.folder / "secret_key.set-aside").exists()
    box.linli("keys", "check")


def test_a_house_without_its_changed_keys_does_not_start(box, template, tmp_path) -> None:
    box.linli("keys", "rotate", "--wait", "0")
    box.linli("backup", "--to", str(tmp_path / "after"))
    before = box.python(READ)
    file = box.folder / "field_keys"
    held = file.read_bytes()
    for harm in (file.unlink, lambda: file.write_bytes(held[:20])):
        harm()
        everything_refuses(box, says=str(file))
        assert "cannot be read" in box.linli("keys", "check", fine=False).stdout
        assert "were changed" in box.linli("keys", "restore", str(backups(template)), fine=False).stderr
        box.linli("keys", "restore", str(tmp_path / "after"))
        assert file.read_bytes() == held
        assert box.python(READ) == before


def test_a_backup_carries_the_changed_keys(box, template, tmp_path) -> None:
    box.linli("keys", "rotate", "--wait", "0")
    before = box.python(READ)
    box.linli("backup", "--to", str(tmp_path / "after"))
    new = Box(template.folder.parent, "keys_new")
    new.linli("restore", str(tmp_path / "after"))
    assert new.python(READ) == before
    assert _keys_in(new) == _keys_in(box)
    new.linli("restore", str(backups(template)), "--replace")
    assert not (new.folder / "field_keys").exists()
    new.linli("keys", "check")


def test_a_database_from_before_there_were_fingerprints_is_known_by_its_values(box) -> None:
    forget = "from linli.core.models import KeyFingerprint; KeyFingerprint.objects.all().delete()"
    box.python(forget)
    key = box.folder / "secret_key"
    held = key.read_text()
    key.write_text("the key of quite another installation, long enough")
    assert "is not the one" in box.linli("migrate", fine=False).stderr
    key.unlink()
    assert "is missing" in box.linli("migrate", fine=False).stderr
    key.write_text(held)
    box.linli("migrate")
    count = "from linli.core.models import KeyFingerprint; print(KeyFingerprint.objects.count())"
    assert box.python(count) == "2"


def test_several_machines_get_the_file_before_it_is_used(box) -> None:
    box.env["NATS_URL"] = "nats://127.0.0.1:1"
    assert "first" in box.linli("keys", "rotate", "--copied", fine=False).stderr
    said = box.linli("keys", "rotate", "--wait", "0").stdout
    assert str(box.folder / "field_keys") in said
    assert "--copied" in said
    box.linli("keys", "check")
    assert len(_keys_in(box)) == 2
    box.linli("keys", "rotate", "--wait", "0", "--copied")
    assert len(_keys_in(box)) == 1
    box.linli("keys", "check")


def _keys_in(box: Box) -> list[str]:
    return json.loads((box.folder / "field_keys").read_text())["keys"]


def test_a_house_that_runs_changes_its_key_and_goes_on(template, tmp_path) -> None:
    box = Box(template.folder.parent, "keys_running")
    box.linli("restore", str(backups(template)))
    house = House(box.folder, **{name: box.env[name] for name in ("DATABASE_URL",) if name in box.env})
    box.env = {**house.env, "LINLI_BACKUP_PASSPHRASE": box.env["LINLI_BACKUP_PASSPHRASE"]}
    house.start("--no-demo")
    try:
        house.wait_until_up()
        pids = {name: process.pid for name, process in house.parts().items()}
        box.linli("keys", "rotate", "--wait", "0")
        house.wait_for(house.is_ready)
        assert {name: process.pid for name, process in house.parts().items()} == pids
        assert "Every value can be read" in box.linli("keys", "check").stdout
        sound = "from django.utils import timezone\nfrom linli.watching.models import Probe\nprint(Probe.objects.get().back_at)"
        before = box.python(sound)
        house.wait_for(lambda: box.python(sound) != before)  # the test alarm still goes the whole way
        assert "InvalidToken" not in house.output
        assert "cannot be decrypted" not in house.output
    finally:
        house.end()
