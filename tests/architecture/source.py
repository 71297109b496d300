"""Reads the house as text and as syntax trees; nothing of Linli is imported here."""

from __future__ import annotations

import ast
import configparser
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOORS = frozenset({"views", "api", "tick", "listener", "admin"})
Law = Callable[["House"], list[str]]


@dataclass(frozen=True)
class Source:
    """One Python file. ``room`` is "" outside ``linli``; ``part`` is the first name inside the room: ``actions``, ``views``, ..."""

    root: Path
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        gc.disable()  # a collection while Python 3.11 builds the tree lets another thread in, and it loses count (CPython 106905)
        try:
            return ast.parse(self.text, filename=str(self.path))
        finally:
            gc.enable()

    @cached_property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @property
    def room(self) -> str:
        parts = Path(self.name).parts
        return parts[1] if parts[0] == "linli" and len(parts) > 2 else ""

    @property
    def part(self) -> str:
        parts = Path(self.name).parts
        return Path(parts[2]).stem if self.room else ""

    def at(self, node: ast.AST, sentence: str) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {sentence}"


@dataclass(frozen=True)
class House:
    """The repository, or a small planted tree of the same shape."""

    root: Path

    @cached_property
    def sources(self) -> list[Source]:
        """Every Python file of linli, config, tests and bench, migrations and tests too."""
        folders = [self.root / name for name in ("linli", "config", "tests", "bench")]
        return [Source(self.root, path) for folder in folders for path in sorted(folder.rglob("*.py"))]

    @cached_property
    def rooms(self) -> list[Path]:
        """Folders of linli that hold a Python file."""
        folders = sorted(path for path in (self.root / "linli").glob("*") if path.is_dir())
        return [path for path in folders if path.name != "__pycache__" and any(path.rglob("*.py"))]

    def code(self, *parts: str) -> Iterator[Source]:
        """Files of the rooms, without tests and migrations; with ``parts``, those parts only."""
        for source in self.sources:
            if source.room and source.part not in {"tests", "migrations"} and (not parts or source.part in parts):
                yield source

    def files(self, *endings: str) -> Iterator[Path]:
        """Files of linli, script and requirements with one of these endings."""
        for folder in ("linli", "script", ".ci", "requirements"):
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and (path.suffix in endings or (folder in {"script", ".ci"} and ".sh" in endings)):
                    yield path


def storeys(root: Path = REPOSITORY) -> Mapping[str, int]:
    """The height of each room, read from .importlinter: the ground floor is 0."""
    text = configparser.ConfigParser()
    text.read(root / ".importlinter", encoding="utf-8")
    lines = text["importlinter:contract:storeys"]["layers"].split("\n")
    layers = [line for line in lines if line.strip()]
    return {room.strip(" ()"): height for height, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def may_know(*, room: str, other: str, heights: Mapping[str, int]) -> bool:
    """Whether ``room`` may name ``other``: itself, or a room on a lower storey. Names that are no rooms are nobody's business."""
    if room == other or other not in heights:
        return True
    return heights[other] < heights[room]


def imported(node: ast.AST) -> Iterable[str]:
    """Full module names an import statement may load; for ``from a import b`` both ``a`` and ``a.b``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def room_of(module: str) -> str:
    """``linli.safety.models`` is of the room ``safety``; anything outside linli of none."""
    names = module.split(".")
    return names[1] if names[0] == "linli" and len(names) > 1 else ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions at the top of a module whose name does not begin with an underscore."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def called(node: ast.AST) -> str:
    """The last name of what is called: ``models.ForeignKey(...)`` gives ``ForeignKey``."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def strings(node: ast.Call) -> Iterator[str]:
    """String constants among the arguments of a call."""
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def plant(root: Path, files: Mapping[str, str]) -> House:
    """A small house with these files in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return House(root)
