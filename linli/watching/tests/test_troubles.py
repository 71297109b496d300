"""Troubles become incidents, quietly at night, and the outside watcher is told only that all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from linli.core.rooms import desk_lines_now
from linli.incidents.actions import acknowledge_incident
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.watching import checks, machine
from linli.watching.actions import record_backup, record_ping, say_troubles
from linli.watching.models import BackupRun, Probe
from linli.watching.pinging import ping, ping_body
from linli.watching.queries.backups import backups_now
from linli.watching.queries.soundness import soundness
from linli.watching.queries.troubles import clock_trouble, troubles_now

NIGHT = timedelta(hours=14)  # the town begins at noon


@pytest.fixture
def small_disk(monkeypatch):
    """``small_disk(500)``: so many MB are free."""

    def set_free(megabytes: float) -> None:
        monkeypatch.setattr(machine, "disk_of", lambda _path: machine.Disk(megabytes, 50_000))

    set_free(20_000)
    return set_free


def look(town, *, held: float = 0.0, broker: str = "") -> int:
    troubles = troubles_now(now=town.now, clock=town.now, held_seconds=held, broker_said=broker)
    return say_troubles(now=town.now, troubles=troubles)


def open_ones() -> list[tuple[str, str, str]]:
    return list(Incident.objects.values_list("kind_id", "source", "condition"))


def test_a_disk_that_fills_up_becomes_an_incident_once_and_clears_when_there_is_room(town, small_disk) -> None:
    assert look(town) == 0
    small_disk(1500)
    assert [look(town), look(town)] == [1, 0]
    assert open_ones() == [("system", "house:disk", "active")]
    small_disk(20_000)
    assert look(town) == 1
    assert open_ones() == [("system", "house:disk", "cleared")]


def test_a_trouble_that_can_wait_is_not_said_at_night(town, small_disk) -> None:
    town.now += NIGHT
    small_disk(1500)
    assert look(town) == 0
    town.now += timedelta(hours=6)
    assert look(town) == 1


def test_a_trouble_that_endangers_alarms_is_said_at_night(town, small_disk) -> None:
    town.now += NIGHT
    small_disk(150)
    assert look(town) == 1
    assert look(town, held=25.0) == 1
    assert look(town, held=25.0, broker="not stored: insufficient storage") == 1
    assert {source for _, source, _ in open_ones()} == {"house:disk", "house:database", "house:broker"}


def test_an_alarm_path_that_is_silent_is_an_incident_of_its_own_kind(town, small_disk, settings) -> None:
    settings.LINLI_CANARY = True
    Probe.objects.create(
        published_at=town.now, waiting_since=town.now - timedelta(seconds=70), stuck_at="listener",
        back_at=town.now - timedelta(seconds=80),
    )  # fmt: skip
    assert look(town) == 1
    assert open_ones() == [("canary_silent", "house:canary", "active")]
    (line,) = desk_lines_now(now=town.now)
    assert line.state == "danger"
    assert f"{town.now - timedelta(seconds=80):%H:%M:%S}" in str(line.sentence)
    (finding,) = checks.alarm_came_back(town.now)
    assert not finding.fine


def test_the_desk_has_no_line_while_all_is_well(town, small_disk, settings) -> None:
    settings.LINLI_CANARY = True
    Probe.objects.create(published_at=town.now, back_at=town.now, commit_seconds=0.1, send_seconds=0.1)
    assert desk_lines_now(now=town.now) == []


@pytest.mark.parametrize(("apart", "wrong"), [(None, False), (9.0, False), (-11.0, True), (3600.0, True)])
def test_a_clock_is_wrong_only_against_another_clock(apart, wrong) -> None:
    assert (clock_trouble(apart_seconds=apart) is not None) is wrong


def test_a_backup_that_failed_is_said_with_its_reason(town, settings, small_disk) -> None:
    settings.LINLI_BACKUP_DIR = "/media/usb"
    assert backups_now(now=town.now).state == "never"
    good = {"path": "/media/usb/a.linlibackup", "size_bytes": 1, "rows": 1, "error": ""}
    record_backup(began_at=town.now - timedelta(hours=40), now=town.now - timedelta(hours=39), **good)
    assert backups_now(now=town.now).state == "old"
    record_backup(began_at=town.now, now=town.now, path="", size_bytes=0, rows=0, error="The disk is not mounted.")
    assert look(town) == 1
    (finding,) = checks.backup_is_fresh(town.now)
    assert not finding.fine
    assert "The disk is not mounted." in str(finding.sentence)
    record_backup(began_at=town.now + timedelta(seconds=1), now=town.now + timedelta(seconds=2), **good)
    assert backups_now(now=town.now + timedelta(seconds=3)).state == "fine"


def test_a_backup_that_was_broken_off_counts_as_failed(town) -> None:
    BackupRun.objects.create(began_at=town.now - timedelta(hours=7))
    assert backups_now(now=town.now).state == "failed"


def wrong(town) -> list[str]:
    return [one.text for one in soundness(now=town.now) if not one.holds]


@pytest.fixture
def sound(town, small_disk, settings):
    settings.LINLI_CANARY = True
    Probe.objects.create(published_at=town.now, back_at=town.now, commit_seconds=0.1, send_seconds=0.1)
    return town


def keep_singing(town) -> None:
    Probe.objects.update(published_at=town.now, back_at=town.now)


def test_all_is_well_while_every_open_incident_has_its_next_step(sound) -> None:
    sound.device("502").leaks()
    assert wrong(sound) == []
    assert "1 open incidents" in ping_body(statements=soundness(now=sound.now)).decode()
    acknowledge_incident(by=_desk(sound), now=sound.now, incident_id=sound.incident().pk)
    assert wrong(sound) == []


def test_a_step_that_nobody_takes_stops_the_ping(sound) -> None:
    sound.device("502").leaks()
    sound.now += timedelta(minutes=5)
    keep_singing(sound)
    assert any("overdue" in text for text in wrong(sound))


def test_messages_that_do_not_move_stop_the_ping(sound) -> None:
    sound.device("502").leaks()
    Message.objects.update(state="owed", leased_until=None, due_at=sound.now - timedelta(minutes=3))
    assert any("do not move" in text for text in wrong(sound))


def test_a_silent_canary_a_full_disk_and_a_failed_backup_stop_the_ping(sound, small_disk, settings) -> None:
    settings.LINLI_BACKUP_DIR = "/media/usb"
    small_disk(100)
    record_backup(began_at=sound.now, now=sound.now, path="", size_bytes=0, rows=0, error="no room")
    sound.now += timedelta(minutes=3)
    assert len(wrong(sound)) == 3


def _desk(town):
    from linli.core.actors import Actor

    return Actor(kind="user", label="值班员小林", ref="1", user_id=town.desk_post.user_id)


class Watcher(BaseHTTPRequestHandler):
    heard: list[bytes] = []

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200 if self.path == "/ping" else 500)
        self.end_headers()

    def log_message(self, *_) -> None: ...


@pytest.fixture
def watcher():
    server = HTTPServer(("127.0.0.1", 0), Watcher)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Watcher.heard.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_outside_watcher_gets_the_body_and_gives_its_clock(watcher) -> None:
    done = ping(url=f"{watcher}/ping", body=b"ok: all")
    assert done.error == ""
    assert abs((done.theirs - datetime.now(UTC)).total_seconds()) < 5
    assert Watcher.heard == [b"ok: all"]


def test_a_watcher_that_fails_or_is_not_there_is_a_finding_and_no_error(watcher, town, settings) -> None:
    assert "500" in ping(url=f"{watcher}/broken", body=b"").error
    assert ping(url="http://127.0.0.1:9/", body=b"").error
    assert ping(url="file:///etc/passwd", body=b"").error
    settings.LINLI_DEADMAN_URL = watcher
    record_ping(now=town.now, error="no answer", clock_ahead_seconds=None)
    (finding,) = checks.outside_watcher(town.now)
    assert not finding.fine
    record_ping(now=town.now, error="", clock_ahead_seconds=0.4)
    (finding,) = checks.outside_watcher(town.now)
    assert finding.fine
