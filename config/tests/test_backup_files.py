"""The encrypted file, where backups lie, and which of them go."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest

from config.backup import places, sealing
from config.backup.contents import pack, unpack
from config.faults import CannotRun

WORDS = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch) -> None:
    monkeypatch.setitem(sealing.SCRYPT, "n", 16)
    monkeypatch.setattr(sealing, "CHUNK_BYTES", 1000)


def sealed(data: bytes) -> bytearray:
    file = io.BytesIO()
    sealer = sealing.Sealer(file, passphrase=WORDS)
    for start in range(0, len(data), 333):
        sealer.write(data[start : start + 333])
    sealer.close()
    return bytearray(file.getvalue())


def opened(data: bytes, *, words: str = WORDS) -> bytes:
    return sealing.Opener(io.BytesIO(data), passphrase=words, name="b").read()


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 2000, 12345])
def test_what_was_sealed_opens_again(size) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(data[:size])) == data[:size]


def test_nothing_of_the_text_can_be_seen() -> None:
    assert b"13812345678" not in sealed(b"13812345678" * 50)


def test_another_passphrase_does_not_open_it() -> None:
    with pytest.raises(CannotRun, match="passphrase does not open"):
        opened(sealed(b"x" * 5000), words="another passphrase")


@pytest.mark.parametrize("place", [0.2, 0.5, 0.99])
def test_a_changed_byte_is_noticed(place) -> None:
    data = sealed(b"x" * 50_000)
    data[int(len(data) * place)] ^= 1
    with pytest.raises(CannotRun):
        opened(data)


def test_a_file_cut_off_between_two_chunks_is_noticed() -> None:
    data = sealed(b"x" * 3500)
    last_chunk = 4 + 500 + 16
    with pytest.raises(CannotRun, match="cut short"):
        opened(data[:-last_chunk])


def test_chunks_cannot_change_places() -> None:
    data = sealed(b"a" * 1000 + b"b" * 1000 + b"c" * 10)
    chunk = 4 + 1000 + 16
    start = len(data) - 2 * chunk - (4 + 10 + 16)
    swapped = (
        data[:start] + data[start + chunk : start + 2 * chunk] + data[start : start + chunk] + data[start + 2 * chunk :]
    )
    assert len(swapped) == len(data)
    with pytest.raises(CannotRun):
        opened(swapped)


@pytest.mark.parametrize(("data", "says"), [(b"PK\x03\x04zipzipzip", "no backup"), (b"LINLIBK\x02????????", "newer")])
def test_another_file_is_told_from_a_backup(data, says) -> None:
    with pytest.raises(CannotRun, match=says):
        opened(data)


def test_an_archive_gives_back_what_was_put_in(tmp_path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        pack(file, passphrase=WORDS, told=lambda _: None, fill=lambda packer: [
            packer.put_bytes("about.json", b"{}"), packer.put_bytes("keys/secret_key", b"key"),
            packer.put_bytes("database/t.copy", b"1\tx\n"), packer.tables.update(t={"rows": 1}),
        ])  # fmt: skip
    kept: dict[str, io.BytesIO] = {}
    read = unpack(path, passphrase=WORDS, told=lambda _: None, keep=lambda name: kept.setdefault(name, Kept()))
    assert read.small == {"keys/secret_key": b"key"}
    assert read.tables == {"t": {"rows": 1}}
    assert kept["database/t.copy"].getvalue() == b"1\tx\n"


class Kept(io.BytesIO):
    def close(self) -> None:
        """Looked at afterwards."""


def test_a_disk_that_is_not_mounted_is_refused_and_nothing_is_written(tmp_path) -> None:
    with pytest.raises(CannotRun, match="not mounted"):
        places.folder_for_backups(named=str(tmp_path / "usb" / "linli"), mount=str(tmp_path / "usb"))
    assert not (tmp_path / "usb").exists()


def test_a_folder_beside_the_mounted_disk_is_refused(tmp_path) -> None:
    with pytest.raises(CannotRun, match="not on the disk"):
        places.folder_for_backups(named=str(tmp_path), mount="/proc")


def test_no_folder_and_no_room_are_said(tmp_path) -> None:
    with pytest.raises(CannotRun, match="LINLI_BACKUP_DIR"):
        places.folder_for_backups(named="", mount="")
    with pytest.raises(CannotRun, match="make room"):
        places.must_fit(folder=tmp_path, wanted_bytes=2**60, what="the backup")


def test_a_passphrase_is_asked_for_and_has_twelve_letters(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("LINLI_BACKUP_PASSPHRASE", raising=False)
    with pytest.raises(CannotRun, match="on paper"):
        places.passphrase_from(file="", ask=False)
    short = tmp_path / "words"
    short.write_text("short\n")
    with pytest.raises(CannotRun, match="too short"):
        places.passphrase_from(file=str(short), ask=False)
    monkeypatch.setenv("LINLI_BACKUP_PASSPHRASE", WORDS)
    assert places.passphrase_from(file="", ask=False) == WORDS


def test_the_newest_of_each_day_week_and_month_is_kept(tmp_path) -> None:
    first = datetime(2026, 1, 1, 2, 30)  # noqa: DTZ001 - as in the names
    for day in range(365):
        (tmp_path / places.name_for(at=first + timedelta(days=day))).touch()
    (tmp_path / "holiday.jpg").touch()
    gone = places.superfluous(places.backups_in(tmp_path), keep=(7, 5, 12))
    kept = sorted(set(places.backups_in(tmp_path)) - set(gone), reverse=True)
    assert len(kept) == 7 + 3 + 11  # two of the weeks end within the last seven days, one month does
    assert kept[0].name == "linli-20261231-023000.linlibackup"
    assert kept[-1].name == "linli-20260131-023000.linlibackup"
    assert tmp_path / "holiday.jpg" not in gone


@pytest.mark.parametrize("text", ["", "7", "7,5", "a,b,c", "0,1,1"])
def test_what_is_kept_is_three_numbers(text) -> None:
    with pytest.raises(CannotRun, match="LINLI_BACKUP_KEEP"):
        places.read_keep(text)
