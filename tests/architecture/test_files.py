"""What holds for files as such: their size, and that nothing comes from somebody else's server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.architecture.source import House, functions

MOST_LINES_IN_A_FILE = 500
MOST_LINES_IN_A_FUNCTION = 70
NAMESPACE = re.compile(r"https?://www\.w3\.org/[\w/.#-]*")
LINK = re.compile(
    r"""(?:src|href|action|url|import|fetch|@import)\s*[=(]?\s*["'(]?\s*((?:https?:)?//[^\s"'()]+)|(https?://[^\s"'()<]+)"""
)


def files_are_short(house: House) -> list[str]:
    """A file past 300 lines wants to be a folder; past 500 it must be."""
    migrations = "/migrations/"
    paths = [source.path for source in house.sources if migrations not in source.name]
    found = []
    for path in [*paths, *house.files(".html", ".css", ".js", ".sh")]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES_IN_A_FILE:
            found.append(f"{path.relative_to(house.root)}: {lines} lines")
    return found


def functions_are_short(house: House) -> list[str]:
    """Seventy lines at most, tests too; aim for forty."""
    return [
        source.at(function, f"{function.name} has {length} lines")
        for source in house.sources
        if "/migrations/" not in source.name
        for function in functions(source.tree)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_IN_A_FUNCTION
    ]


def pages_load_nothing_from_outside(house: House) -> list[str]:
    """Every script, style, picture and letter of a page is our own file: Linli works with the line to the world cut."""
    found = []
    for path in house.files(".html", ".css", ".js", ".svg", ".txt", ".webmanifest"):
        if "requirements" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := LINK.search(NAMESPACE.sub("", line)):
                found.append(f"{path.relative_to(house.root)}:{number}: {match.group(0)}")
    return found


def requirements_hold_no_address(house: House) -> list[str]:
    """Names, versions and hashes only; whoever installs says where from. No lock file of another tool either."""
    found = []
    for path in house.files(".in", ".txt"):
        if "requirements" not in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"://|index.url|find.links|trusted.host|file:", line) or re.search(
                r"(^|\s)(-i|-f|-e|\.?/)\S*/", line
            ):
                found.append(f"{path.relative_to(house.root)}:{number}: {line.strip()}")
    names = ("*.lock", "pylock*.toml", "package-lock.json", "Pipfile*")
    return found + [
        f"{path.name}: a lock file that holds addresses" for name in names for path in house.root.glob(name)
    ]


def every_requirement_has_its_hash(house: House) -> list[str]:
    found = []
    for path in house.files(".txt"):
        if "requirements" in path.parts:
            blocks = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8"))
            pins = [block for block in blocks if block.strip() and not block.startswith("#")]
            found += [
                f"{path.name}: {pin.splitlines()[0]}" for pin in pins if "==" not in pin or "--hash=sha256:" not in pin
            ]
    return found


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 70
PLANTED = [
    (files_are_short, {"linli/a/models.py": "x = 1\n" * 501}),
    (files_are_short, {"linli/a/templates/a/page.html": "<p>\n" * 501}),
    (files_are_short, {"tests/test_a.py": "x = 1\n" * 501}),
    (files_are_short, {"script/up": "true\n" * 501}),
    (functions_are_short, {"linli/a/models.py": LONG_FUNCTION}),
    (
        functions_are_short,
        {"tests/test_a.py": "class A:\n" + "".join(f"    {line}\n" for line in LONG_FUNCTION.splitlines())},
    ),
    (pages_load_nothing_from_outside, {"linli/a/templates/a.html": '<script src="https://cdn.example/x.js">'}),
    (pages_load_nothing_from_outside, {"linli/a/templates/a.html": "<link rel=icon href='//cdn.example/x.png'>"}),
    (pages_load_nothing_from_outside, {"linli/a/static/a.css": "@import url(//fonts.example/a.css);"}),
    (pages_load_nothing_from_outside, {"linli/a/static/a.js": 'fetch("http://api.example/")'}),
    (requirements_hold_no_address, {"requirements/base.txt": "--index-url https://packages.example/simple\n"}),
    (requirements_hold_no_address, {"requirements/base.txt": "a @ https://files.example/a.whl\n"}),
    (requirements_hold_no_address, {"requirements/base.in": "-f /opt/wheels\n"}),
    (requirements_hold_no_address, {"uv.lock": ""}),
    (every_requirement_has_its_hash, {"requirements/base.txt": "a==1 \\\n    --hash=sha256:0\nb==2\n"}),
    (every_requirement_has_its_hash, {"requirements/base.txt": "a>=1 \\\n    --hash=sha256:0\n"}),
]
LAWFUL = [
    (files_are_short, {"linli/a/models.py": "x = 1\n" * 500, "linli/a/migrations/0001.py": "x = 1\n" * 501}),
    (functions_are_short, {"linli/a/models.py": LONG_FUNCTION.removesuffix("    x = 1\n")}),
    (pages_load_nothing_from_outside, {"linli/a/static/a.svg": '<svg xmlns="http://www.w3.org/2000/svg">'}),
    (pages_load_nothing_from_outside, {"linli/a/static/a.js": '// a comment\nlocation.href = "/desk/"'}),
    (
        requirements_hold_no_address,
        {"requirements/base.txt": "a==1 \\\n    --hash=sha256:0\n    # via -r requirements/base.in\n"},
    ),
    (
        every_requirement_has_its_hash,
        {"requirements/base.txt": "# ours\na==1 ; sys_platform == 'x' \\\n    --hash=sha256:0\n    # via b\n"},
    ),
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
