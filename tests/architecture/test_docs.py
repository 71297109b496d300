"""What is written about the house stays true where a machine can see it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source import House, called

if TYPE_CHECKING:
    from collections.abc import Callable

READERS = {"text", "port", "yes", "number"}  # of config/environment.py


def links_lead_somewhere(house: House) -> list[str]:
    """Every relative link and picture of a page of documentation exists."""
    found = []
    for page in [*sorted(house.root.glob("*.md")), *sorted(house.root.glob("docs/**/*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                found.append(f"{page.relative_to(house.root)}: {target}")
    return found


def every_setting_is_in_the_table(house: House) -> list[str]:
    """Names that config reads from the environment stand in docs/operations.md."""
    table = house.root / "docs" / "operations.md"
    text = table.read_text(encoding="utf-8") if table.exists() else ""
    names = {
        str(node.args[0].value)
        for source in house.sources
        if source.name.startswith("config/") and "/test" not in source.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and called(node) in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    return [name for name in sorted(names) if re.fullmatch(r"[A-Z][A-Z_]+", name) and f"`{name}`" not in text]


def checks_run_on_what_is_run(house: House) -> list[str]:
    """requirements/dev.txt holds every pin of base.txt, at the same version."""
    pins = [set(re.findall(r"^[\w.-]+(?:\[.*\])?==\S+", _read(house, name), re.MULTILINE)) for name in ("base", "dev")]
    return sorted(pins[0] - pins[1])


def _read(house: House, name: str) -> str:
    return (house.root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


SETTING = 'from config import environment\nA = environment.port("LINLI_X_PORT", default=1)'
PLANTED = [
    (links_lead_somewhere, {"docs/map.md": "[words](words.md)"}),
    (links_lead_somewhere, {"README.md": "![desk](docs/img/desk.png)"}),
    (every_setting_is_in_the_table, {"config/settings.py": SETTING, "docs/operations.md": "| `LINLI_Y_PORT` |"}),
    (checks_run_on_what_is_run, {"requirements/base.txt": "a==1 \\\n", "requirements/dev.txt": "a==2 \\\n"}),
]
LAWFUL = [
    (links_lead_somewhere, {"docs/a.md": "[b](b.md#part) [c](https://example.org/c)", "docs/b.md": ""}),
    (every_setting_is_in_the_table, {"config/settings.py": SETTING, "docs/operations.md": "| `LINLI_X_PORT` |"}),
    (checks_run_on_what_is_run, {"requirements/base.txt": "a==1 \\\n", "requirements/dev.txt": "a==1 \\\nb==2 \\\n"}),
]
LAWS = sorted({law for law, _ in PLANTED}, key=lambda law: law.__name__)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps(law: Callable[[House], list[str]], the_house: House) -> None:
    assert law(the_house) == []


@pytest.mark.parametrize(("law", "files"), PLANTED)
def test_a_planted_violation_is_caught(law, files, breaks) -> None:
    assert breaks(law, files)


@pytest.mark.parametrize(("law", "files"), LAWFUL)
def test_the_lawful_way_passes(law, files, breaks) -> None:
    assert not breaks(law, files)
