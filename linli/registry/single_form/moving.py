"""Rows come into a sheet: everything in the file that speaks of the rows below goes along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from linli.registry.single_form.grid import VALUE, Grid
from linli.registry.single_form.package import MAIN, Element, Package, rels_of
from linli.registry.single_form.references import (
    Box,
    Gap,
    Growth,
    Rows,
    moved_areas,
    moved_formula,
    place_of,
    text_of_box,
)

EXCEL_2009: Final = "http://schemas.microsoft.com/office/excel/2006/main"
CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
EDGES: Final = {"autoFilter", "sortState", "sortCondition", "dimension", "table"}
"""What ends where the table ends."""
LEFT_ALONE: Final = {"selection", "pane", "mergeCell", "c", "f", "row", "sheetView"}
PRINTED: Final = {"_xlnm.Print_Area", "_xlnm._FilterDatabase"}
_VML_ROW: Final = re.compile(rb"(<x:Row>\s*)(\d{1,7})(\s*</x:Row>)")
_VML_ANCHOR: Final = re.compile(rb"(<x:Anchor>)([\d\s,]+)(</x:Anchor>)")


def open_gap(package: Package, grid: Grid, gap: Gap) -> None:
    """Move what is below, grow what spans the place, in this sheet and wherever else it is spoken of. The new rows are empty."""
    grid.spell_out()
    _move_cell_formulas(package, grid, gap)
    grid.open_rows(after=gap.after, count=gap.count)
    _move_merges(grid, gap)
    _move_settings(grid, gap)
    _move_names(package, grid, gap)
    _move_neighbours(package, grid, gap)


def write_merges(grid: Grid, boxes: list[Box]) -> None:
    """These are the merged cells of the sheet from now on."""
    grid.merge(boxes)
    found = grid.root.find(f"{{{MAIN}}}mergeCells")
    if not boxes:
        if found is not None:
            grid.root.remove(found)
        return
    if found is None:
        found = grid.child("mergeCells")
    for merge in list(found):
        found.remove(merge)
    for box in boxes:
        merge = found.makeelement(f"{{{MAIN}}}mergeCell", {"ref": text_of_box(box)})
        found.append(merge)
    found.set("count", str(len(boxes)))


def _move_cell_formulas(package: Package, grid: Grid, gap: Gap) -> None:
    for row, _column, formula in grid.formulas():
        growth: Growth = "beside" if gap.first <= row <= gap.last else "total"
        if formula.text:
            formula.text = moved_formula(formula.text, sheet=grid.name, home=grid.name, gap=gap, growth=growth)
        if formula.get("ref"):
            formula.set("ref", moved_areas(formula.get("ref"), gap.inside))
    for other in package.sheets():
        if other.name == grid.name or b"!" not in package.text(other.part):
            continue
        page = Grid(package, part=other.part, name=other.name)
        page.spell_out()
        for _row, _column, formula in page.formulas():
            if formula.text:
                formula.text = moved_formula(formula.text, sheet=grid.name, home=page.name, gap=gap, growth="total")
        _move_rules(page.root, page.name, grid.name, gap)


def _move_merges(grid: Grid, gap: Gap) -> None:
    moved: list[Box] = []
    for top, left, bottom, right in grid.merges:
        new_top, new_bottom = gap.merged(top, bottom)
        moved.append((new_top, left, new_bottom, right))
    write_merges(grid, moved)


def _move_settings(grid: Grid, gap: Gap) -> None:
    """Everything of the sheet but its rows: conditional formats, checks of what may be typed, links, page breaks, filters."""
    for part in grid.root:
        if part is grid.data:
            continue
        for element in part.iter():
            if isinstance(element.tag, str):
                _move_element(element, gap)
    _move_rules(grid.root, grid.name, grid.name, gap)
    _move_anchors(grid.root, gap)


def _move_element(element: Element, gap: Gap) -> None:
    name = _local(element)
    if name in LEFT_ALONE:
        return
    rows: Rows = gap.edge if name in EDGES else gap.rows
    for attribute in ("sqref", "ref"):
        if element.get(attribute):
            element.set(attribute, moved_areas(element.get(attribute), rows))
    if name == "sqref" and element.text:
        element.text = moved_areas(element.text, rows)
    if name == "cellWatch" and element.get("r"):
        element.set("r", moved_areas(element.get("r"), gap.inside))
    if name == "brk" and _local(element.getparent()) == "rowBreaks" and (element.get("id") or "").isdecimal():
        element.set("id", str(gap.row(int(element.get("id")) + 1) - 1))


def _move_rules(root: Element, home: str, sheet: str, gap: Gap) -> None:
    """Formulas outside cells."""
    for element in root.iter(f"{{{MAIN}}}formula", f"{{{MAIN}}}formula1", f"{{{MAIN}}}formula2", f"{{{EXCEL_2009}}}f"):
        if element.text:
            element.text = moved_formula(element.text, sheet=sheet, home=home, gap=gap, growth="beside")
    for element in root.iter(f"{{{MAIN}}}hyperlink", f"{{{MAIN}}}cfvo"):
        name = "location" if _local(element) == "hyperlink" else "val"
        if element.get(name) and (name == "location" or element.get("type") == "formula"):
            element.set(name, moved_formula(element.get(name), sheet=sheet, home=home, gap=gap, growth="beside"))


def _move_names(package: Package, grid: Grid, gap: Gap) -> None:
    names = package.change(package.workbook).find(f"{{{MAIN}}}definedNames")
    for name in names if names is not None else ():
        if name.text:
            growth: Growth = "edge" if name.get("name") in PRINTED else "total"
            name.text = moved_formula(name.text, sheet=grid.name, home="", gap=gap, growth=growth)


def _move_neighbours(package: Package, grid: Grid, gap: Gap) -> None:
    """Parts of their own: tables, remarks, pictures and shapes, charts anywhere, sources of pivot tables."""
    for link in package.links(grid.part):
        move = _BY_KIND.get(link.kind)
        if move and package.has(link.target):
            move(package, link.target, gap)
    for part in package.names:
        if part.startswith("xl/charts/") and part.endswith(".xml"):
            _move_chart(package, part, grid, gap)
        elif part.startswith("xl/pivotCache/pivotCacheDefinition"):
            for element in package.change(part).iter(f"{{{MAIN}}}worksheetSource"):
                if element.get("ref") and element.get("sheet") == grid.name:
                    element.set("ref", moved_areas(element.get("ref"), gap.edge))


def _move_table(package: Package, part: str, gap: Gap) -> None:
    for element in package.change(part).iter(f"{{{MAIN}}}table", f"{{{MAIN}}}autoFilter"):
        _move_element(element, gap)


def _move_remarks(package: Package, part: str, gap: Gap) -> None:
    for element in package.change(part).iter():
        if isinstance(element.tag, str) and place_of(element.get("ref") or ""):
            element.set("ref", moved_areas(element.get("ref"), gap.inside))


def _move_drawing(package: Package, part: str, gap: Gap) -> None:
    _move_anchors(package.change(part), gap)


def _move_old_drawing(package: Package, part: str, gap: Gap) -> None:
    package.put(part, _moved_vml(package.text(part), gap))


_BY_KIND: Final = {
    "table": _move_table,
    "comments": _move_remarks,
    "threadedComment": _move_remarks,
    "drawing": _move_drawing,
    "vmlDrawing": _move_old_drawing,
}


def _move_chart(package: Package, part: str, grid: Grid, gap: Gap) -> None:
    """A chart keeps what it last showed beside each formula; that is drawn anew when somebody opens the file."""
    if b"!" not in package.text(part):
        return
    for element in package.change(part).iter(f"{{{CHART}}}f"):
        if element.text:
            element.text = moved_formula(element.text, sheet=grid.name, home="", gap=gap, growth="total")


def _move_anchors(root: Element, gap: Gap) -> None:
    """Corners of pictures, shapes and buttons; their rows count from 0."""
    for line in _corners(root):
        if (line.text or "").strip().isdecimal():
            line.text = str(gap.row(int(line.text) + 1) - 1)


def _corners(root: Element) -> Iterator[Element]:
    for element in root.iter("{*}row"):
        parent = element.getparent()
        if parent is not None and _local(parent) in {"from", "to"}:
            yield element


def _moved_vml(text: bytes, gap: Gap) -> bytes:
    """The old drawing language of remarks: where the cell is, and where its window. It is not always well-formed."""

    def anchor(found: re.Match[bytes]) -> bytes:
        numbers = [part.strip() for part in found[2].split(b",")]
        for position in (2, 6):
            if position < len(numbers) and numbers[position].isdigit():
                numbers[position] = b"%d" % (gap.row(int(numbers[position]) + 1) - 1)
        return found[1] + b", ".join(numbers) + found[3]

    text = _VML_ROW.sub(lambda found: found[1] + b"%d" % (gap.row(int(found[2]) + 1) - 1) + found[3], text)
    return _VML_ANCHOR.sub(anchor, text)


def forget_results(package: Package, grid: Grid) -> None:
    """What formulas had come to is no longer true: it is left out, and worked out when somebody opens the file."""
    for _row, _column, formula in grid.formulas():
        cell = formula.getparent()
        shown = cell.find(VALUE)
        if shown is not None:
            cell.remove(shown)
        cell.attrib.pop("t", None)
    chains = package.linked(package.workbook, "calcChain")
    for chain in chains:
        package.remove(chain)
    if chains:
        links = package.change(rels_of(package.workbook))
        for link in list(links):
            if (link.get("Type") or "").endswith("/calcChain"):
                links.remove(link)
    book = package.change(package.workbook)
    settings = book.find(f"{{{MAIN}}}calcPr")
    if settings is None:
        settings = book.makeelement(f"{{{MAIN}}}calcPr", {})
        _after(book, settings, ("definedNames", "externalReferences", "functionGroups", "sheets"))
    settings.set("fullCalcOnLoad", "1")


def _after(parent: Element, child: Element, names: tuple[str, ...]) -> None:
    for name in names:
        found = parent.find(f"{{{MAIN}}}{name}")
        if found is not None:
            found.addnext(child)
            return
    parent.append(child)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
