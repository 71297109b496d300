"""An .xlsx file as its parts. What nobody changes goes back byte for byte: pictures, charts, shapes, printers, themes."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES: Final = "[Content_Types].xml"
DAMAGE: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
)

Element = Any
"""lxml has no types."""


@dataclass(frozen=True, slots=True)
class Link:
    """One part of the file names another; ``kind`` is the last word of the relation's type."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a worksheet is. ``position`` is its place among all sheets, as defined names count them."""

    name: str
    part: str
    position: int
    hidden: bool


class Package:
    """Parts by name. ``tree`` gives one as elements; ``change`` says that it is to be written anew."""

    def __init__(self, data: bytes) -> None:
        self._trees: dict[str, Element] = {}
        self._changed: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._added: dict[str, bytes] = {}
        self._removed: set[str] = set()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            names = self._zip.namelist()
        except DAMAGE as error:
            raise TemplateError("broken") from error
        self._names = {name.casefold(): name for name in names}
        if len(self._names) != len(names):
            raise TemplateError("broken", {"reason": "twice"})
        self.workbook = self._workbook()

    @property
    def names(self) -> list[str]:
        return [*self._names.values()]

    def has(self, part: str) -> bool:
        return part.casefold() in self._names

    def tree(self, part: str) -> Element:
        """The root of a part. Raises TemplateError: broken, too-large."""
        name = self._names.get(part.casefold(), part)
        if name not in self._trees:
            self._trees[name] = _parsed(self._read(name), name)
        return self._trees[name]

    def change(self, part: str) -> Element:
        """The same, and it will be written."""
        self._changed.add(self._names.get(part.casefold(), part))
        return self.tree(part)

    def text(self, part: str) -> bytes:
        """A part as it is, for those that are not well-formed."""
        return self._read(self._names.get(part.casefold(), part))

    def put(self, part: str, content: bytes) -> None:
        """A part anew, or a new one."""
        name = self._names.setdefault(part.casefold(), part)
        self._added[name] = content
        self._trees.pop(name, None)

    def remove(self, part: str) -> None:
        name = self._names.pop(part.casefold(), part)
        self._removed.add(name)
        for override in list(self.change(CONTENT_TYPES)):
            if (override.get("PartName") or "").lstrip("/").casefold() == part.casefold():
                override.getparent().remove(override)

    def links(self, part: str) -> list[Link]:
        """What a part names inside the file."""
        links = rels_of(part)
        if not self.has(links):
            return []
        folder = posixpath.dirname(part)
        return [
            Link(
                link.get("Id", ""),
                link.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in self.tree(links)
            if isinstance(link.tag, str) and link.get("TargetMode") != "External"
        ]

    def linked(self, part: str, kind: str) -> list[str]:
        """The parts of one kind that a part names, and that exist."""
        return [link.target for link in self.links(part) if link.kind == kind and self.has(link.target)]

    def link(self, part: str, *, kind: str, target: str, content_type: str) -> None:
        """Name a new part in the list of its owner ("" for the file itself) and in the list of contents."""
        links = rels_of(part)
        if not self.has(links):
            self.put(links, b'<Relationships xmlns="%s"/>' % LINKS.encode())
        root = self.change(links)
        used = {link.get("Id") for link in root}
        number = next(number for number in range(1, len(used) + 2) if f"rIdL{number}" not in used)
        etree.SubElement(root, f"{{{LINKS}}}Relationship", Id=f"rIdL{number}", Type=kind, Target=f"/{target}")
        etree.SubElement(
            self.change(CONTENT_TYPES), f"{{{TYPES}}}Override", PartName=f"/{target}", ContentType=content_type
        )

    def sheets(self) -> Iterator[SheetPart]:
        """Worksheets in the order of the file; sheets that are one chart are left out."""
        targets = {link.id: link for link in self.links(self.workbook)}
        listed = self.tree(self.workbook).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        for position, sheet in enumerate(listed):
            link = targets.get(sheet.get(f"{{{OFFICE}}}id", ""))
            if link and link.kind == "worksheet" and self.has(link.target):
                yield SheetPart(sheet.get("name", ""), link.target, position, sheet.get("state") in HIDDEN)

    def packed(self) -> bytes:
        """The whole file again, its parts in their order."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for info in self._zip.infolist():
                if info.filename not in self._removed:
                    packed.writestr(info.filename, self._written(info.filename))
            for name in self._added:
                if name not in self._zip.namelist():
                    packed.writestr(name, self._written(name))
        return out.getvalue()

    def _written(self, name: str) -> bytes:
        if name in self._changed:
            return bytes(etree.tostring(self.tree(name), xml_declaration=True, encoding="UTF-8", standalone=True))
        if name in self._added:
            return self._added[name]
        try:
            return self._zip.read(name)
        except DAMAGE as error:
            raise TemplateError("broken") from error

    def _read(self, name: str) -> bytes:
        if name in self._added:
            return self._added[name]
        try:
            size = self._sizes[name] = self._zip.getinfo(name).file_size
            if size > limits.PART_BYTES or sum(self._sizes.values()) > limits.PARTS_BYTES:
                raise TemplateError("too-large", {"reason": "unpacked"})
            return self._zip.read(name)
        except DAMAGE as error:
            raise TemplateError("broken") from error

    def _workbook(self) -> str:
        found = [link.target for link in self.links("") if link.kind == "officeDocument"]
        if not found or not self.has(found[0]):
            raise TemplateError("broken", {"reason": "no-workbook"})
        if not self.tree(found[0]).tag.startswith(f"{{{MAIN}}}"):
            raise TemplateError("strict")  # the rarely used second dialect of .xlsx
        return found[0]


HIDDEN: Final = {"hidden", "veryHidden"}


def rels_of(part: str) -> str:
    """The name of the list of links of a part; "" is the file itself."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _parsed(text: bytes, name: str) -> Element:
    """No entities, no outside, no huge nodes: an office file has none of them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TemplateError("broken", {"part": name}) from error
    if root.getroottree().docinfo.doctype:
        raise TemplateError("broken", {"part": name})
    return root
