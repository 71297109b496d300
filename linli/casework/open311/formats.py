"""The formats that an address can end with. Content types are the specification's, with their charset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from linli.casework.open311.tree import Document, as_json, as_xml


@dataclass(frozen=True, slots=True)
class Format:
    """How a document is sent."""

    mime: str
    write: Callable[[Document], bytes]

    @property
    def content_type(self) -> str:
        return f"{self.mime}; charset=utf-8"


FORMATS: Final[Mapping[str, Format]] = {
    "xml": Format("text/xml", as_xml),
    "json": Format("application/json", as_json),
}
