"""A cell as text, whatever kind of value Excel keeps in it."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from functools import lru_cache

DITTO = frozenset({"同上", "同前", "同左", "〃", "″", '"', "''", "“", "”", "々", "ditto", "do."})
NOTHING = frozenset(
    {
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "暂无",
        "没有",
        "不详",
        "未知",
        "不清楚",
        "空",
        "n/a",
        "na",
        "none",
        "null",
        "nan",
    }
)
LONGEST = 2000


def text_of(cell: object) -> str:
    """Half width, one space between words, without what cannot be seen; at most 2,000 characters. A whole number has no ".0"."""
    if type(cell) is str:
        return _seen(cell)
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and not isinstance(cell, bool) and cell.is_integer():
        return str(int(cell))
    return _seen(str(cell))


@lru_cache(maxsize=32768)  # a sheet says the same words in row after row, and each cell is looked at several times
def _seen(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw[:LONGEST])
    if text.isprintable():  # of spaces only the plain one is
        return " ".join(text.split())[:LONGEST]
    seen = "".join(" " if unicodedata.category(c) in {"Cc", "Zs", "Zl", "Zp"} else c for c in text)
    return " ".join("".join(c for c in seen if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}).split())[
        :LONGEST
    ]


def is_ditto(cell: object) -> bool:
    """同上, 〃 and their like: the cell above counts for this one, too."""
    text = text_of(cell)
    raw = str(cell).strip() if isinstance(cell, str) else ""
    return text.lower() in DITTO or raw in DITTO


def says_nothing(cell: object) -> bool:
    """Empty, or one of the words and strokes people put where there is nothing to say: 无, /, —, 不详."""
    text = text_of(cell).lower()
    return not text or text in NOTHING
