"""Every address of the house, filled in with what a small town has, and every number in an answer that nobody should see.

An address with a parameter that is not in ``fillings`` fails the walk: who adds a page says here what to walk it with.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.apps import apps
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from openpyxl import load_workbook

PHONE, ID_NUMBER = r"1600000\d{4}", r"999999\d{11}[\dX]"
NUMBER = re.compile(f"(?<![0-9])(?:{ID_NUMBER}|{PHONE})(?![0-9])")
"""What every invented phone and ID number looks like: a range and an area that are not given out."""
SEPARATORS = re.compile(r"(?<=[0-9])[ \-\u00a0\u2009()]{1,2}(?=[0-9X])")
LINK = re.compile(r'(?:href|hx-get|src|action)="([^"#]+)"')
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<regex>\w+)>[^)]*\)+")
Fillings = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Door:
    """One address pattern: its route, and its name with namespaces."""

    route: str
    name: str

    @property
    def parameters(self) -> list[str]:
        return [found["name"] or found["regex"] for found in PARAMETER.finditer(self.route)]


def doors() -> list[Door]:
    """Every address pattern of the house."""
    return list(_doors(get_resolver(), "", ()))


def _doors(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Door]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern, route, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            assert isinstance(pattern, URLPattern)
            yield Door(route, ":".join((*spaces, pattern.name or "")))


def paths_of(door: Door, *, fillings: Fillings) -> list[str]:
    """The door's addresses, by every combination of its fillings: "room:name parameter", "room: parameter", or "parameter".

    Raises KeyError for a parameter that has none.
    """
    if door.route.startswith("admin/") and door.parameters[:1] == ["object_id"]:
        values = [_first_of(door.route)]
    else:
        values = [_filling(door, name, fillings) for name in door.parameters]
    return ["/" + _filled(door.route, chosen) for chosen in product(*values)]


def _filling(door: Door, parameter: str, fillings: Fillings) -> Sequence[Any]:
    for key in (f"{door.name} {parameter}", f"{door.name.partition(':')[0]}: {parameter}", parameter):
        if key in fillings:
            return fillings[key]
    raise KeyError(
        f"The masking walk does not know what to put for <{parameter}> in {door.route!r} ({door.name}). Add it to the fillings."
    )


def _filled(route: str, values: Sequence[Any]) -> str:
    left = iter(values)
    return PARAMETER.sub(lambda _found: str(next(left)), route).replace("^", "").replace("$", "")


def _first_of(route: str) -> list[Any]:
    """The newest row of the register's model; 0 where there is none."""
    model = apps.get_model(*route.split("/")[1:3])
    return list(model._default_manager.order_by("-pk").values_list("pk", flat=True)[:1]) or [0]


def links_in(body: str, *, page: str) -> Iterator[str]:
    """The addresses of our own, with what is asked after the question mark, that a page leads to."""
    for link in LINK.findall(body):
        where = urlsplit(urljoin(page, unescape(link)))
        if not where.netloc and where.query and not where.path.startswith(("/static/", "/i18n/")):
            yield f"{where.path}?{where.query}"


def numbers_in(text: str) -> set[str]:
    """The full numbers in a text, also those written in groups."""
    return set(NUMBER.findall(text)) | set(NUMBER.findall(SEPARATORS.sub("", text)))


def words_of(answer: HttpResponse) -> str:
    """All that an answer says: its headers, and its body; a workbook is read cell by cell, any other bundle file by file."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    said = "\n".join(f"{name}: {value}" for name, value in answer.items())
    said += answer.cookies.output()
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return said + body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as bundle:
        parts = {name: bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist()}
    said += "\n".join(re.sub(r"<[^>]+>", "", text) + text for text in parts.values())
    return said + _cells(body) if "xl/workbook.xml" in parts else said


def _cells(body: bytes) -> str:
    book = load_workbook(io.BytesIO(body))
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return "\n".join(f"{cell.value} {cell.comment.text if cell.comment else ''}" for cell in cells)
