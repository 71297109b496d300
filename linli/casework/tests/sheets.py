"""Hotline sheets made for tests, as bytes of real workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEAD = (
    "工单编号",
    "来电人",
    "联系电话",
    "诉求内容",
    "事发地址",
    "一级分类",
    "二级分类",
    "受理时间",
    "办理期限",
    "紧急程度",
)
RATING_HEAD = ("工单编号", "是否有效回访", "是否联系", "是否解决", "满意度", "回访意见")


def book(rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), name: str = "工单", before: str = "") -> bytes:
    """A workbook with one sheet; ``before`` is the name of a sheet with something else in front of it."""
    made = Workbook()
    sheet = made.active
    if before:
        sheet.title = before
        sheet.append(["说明", "本表由热线系统导出"])
        sheet = made.create_sheet()
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for span in merged:
        sheet.merge_cells(span)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def saved(folder: Path, content: bytes, name: str = "热线工单.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
