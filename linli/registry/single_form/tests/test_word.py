"""A letter of the boss is filled by a process that can do no harm, whatever the letter holds."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from linli.registry.single_form import TemplateError, fill_word, limits, read_word


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("geheim", out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with one part anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for known in old.namelist():
            if known != name:
                new.writestr(known, old.read(known))
        new.writestr(name, content)
    return out.getvalue()


def letter(*paragraphs: str, table=(), header: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


LOOP = [["{%tr for r in rows %}", ""], ["{{ r.name }}", "{{ r['phone'] }}"], ["{%tr endfor %}", ""]]


def test_a_letter_is_read_and_filled() -> None:
    data = letter("{{ 社区 }}：{{ nobody }}。", table=LOOP, header="{{ today }}")
    assert read_word(data=data) == {"社区", "nobody", "today", "rows", "rows.name", "rows.phone"}
    rows = [{"name": "赵<桂>兰", "phone": "1"}, {"name": "{{ 7*7 }}\x07", "phone": "2"}]
    made = docx.Document(io.BytesIO(fill_word(data=data, values={"社区": "邻里&示范", "today": "今天"}, rows=rows)))
    assert made.paragraphs[0].text == "邻里&示范：。"
    assert made.sections[0].header.paragraphs[0].text == "今天"
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [["赵<桂>兰", "1"], ["{{ 7*7 }}", "2"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ ''.__class__.__mro__ }}", "word-unsafe"),
        ("{{ rows.__init__.__globals__ }}", "word-unsafe"),
        ("{% for i in range(10**9) %}x{% endfor %}", "word-syntax"),
        ("{{ 'a' * 10**9 }}", "too-large"),
        ("{{ lipsum.__globals__ }}", "word-syntax"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "word-syntax"),
        ("{% include 'x' %}", "word-syntax"),
        ("{% for x in", "word-syntax"),
        ("{{ rows|tojson }}", "word-syntax"),
    ],
)
def test_a_hostile_letter_is_refused(text, code) -> None:
    with pytest.raises(TemplateError) as refused:
        fill_word(data=letter(text), values={}, rows=[{"name": "赵"}])
    assert refused.value.code == code


def test_an_endless_letter_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(limits, "WORD_WALL_SECONDS", 2)
    deep = "{% for a in rows %}" * 9 + "{% endfor %}" * 9
    with pytest.raises(TemplateError, match="took-too-long"):
        fill_word(data=letter(deep), values={}, rows=[{"n": str(n)} for n in range(50)])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-docx"),
        (b"PK\x03\x04 cut off", "broken"),
        (workbook(), "not-docx"),
        (locked(letter("x")), "locked"),
        (with_part(letter("x"), "word/vbaProject.bin", b"x"), "macros"),
        (with_part(letter("x"), "word/document.xml", b"<"), "broken"),
        (with_part(letter("x"), "word/big.xml", bytes(limits.WORD_UNPACKED)), "too-large"),
    ],
)
def test_what_is_no_letter_is_refused(data, code) -> None:
    with pytest.raises(TemplateError) as refused:
        read_word(data=data)
    assert refused.value.code == code
