"""A mark on every printed page and in the file's properties: who took the list out, and when."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from linli.registry.single_form.grid import Grid
from linli.registry.single_form.package import MAIN, Element, Package

LONGEST: Final = 255
"""Characters Excel allows for one footer, its marks included."""
DC: Final = "http://purl.org/dc/elements/1.1/"
CORE: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
CORE_KIND: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
ORDER: Final = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_PIECE: Final = re.compile(r'&&|&"[^"]*"|&.|[^&]+|&', re.DOTALL)
_MARKS: Final = {"&L", "&C", "&R"}


def mark(package: Package, grid: Grid, watermark: str) -> None:
    """Into the footers of the sheet, beside what stands there, and into the description of the file."""
    text = " ".join(watermark.split())
    if not text:
        return
    printed = grid.child("headerFooter")
    kinds = ["odd"]
    kinds += ["even"] if printed.get("differentOddEven") in {"1", "true"} else []
    kinds += ["first"] if printed.get("differentFirst") in {"1", "true"} else []
    for kind in kinds:
        _mark_page(printed, kind, text)
    _describe(package, text)


def _mark_page(printed: Element, kind: str, text: str) -> None:
    """Into the footer; into the header where the footer is full."""
    for name in (f"{kind}Footer", f"{kind}Header"):
        part = printed.find(f"{{{MAIN}}}{name}")
        before = (part.text or "") if part is not None else ""
        after = with_text(before, text)
        if text in before.replace("&&", "&"):
            return
        if len(after) <= LONGEST:
            _child(printed, name).text = after
            return
    part = _child(printed, f"{kind}Footer")
    room = LONGEST - len(with_text(part.text or "", ""))
    if room > 0:
        part.text = with_text(part.text or "", text[: room // 2])  # an & takes two


def with_text(footer: str, text: str) -> str:
    """A footer with a further text: in a third of the page that is free, otherwise on a line of its own to the left."""
    sections = _sections(footer)
    free = next((letter for letter in "LRC" if not sections[letter]), "")
    escaped = text.replace("&", "&&")
    if free:
        sections[free] = escaped
    else:
        sections["L"] = f"{sections['L']}\n{escaped}"
    return "".join(f"&{letter}{said}" for letter, said in sections.items() if said)


def _sections(footer: str) -> dict[str, str]:
    """Left, centre, right. What stands before the first mark is in the centre; && is an & and begins nothing."""
    sections, here = {"L": "", "C": "", "R": ""}, "C"
    for piece in _PIECE.findall(footer):
        if piece in _MARKS:
            here = piece[1]
        else:
            sections[here] += piece
    return sections


def _child(printed: Element, name: str) -> Element:
    found = printed.find(f"{{{MAIN}}}{name}")
    if found is None:
        found = etree.Element(f"{{{MAIN}}}{name}")
        earlier = [printed.find(f"{{{MAIN}}}{other}") for other in ORDER[: ORDER.index(name)]]
        above = [part for part in earlier if part is not None]
        if above:
            above[-1].addnext(found)
        else:
            printed.insert(0, found)
    return found


def _describe(package: Package, text: str) -> None:
    found = package.linked("", "core-properties")
    if not found:
        found = ["docProps/core.xml"]
        package.put(found[0], f'<c:coreProperties xmlns:c="{CORE}" xmlns:dc="{DC}"/>'.encode())
        package.link("", kind=CORE_KIND, target=found[0], content_type=CORE_TYPE)
    root = package.change(found[0])
    described = root.find(f"{{{DC}}}description")
    if described is None:
        described = etree.SubElement(root, f"{{{DC}}}description")
    if text not in (described.text or ""):
        described.text = f"{described.text}\n{text}" if described.text else text
