"""The parent's side: starts the child, takes its answer, and ends it whatever happens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import linli
from linli.core.errors import Invalid
from linli.registry.workbooks import limits
from linli.registry.workbooks.errors import TookTooLong, TooLarge, WorkbookBroken, refusal_for
from linli.registry.workbooks.shapes import Sheet, Span, Workbook

_ROOT = Path(linli.__file__).resolve().parent.parent
_OUT_OF_TIME = {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}


def read(*, path: Path, password: str) -> Workbook:
    """See ``linli.registry.workbooks.read_workbook``."""
    if path.stat().st_size > limits.FILE_BYTES:
        raise refusal_for(code=TooLarge.code, what={"reason": "file"})
    child = _started()
    clock = threading.Timer(limits.WALL_SECONDS, child.kill)
    clock.start()
    try:
        _ask(child, path, password)
        assert child.stdout is not None
        workbook = _workbook(_lines(child.stdout))
        if workbook is None:
            child.wait()  # until the clock ends it at the latest: its own end says why it fell silent
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # both are pipes
    if workbook is None:
        raise _why(child.returncode)
    return workbook


def _started() -> subprocess.Popen[bytes]:
    """-E and -s: no setting of the person who started Linli changes what the child imports. It writes no byte code."""
    command = [sys.executable, "-E", "-s", "-B", "-m", "linli.registry.workbooks.child"]
    return subprocess.Popen(
        command,
        cwd=_ROOT,
        env={"LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ask(child: subprocess.Popen[bytes], path: Path, password: str) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(json.dumps({"path": str(path.resolve()), "password": password}).encode())
        child.stdin.close()
    except BrokenPipeError:
        return  # It is dead already; its answer, or the lack of one, says why.


def _why(code: int) -> Invalid:
    """Why the child fell silent. A library written in Rust ends by SIGABRT when memory is refused to it."""
    if code in _OUT_OF_TIME:
        return TookTooLong()
    if code == -signal.SIGABRT:
        return refusal_for(code=TooLarge.code, what={"reason": "memory"})
    return WorkbookBroken()


def _lines(answer: IO[bytes]) -> Iterator[Any]:
    """At most ANSWER_BYTES are taken, whatever the child sends. A line cut off is the end of the answer."""
    taken = 0
    while line := answer.readline(limits.LINE_BYTES):
        taken += len(line)
        if taken > 2 * limits.ANSWER_BYTES or not line.endswith(b"\n"):
            return
        yield json.loads(line)


def _workbook(lines: Iterator[Any]) -> Workbook | None:
    """None if the answer does not come to its end."""
    sheets: list[Sheet] = []
    kind, encoding = None, ""
    for line in lines:
        _refuse(line)
        if "kind" in line:
            kind, encoding = line["kind"], line["encoding"]
        elif "sheet" in line:
            sheet = _sheet(line["sheet"], lines)
            if sheet is None:
                return None
            if sheet.rows:
                sheets.append(sheet)
        elif "end" in line and kind:
            return Workbook(tuple(sheets), kind, encoding)
    return None


def _sheet(name: str, lines: Iterator[Any]) -> Sheet | None:
    """Rows are lists, empty rows a number of them; the sheet ends with its width, merged and shortened cells."""
    rows: list[list[object]] = []
    for line in lines:
        if isinstance(line, list):
            rows.append([_cell(cell) for cell in line] if any(type(cell) is dict for cell in line) else line)
        elif isinstance(line, int):
            rows.extend([] for _ in range(min(line, limits.LAST_ROW)))
        else:
            _refuse(line)
            for row in rows:
                row.extend([None] * (line["width"] - len(row)))
            merged = tuple(Span(*span) for span in line["merged"] if span[0] < len(rows))
            return Sheet(name, rows, merged, tuple((row, column) for row, column in line["shortened"]))
    return None


def _refuse(line: Any) -> None:
    """A no may come in the midst of a sheet."""
    if "no" in line:
        raise refusal_for(code=line["no"], what=line["what"])


def _cell(cell: object) -> object:
    if not isinstance(cell, dict):
        return cell
    return date.fromisoformat(cell["d"]) if "d" in cell else datetime.fromisoformat(cell["t"])
