"""What a program sent, by name. An empty parameter is as good as none; characters that nothing can hold are gone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from linli.casework.open311.tree import fit_for_xml

_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,200})\](?:\[[0-9]{0,3}\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """Parameters of the address and of the form; where both have one, the form's counts."""

    values: Mapping[str, Sequence[str]]

    @staticmethod
    def of(*, query: Mapping[str, Sequence[str]], form: Mapping[str, Sequence[str]]) -> Asked:
        """Cleaned; ``query`` and ``form`` give all values of a name."""
        found: dict[str, list[str]] = {}
        for source in (query, form):
            for name, values in source.items():
                kept = [text for value in values if (text := fit_for_xml(value).strip())]
                if kept:
                    found[fit_for_xml(name)] = kept
        return Asked(found)

    def one(self, name: str) -> str:
        """The last value; "" if there is none."""
        values = self.values.get(name)
        return values[-1] if values else ""

    def many(self, name: str) -> list[str]:
        """All values, also those with commas between, each once."""
        parts = (part.strip() for value in self.values.get(name, ()) for part in value.split(","))
        return list(dict.fromkeys(part for part in parts if part))

    def attributes(self) -> dict[str, list[str]]:
        """``attribute[CODE]`` and ``attribute[CODE][]``, by code; ``attribute[CODE][0]``, as some clients count, too."""
        found: dict[str, list[str]] = {}
        for name, values in self.values.items():
            if match := _ATTRIBUTE.fullmatch(name):
                found.setdefault(match[1], []).extend(values)
        return found
