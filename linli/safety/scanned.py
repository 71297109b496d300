"""What an installer scanned, typed or pasted: a bare serial, a link, JSON, ``SN:...;MODEL:...``. Pure, and it never fails."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_CHARACTERS: Final = 2000
SERIAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,39}")
# The best name for a serial first: a label often carries an IMEI beside it.
SERIAL_NAMES: Final = (
    "sn", "s/n", "serial", "serialno", "serialnumber", "序列号", "设备序列号", "编号", "设备编号", "出厂编号",
    "deviceid", "devid", "deviceno", "device", "imei", "id",
)  # fmt: skip
MODEL_NAMES: Final = ("model", "modelno", "modelcode", "型号", "产品型号", "product", "productcode", "type", "mod")
_PAIR = re.compile(r"\s*([^:=]{1,20}?)\s*[:=]\s*(.*?)\s*")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Scanned:
    """``serial`` is "" if none was found; ``model`` is what the label calls the make, "" if it does not."""

    serial: str = ""
    model: str = ""


def read_scan(text: str) -> Scanned:
    """The serial in what a camera or a thumb brought. Full-width letters and blanks inside a serial are put right."""
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).replace("\x00", "").strip()
    for read in (_as_json, _as_link, _as_pairs):
        found = read(text)
        if found.serial:
            return found
    return Scanned(serial=_serial(text))


def _as_json(text: str) -> Scanned:
    if not text.startswith(("{", "[")):
        return Scanned()
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return Scanned()
    if isinstance(read, list):
        read = read[0] if read else {}
    return _chosen(_flat(read)) if isinstance(read, dict) else Scanned()


def _flat(read: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The plain values, and those one floor below: {"device": {"sn": …}}."""
    pairs: list[tuple[str, str]] = []
    for name, value in read.items():
        inner = value.items() if isinstance(value, dict) else [(name, value)]
        pairs += [(str(n), str(v)) for n, v in inner if isinstance(v, str | int) and not isinstance(v, bool)]
    return pairs


def _as_link(text: str) -> Scanned:
    if "://" not in text:
        return Scanned()
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query) + parse_qsl(parts.fragment.partition("?")[2] or parts.fragment)
    except ValueError:
        return Scanned()
    found = _chosen(pairs)
    if found.serial:
        return found
    last = next((piece for piece in reversed(unquote(parts.path).split("/")) if piece), "")
    # A word such as "product" is no serial: one that stands alone in a path has a digit in it.
    serial = _serial(last) if any(c.isdigit() for c in last) else ""
    return Scanned(serial, found.model)


def _as_pairs(text: str) -> Scanned:
    pairs = []
    for piece in re.split(r"[;,|\n\r\t]+", text):
        pair = _PAIR.fullmatch(piece)
        if pair is not None:
            pairs.append((pair[1], pair[2]))
    return _chosen(pairs)


def _chosen(pairs: Iterable[tuple[str, str]]) -> Scanned:
    by_name: dict[str, str] = {}
    for name, value in pairs:
        by_name.setdefault(_name(name), value)
    serials = (_serial(by_name[n]) for n in SERIAL_NAMES if n in by_name)
    model = next((by_name[n].strip() for n in MODEL_NAMES if by_name.get(n, "").strip()), "")
    return Scanned(next((s for s in serials if s), ""), model[:40])


def _name(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).lower()


def _serial(text: str) -> str:
    bare = _SPACE.sub("", text)
    return bare if SERIAL.fullmatch(bare) else ""
