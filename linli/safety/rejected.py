"""What the broker turned away without telling the device: read from its log.

MQTT 3.1.1 has no way to refuse a publish: a device that uses another's topic sees its PUBACK all the same, and what it sent is
gone. The only trace is a line in the broker's log. We read that, so that the operator sees which device is set up wrongly
(or is not what it says it is).

The line names the MQTT client id, not the user: the doorkeeper remembers whose it is where the two differ.
"""

from __future__ import annotations

import ast
import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

What = Literal["publish", "subscribe", "too-large", "bad-topic"]

MOST_BYTES_A_READ: Final = 1024 * 1024
MOST_NOTES_A_READ: Final = 200
LONGEST_SUBJECT: Final = 200

# [pid] date time [ERR] address - mid:7 - "client id" - what happened; quoted as Go's %q, so a name cannot break the line.
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    rf"^\[\d+\] (\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d\.\d+) \[ERR\] (\S+) - mid(?:_ws)?:\d+ - {_QUOTED} - (.*)$"
)
_WHAT: Final[tuple[tuple[What, re.Pattern[str]], ...]] = (
    ("publish", re.compile(rf"^Publish Violation - Subject {_QUOTED}$")),
    ("subscribe", re.compile(rf"^Subscription Violation - Subject {_QUOTED}")),
    ("too-large", re.compile(r"^maximum payload exceeded: (\d+) vs \d+$")),
    ("bad-topic", re.compile(r"^(character not supported for MQTT topics.*)$")),
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """`about` is the subject it tried, with dots, or the size in bytes of what was too large.

    `serial` is the client id itself unless the doorkeeper remembers another. (A client id that is a registered serial is
    always that device: the doorkeeper sees to it.) `times` counts the same line.
    A client that sent too much or a topic with a blank in it was also cut off.
    """

    what: What
    serial: str
    client_id: str
    host: str
    about: str
    at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a log was read: keep it to go on after a restart."""

    inode: int
    offset: int


def read_line(line: str, *, serial_of: Mapping[str, str]) -> Rejected | None:
    """None for the many lines that are about something else. `serial_of` is the doorkeeper's: client id to serial."""
    found = _LINE.match(line)
    if found is None:
        return None
    at, address, quoted_client, rest = found.groups()
    for what, pattern in _WHAT:
        said = pattern.match(rest)
        if said is not None:
            client_id = _unquoted(quoted_client)
            return Rejected(
                what=what,
                serial=serial_of.get(client_id, client_id)[:64],
                client_id=client_id[:64],
                host=address.rsplit(":", 1)[0][:64],
                about=_unquoted(said[1])[:LONGEST_SUBJECT],
                at=datetime.strptime(at, "%Y/%m/%d %H:%M:%S.%f").replace(tzinfo=UTC),
            )
    return None


class LogReader:
    """Follows one log file through rotation (renamed, a new one begun) and truncation."""

    def __init__(self, path: Path, *, serial_of: Mapping[str, str], bookmark: Bookmark | None = None) -> None:
        """Without a bookmark it begins at the present end of the file: what is older was somebody else's to read."""
        self._path = path
        self._serial_of = serial_of
        self._file: BinaryIO | None = None
        self._rest = b""
        if bookmark is None:
            self._open(path, offset=path.stat().st_size if path.exists() else 0)
        else:
            self._resume(bookmark)

    @property
    def bookmark(self) -> Bookmark:
        if self._file is None:
            return Bookmark(inode=0, offset=0)
        return Bookmark(inode=os.fstat(self._file.fileno()).st_ino, offset=self._file.tell() - len(self._rest))

    def read(self) -> list[Rejected]:
        """What was turned away since the last call, equal lines counted together. Never waits."""
        notes: dict[tuple[str, str, str], Rejected] = {}
        for raw in self._lines():
            note = read_line(raw.decode(errors="replace"), serial_of=self._serial_of)
            if note is None:
                continue
            key = (note.what, note.client_id, note.about)
            if key in notes:
                notes[key] = replace(notes[key], at=note.at, times=notes[key].times + 1)
            elif len(notes) < MOST_NOTES_A_READ:
                notes[key] = note
        return list(notes.values())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _lines(self) -> list[bytes]:
        if self._file is None:
            self._open(self._path, offset=0)
        if self._file is None:
            return []
        if os.fstat(self._file.fileno()).st_size < self._file.tell():
            self._file.seek(0)
            self._rest = b""
        data = self._file.read(MOST_BYTES_A_READ)
        if not data and self._was_rotated():
            self.close()
            self._rest = b""
            return self._lines()
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MOST_BYTES_A_READ:
            self._rest = b""
        return lines

    def _was_rotated(self) -> bool:
        assert self._file is not None
        try:
            return self._path.stat().st_ino != os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            return False  # between the renaming and the new file: look again next time

    def _open(self, path: Path, *, offset: int) -> None:
        try:
            self._file = path.open("rb")
        except FileNotFoundError:
            return
        self._file.seek(offset)

    def _resume(self, bookmark: Bookmark) -> None:
        for candidate in [self._path, *self._path.parent.glob(f"{self._path.name}.*")]:
            try:
                if candidate.stat().st_ino == bookmark.inode:
                    return self._open(candidate, offset=bookmark.offset)
            except FileNotFoundError:
                continue
        return self._open(self._path, offset=0)


async def follow(reader: LogReader, *, every_seconds: float = 1.0) -> AsyncIterator[list[Rejected]]:
    """Each time something was turned away, what it was. Runs until it is closed or cancelled."""
    while True:
        notes = await asyncio.to_thread(reader.read)
        if notes:
            yield notes
        await asyncio.sleep(every_seconds)


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        plain = ast.literal_eval(f'"{text}"')  # Go's escapes are Python's escapes
    except (SyntaxError, ValueError):
        return text
    return plain if isinstance(plain, str) else text
