"""The report of an incident as a Word file (.docx), made from nothing: no template to keep in step."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from linli.desk.queries.report import Report

LATIN: Final = "Arial"
CHINESE: Final = "Microsoft YaHei"
EXACT: Final = "%Y-%m-%d %H:%M:%S"


def report_docx(*, report: Report, by: str, now: datetime) -> bytes:
    """The whole report; ``by`` and ``now`` stand at its end: who printed it, and when."""
    paper = Document()
    _dress(paper, report.title)
    paper.add_heading(_("Report of an incident"), level=0)
    paper.add_heading(report.title, level=1)
    opened = report.incident.opened_at
    _grid(paper, [(_("Opened"), _at(opened)), *report.facts])
    paper.add_heading(_("How long it took"), level=2)
    _grid(paper, report.waits or [("—", _("Nobody has answered yet."))])
    paper.add_heading(_("Who was told"), level=2)
    _table(
        paper,
        [_("Person"), _("Phone"), _("First told"), _("Last sent"), _("Over"), _("State"), _("How often")],
        [
            (line.who, line.phones, _at(line.first_at), _at(line.last_sent_at), line.over, line.became, line.messages)
            for line in report.told
        ],
    )
    paper.add_heading(_("Answers"), level=2)
    _table(paper, [_("When"), _("Person"), _("Answer")], [(_at(one.at), one.who, one.text) for one in report.answers])
    paper.add_heading(_("What happened"), level=2)
    for line in report.lines:
        said = " ".join(part for part in (line.who, line.text) if part) + (f" “{line.detail}”" if line.detail else "")
        paper.add_paragraph(f"{_at(line.at)}  {_clean(said)}")
    paper.add_paragraph(_("Printed %(at)s by %(who)s. Phones are masked.") % {"at": _at(now), "who": by})
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


def _dress(paper: Any, title: str) -> None:
    """A4; a sans serif for both scripts; the language the reader speaks, for the spelling check."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = paper.styles[name]
        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(script), CHINESE if script == "w:eastAsia" else LATIN)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    paper.styles["Normal"].font.size = Pt(10.5)
    paper.core_properties.title = _clean(title)[:255]
    paper.core_properties.author = _("Linli")
    paper.core_properties.language = "zh-CN" if (get_language() or "").startswith("zh") else "en"


def _grid(paper: Any, facts: Iterable[tuple[str, str]]) -> None:
    table = paper.add_table(rows=0, cols=2, style="Table Grid")
    for what, text in facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(what), _clean(text)
        cells[0].paragraphs[0].runs[0].bold = True
        cells[0].width, cells[1].width = Mm(45), Mm(125)


def _table(paper: Any, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        paper.add_paragraph("—")
        return
    table = paper.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, word in zip(table.rows[0].cells, head, strict=True):
        cell.text = word
        cell.paragraphs[0].runs[0].bold = True
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(str(value))


def _at(at: datetime | None) -> str:
    return f"{timezone.localtime(at):{EXACT}}" if at is not None else "—"


def _clean(text: str) -> str:
    """Without the signs that XML cannot hold: whatever a detector or a person sent, the file opens."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
