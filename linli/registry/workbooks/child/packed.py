"""A packed workbook, looked at before it is opened: what is in it, how large it would be, and where its farthest cells stand."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from linli.registry.workbooks import limits
from linli.registry.workbooks.child.answers import No

_CELL: Final = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
_CHUNK: Final = 1 << 20


def checked_kind(data: bytes) -> str:
    """xlsx, xlsb or ods. Raises No for other archives, for bombs, and for cells far away."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = packed.infolist()
            _check_size(infos)
            kind = _kind({info.filename for info in infos}, packed)
            if kind == "xlsx":
                for info in infos:
                    if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                        _check_cells(packed, info)
            return kind
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise No("workbook-broken") from error
    except Exception as error:
        if isinstance(error, No | MemoryError):
            raise
        raise No("workbook-broken") from error  # zlib.error and struct.error of files cut off


def _check_size(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > limits.ENTRIES or sum(info.file_size for info in infos) > limits.UNPACKED_BYTES:
        raise No("workbook-too-large", reason="unpacked")
    for info in infos:
        if info.file_size > limits.RATIO_BYTES and info.file_size > limits.RATIO * max(info.compress_size, 1):
            raise No("workbook-too-large", reason="unpacked")


def _kind(names: set[str], packed: zipfile.ZipFile) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    if "mimetype" in names:
        mime = packed.read("mimetype")[:200]
        if b"opendocument.spreadsheet" in mime:
            if b"encryption-data" in packed.read("META-INF/manifest.xml"):
                raise No("password-needed", reason="ods")
            return "ods"
        if b"opendocument.text" in mime:
            raise No("not-a-workbook", reason="word")
    for start, reason in (("word/", "word"), ("ppt/", "slides"), ("Index/", "numbers")):
        if any(name.startswith(start) for name in names):
            raise No("not-a-workbook", reason=reason)
    raise No("not-a-workbook", reason="archive")


def _check_cells(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """A cell with a value in the farthest corner would make the reader lay out every cell before it."""
    far, first, read, rest = 0, "", 0, b""
    with packed.open(info) as part:
        while chunk := part.read(_CHUNK):
            read += len(chunk)
            if read > limits.UNPACKED_BYTES:
                raise No("workbook-too-large", reason="unpacked")
            text = rest + chunk
            end = max(text.rfind(b">"), 0)
            for letters, row in _CELL.findall(text, 0, end + 1):
                if int(row) > limits.LAST_ROW or _column(letters) > limits.COLUMNS:
                    far, first = far + 1, first or (letters + row).decode()
            rest = text[end + 1 :][-_CHUNK:]
    if far > limits.STRAYS:
        raise No("workbook-too-large", reason="rows")
    if far:
        raise No("stray-cell", cell=first)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
