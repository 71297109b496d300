"""The parent's side of Word templates: starts the child, takes its answer, and ends it whatever happens."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import linli
from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError

_ROOT: Final = Path(linli.__file__).resolve().parent.parent
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def names_in(data: bytes) -> frozenset[str]:
    """See ``linli.registry.single_form.read_word``."""
    return frozenset(_asked(data, {"job": "names"})["names"])


def filled(*, data: bytes, values: Mapping[str, str], rows: Sequence[Mapping[str, str]], watermark: str) -> bytes:
    """See ``linli.registry.single_form.fill_word``."""
    question = {"job": "fill", "values": dict(values), "rows": [dict(row) for row in rows], "watermark": watermark}
    return base64.b64decode(_asked(data, question)["data"])


def _asked(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    if len(data) > limits.WORD_BYTES:
        raise TemplateError("too-large", {"reason": "file"})
    if data.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise TemplateError("locked" if locked else "not-docx", {"save_as": "docx"})
    if not data.startswith(ZIP):
        raise TemplateError("not-docx", {"save_as": "docx"})
    line = _answer(json.dumps(question | {"data": base64.b64encode(data).decode()}).encode())
    if not line.endswith(b"\n"):
        raise TemplateError("took-too-long")
    answer = json.loads(line)
    if "no" in answer:
        raise TemplateError(answer["no"], answer["facts"])
    return dict(answer)


def _answer(question: bytes) -> bytes:
    """One line, or what came of it before the child ended or was ended."""
    child = subprocess.Popen(
        [sys.executable, "-E", "-s", "-B", "-m", "linli.registry.single_form.child"],
        cwd=_ROOT,
        env={"LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    clock = threading.Timer(limits.WORD_WALL_SECONDS, child.kill)
    clock.start()
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        with suppress(BrokenPipeError):
            child.stdin.write(question)
            child.stdin.close()
        return child.stdout.readline(2 * limits.WORD_ANSWER_BYTES)
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()
