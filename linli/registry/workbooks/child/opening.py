"""What kind of file it is, by its content, and who reads it."""

from __future__ import annotations

import io
from typing import Final

import olefile

from linli.registry.workbooks.child.answers import Answer, No
from linli.registry.workbooks.child.packed import checked_kind
from linli.registry.workbooks.child.sheets import read_sheets
from linli.registry.workbooks.child.texts import read_text

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
PROTECTED_ONLY: Final = "VelvetSweatshop"
"""What Excel itself encrypts with where a workbook is protected against changes, and asks nobody for."""
_OTHERS: Final = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"{\\rtf", "word"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\x09\x00\x04\x00", "old"),
    (b"\x09\x02\x06\x00", "old"),
    (b"\x09\x04\x06\x00", "old"),
)


def open_file(data: bytes, *, password: str, answer: Answer) -> None:
    """Read the file to its end into ``answer``. Raises No."""
    if not data.strip(b"\x00\r\n\t "):
        raise No("not-a-workbook", reason="empty")
    if data.startswith(OLE):
        _ole(data, password, answer)
        return
    if data.startswith(ZIP):
        _zip(data, answer)
        return
    for start, reason in _OTHERS:
        if data.startswith(start):
            raise No("not-a-workbook", reason=reason)
    read_text(data, answer=answer)


def _zip(data: bytes, answer: Answer) -> None:
    kind = checked_kind(data)
    read_sheets(data, kind=kind, answer=answer)


def _ole(data: bytes, password: str, answer: Answer) -> None:
    """An .xls, something else of the same packing, or a locked workbook of either kind."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as found:
            streams = {"/".join(path) for path in found.listdir()}
    except (OSError, ValueError, IndexError) as error:
        raise No("workbook-broken") from error
    if "WordDocument" in streams or "PowerPoint Document" in streams:
        raise No("not-a-workbook", reason="word" if "WordDocument" in streams else "slides")
    if "EncryptedPackage" in streams:
        _zip(_unlocked(data, password), answer)
        return
    if not streams & {"Workbook", "Book"}:
        raise No("not-a-workbook", reason="bytes")
    read_sheets(_unlocked(data, password) if _is_locked(data) else data, kind="xls", answer=answer)


def _is_locked(data: bytes) -> bool:
    import msoffcrypto  # noqa: PLC0415 - brings a whole cryptography library, and few files are locked

    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except Exception:  # noqa: BLE001 - any damage
        return False  # the reader says better what is wrong with it


def _unlocked(data: bytes, password: str) -> bytes:
    """Raises No with password-needed or wrong-password."""
    import msoffcrypto  # noqa: PLC0415 - brings a whole cryptography library, and few files are locked

    for tried in (PROTECTED_ONLY, password):
        if not tried:
            continue
        opened = io.BytesIO()
        try:
            locked = msoffcrypto.OfficeFile(io.BytesIO(data))
            locked.load_key(password=tried)
            locked.decrypt(opened)
        except Exception:  # noqa: BLE001, S112 - its own errors have no common base; a wrong password shows in many of them
            continue
        if opened.getvalue().startswith((ZIP, OLE)):
            return opened.getvalue()
    raise No("wrong-password" if password else "password-needed")
