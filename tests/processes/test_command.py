"""What the `linli` command says to the person at the terminal."""

from __future__ import annotations

import socket
import sqlite3

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError

from config import command, environment
from config.broker import ServerNotFound
from config.faults import CannotRun, sentence_for
from config.lock import only_one_up
from config.ports import listen, must_differ
from linli.core.broker import BrokerUnavailable
from linli.core.errors import Refusal


def one_sentence(text: str) -> str:
    """The text, which must be one line that ends as a sentence does and holds no traceback."""
    assert text.count("\n") == 1, text
    assert text.startswith("linli"), text
    assert text.rstrip()[-1] in ".)", text
    assert "Traceback" not in text
    return text


@pytest.fixture
def house(settings, tmp_path, unused_tcp_port_factory):
    """Settings of a house of its own; nothing is started in it."""
    settings.LINLI_DATA_DIR = tmp_path
    settings.LINLI_HTTP_PORT, settings.LINLI_MQTT_PORT, settings.LINLI_NATS_PORT = (
        unused_tcp_port_factory() for _ in range(3)
    )
    settings.NATS_URL = ""
    return settings


def test_the_help_names_every_command_in_both_languages(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    for one in (*command.COMMANDS, *command.PARTS):
        assert one.name in text
        assert one.english in text
        assert one.chinese in text
    assert "prepare" not in text


@pytest.mark.parametrize("name", [one.name for one in (*command.COMMANDS, *command.PARTS)])
def test_every_command_has_help(name, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([name, "--help"])
    assert ended.value.code == 0
    assert "--help" in capsys.readouterr().out


def test_no_command_shows_the_help(capsys) -> None:
    assert command.main([]) == 2
    assert "Commands:" in capsys.readouterr().out


def test_an_unknown_command_gets_one_sentence(capsys) -> None:
    assert command.main(["strat"]) == 2
    assert "'strat'" in one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize(
    "words",
    [["up", "--parts", "web,wroker"], ["up", "--listeners", "0"], ["up", "--nodemo"], ["demo", "--elders", "35"]],
)
def test_a_wrong_option_gets_one_sentence(words, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 2
    assert "--help" in one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize("setting", ["LINLI_HTTP_PORT", "LINLI_MQTT_PORT", "LINLI_NATS_PORT"])
def test_a_port_in_use_names_the_setting_to_change(setting, house, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        setattr(house, setting, taken.getsockname()[1])
        assert command.main(["up"]) == 2
    said = one_sentence(capsys.readouterr().err)
    assert setting in said
    assert "in use" in said


def test_two_settings_with_one_port_are_named(house, capsys) -> None:
    house.LINLI_MQTT_PORT = house.LINLI_HTTP_PORT
    assert command.main(["up"]) == 2
    said = one_sentence(capsys.readouterr().err)
    assert "LINLI_HTTP_PORT and LINLI_MQTT_PORT" in said


def test_a_host_that_is_not_ours_is_named(house, capsys) -> None:
    house.LINLI_HTTP_HOST = "192.0.2.1"
    assert command.main(["up"]) == 2
    assert "LINLI_HTTP_HOST" in one_sentence(capsys.readouterr().err)


def test_a_second_up_in_the_same_directory_is_refused(house, capsys) -> None:
    with only_one_up(house.LINLI_DATA_DIR):
        assert command.main(["up"]) == 2
    assert "already running" in one_sentence(capsys.readouterr().err)


def test_a_directory_is_free_again_after_an_up_that_failed(house) -> None:
    for _ in range(2):
        with only_one_up(house.LINLI_DATA_DIR):
            pass


def test_ports_may_differ_only() -> None:
    must_differ([("A", 1), ("B", 2)])
    with pytest.raises(CannotRun, match="A and C are both 1"):
        must_differ([("A", 1), ("B", 2), ("C", 1)])


def test_a_port_for_the_system_administrator_says_so(monkeypatch) -> None:
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(CannotRun, match="above 1023"):
        listen(host="127.0.0.1", port=80, setting="LINLI_HTTP_PORT")


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("LINLI_HTTP_PORT", "http", lambda: environment.port("LINLI_HTTP_PORT", default=8000)),
        ("LINLI_HTTP_PORT", "70000", lambda: environment.port("LINLI_HTTP_PORT", default=8000)),
        ("LINLI_WEB_THREADS", "0", lambda: environment.number("LINLI_WEB_THREADS", default=8, least=1, most=200)),
        ("LINLI_DEBUG", "maybe", lambda: environment.yes("LINLI_DEBUG")),
        ("LINLI_SECRET_KEY", "short", lambda: environment.secret_key(directory=None)),
        ("LINLI_SECRET_KEY_FILE", "/nowhere/key", lambda: environment.text("LINLI_SECRET_KEY")),
        ("DATABASE_URL", "mysql://root@localhost/linli", lambda: environment.database(directory=None)),
        ("LINLI_DATA_DIR", "/proc/linli", environment.data_dir),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name, value, read, monkeypatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as wrong:
        read()
    said = sentence_for(wrong.value)
    assert name in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OperationalError("no such table: registry_community"), "linli migrate"),
        (OperationalError('relation "registry_community" does not exist'), "linli migrate"),
        (DatabaseError("file is not a database"), "damaged"),
        (DatabaseError("database disk image is malformed"), "backup"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "only be read"),
        (OperationalError("cannot execute UPDATE in a read-only transaction"), "only be read"),
        (OperationalError("unable to open database file"), "folder"),
        (OperationalError("database or disk is full"), "no room"),
        (OperationalError('FATAL:  database "linli" does not exist'), "Create it"),
        (OperationalError('FATAL:  password authentication failed for user "linli"'), "DATABASE_URL"),
        (OperationalError("connection refused. Is the server running?"), "does not answer"),
        (OperationalError("connection timeout expired"), "does not answer"),
        (ServerNotFound(), "nats-server"),
        (BrokerUnavailable("no broker answered"), "NATS_URL"),
        (PermissionError(13, "Permission denied", "/srv/linli"), "/srv/linli"),
        (OSError(28, "No space left on device"), "full"),
        (Refusal("Not today."), "Not today."),
    ],
)
def test_a_fault_of_the_installation_is_one_sentence(error, says, settings) -> None:
    said = sentence_for(error)
    assert says in said
    assert "\n" not in said


def test_what_lies_behind_an_error_counts() -> None:
    error = RuntimeError("migration failed")
    error.__cause__ = OperationalError("file is not a database")
    assert "damaged" in sentence_for(error)


def test_a_bug_keeps_its_traceback() -> None:
    assert sentence_for(ZeroDivisionError()) is None
    assert sentence_for(OperationalError("syntax error near SELEC")) is None
