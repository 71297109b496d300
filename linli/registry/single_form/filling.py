"""People into a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from linli.registry.cells import field_of
from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError
from linli.registry.single_form.grid import CELL, ROW, Grid
from linli.registry.single_form.layout import Layout, layout_of
from linli.registry.single_form.marking import mark
from linli.registry.single_form.moving import forget_results, open_gap, write_merges
from linli.registry.single_form.package import MAIN, Package
from linli.registry.single_form.reading import filled_rows, merged_down, opened, totals_in, with_count
from linli.registry.single_form.references import Gap, at, column_of, letters_of, place_of
from linli.registry.single_form.styles import Styles
from linli.registry.single_form.template import TotalCell
from linli.registry.single_form.writing import Cell, Pen, copies_of, copy_down, empty, put_text, texts_by_column

Rows = Sequence[Mapping[str, Cell]]
SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class _Form:
    """A template being filled."""

    package: Package
    grid: Grid
    styles: Styles
    layout: Layout


def filled(*, data: bytes, sheet: str, mapping: Mapping[str, str], rows: Rows, watermark: str) -> bytes:
    """See ``linli.registry.single_form.fill``."""
    if len(rows) > limits.ROWS:
        raise TemplateError("too-many-rows", {"most": str(limits.ROWS)})
    form = _form(opened(data), sheet)
    columns = _columns(form, mapping)
    counts = [total for total in totals_in(form.grid, form.layout) if total.kind == "count"]
    _forget_others(form, columns)
    gap = _gap(form.layout, people=len(rows))
    if gap.count:
        _make_room(form, gap)
    _write(form, columns, rows)
    for total in counts:
        _write_count(form.grid, gap, total, people=len(rows))
    forget_results(form.package, form.grid)
    mark(form.package, form.grid, watermark)
    return form.package.packed()


def _form(package: Package, name: str) -> _Form:
    part = next((part for part in package.sheets() if part.name == name), None)
    if part is None:
        raise TemplateError("no-such-sheet", {"sheet": name})
    styles, grid = Styles(package), Grid(package, part=part.part, name=name)
    grid.spell_out()
    layout = layout_of(grid, styles)
    if layout is None:
        raise TemplateError("no-header", {"sheet": name})
    return _Form(package, grid, styles, layout)


def _columns(form: _Form, mapping: Mapping[str, str]) -> dict[int, str]:
    """Fields by column number; the running number is a field of its own, mapped or not."""
    columns = {}
    for letters, field in mapping.items():
        column = column_of(letters)
        if column not in form.layout.titles:
            raise TemplateError("no-such-column", {"column": letters[:10]})
        if field:
            columns[column] = field
    stuck = merged_down(form.grid, form.layout)
    for column in columns:
        if column in stuck:
            raise TemplateError("merged-down", {"column": letters_of(column)})
    for column, title in form.layout.titles.items():
        if field_of(title) == SEQUENCE and column not in stuck and SEQUENCE not in columns.values():
            columns.setdefault(column, SEQUENCE)
    return columns


def _gap(layout: Layout, *, people: int) -> Gap:
    """Rows come in above the last row for people, so that its thick line below stays below, and what spans the table grows."""
    drawn = layout.blank_rows
    after = layout.last - 1 if drawn > 1 else layout.last
    return Gap(layout.first, layout.last, after, max(people - drawn, 0))


def _make_room(form: _Form, gap: Gap) -> None:
    """Open the gap, and draw the rows in it like the first row for people, merged cells too."""
    grid, layout = form.grid, form.layout
    open_gap(form.package, grid, gap)
    if layout.blank_rows < 1:
        _rule(form, gap)
        return
    lines = copies_of(grid, row=layout.first, first=gap.after + 1, count=gap.count)
    grid.insert_rows(after=gap.after, lines=lines)
    alike = [box for box in grid.merges if box[0] == box[2] == layout.first]
    rows = range(gap.after + 1, gap.after + gap.count + 1)
    write_merges(grid, [*grid.merges, *((row, box[1], row, box[3]) for row in rows for box in alike)])


def _rule(form: _Form, gap: Gap) -> None:
    """No row was drawn for people: theirs get the lines of the header, where the columns have no look of their own."""
    grid, lines = form.grid, []
    looks = {
        column: grid.look(gap.first, column) or form.styles.ruled(grid.look(form.layout.bottom, column))
        for column in form.layout.titles
    }
    for row in range(gap.after + 1, gap.after + gap.count + 1):
        line = etree.Element(ROW, r=str(row))
        for column, look in looks.items():
            cell = etree.SubElement(line, CELL, r=at(row, column))
            if look:
                cell.set("s", str(look))
        lines.append(line)
    grid.insert_rows(after=gap.after, lines=lines)


def _write(form: _Form, columns: Mapping[int, str], rows: Rows) -> None:
    """Everybody into a row; what is fixed or computed in the first row into all of them; nobody else stays behind."""
    grid, first = form.grid, form.layout.first
    since_1904 = form.package.tree(form.package.workbook).find(f"{{{MAIN}}}workbookPr[@date1904]")
    pen = Pen(grid, form.styles, since_1904=since_1904 is not None and since_1904.get("date1904") in {"1", "true"})
    texts = texts_by_column(rows, columns)
    computed = {column for column, field in columns.items() if field == SEQUENCE and grid.formula(first, column)}
    written = {column: field for column, field in columns.items() if column not in computed}
    copied = [column for column in grid.cells.get(first, {}) if column not in written]
    for number, person in enumerate(rows):
        for column, field in written.items():
            value = number + 1 if field == SEQUENCE else person.get(field)
            pen.write(first + number, column, value, as_text=texts[column])
        for column in copied if number else ():
            copy_down(grid, source=(first, column), row=first + number)
    for row in range(first + len(rows), form.layout.last + 1):
        for column, field in written.items():
            if field != SEQUENCE and grid.value(row, column) is not None and not grid.formula(row, column):
                pen.write(row, column, None)


def _forget_others(form: _Form, columns: Mapping[int, str]) -> None:
    """Where a form comes with people in it, what columns that nobody fills now say of them does not stay beside ours.

    What is the same for several of them belongs to the form, and stays.
    """
    grid, layout = form.grid, form.layout
    rows = filled_rows(grid, layout)
    kept = {*columns, *merged_down(grid, layout)}
    for column in layout.titles if rows else ():
        said = {grid.value(row, column) for row in rows}
        if column in kept or grid.formula(layout.first, column) or (len(rows) > 1 and len(said) == 1):
            continue
        for row in rows:
            empty(grid.put(row, column))


def _write_count(grid: Grid, gap: Gap, total: TotalCell, *, people: int) -> None:
    place = place_of(total.cell)
    assert place is not None
    cell = grid.put(gap.row(place[0]), place[1])
    empty(cell)
    put_text(cell, with_count(total.text, people))
