"""Every sentence Linli says has its Chinese: complete, up to date, nothing fuzzy, nothing left over."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.architecture.source import REPOSITORY

CATALOGUE = "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HOW = "run: cd linli/<room> && python -m django makemessages -l zh_Hans --no-location --no-obsolete, then translate"
Key = tuple[str | None, str | tuple[str, ...]]


def problems(*, kept: Catalog, fresh: Catalog) -> list[str]:
    """What is wrong with the catalogue we keep, given one made this minute from the same room."""
    ours, theirs = _messages(kept), _messages(fresh)
    found = [f"not in the catalogue: {key[1]!r}" for key in theirs if key not in ours]
    found += [f"no longer said anywhere: {key[1]!r}" for key in ours if key not in theirs]
    found += [f"obsolete: {message.id!r}" for message in kept.obsolete.values()]
    for key, message in ours.items():
        translations = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.fuzzy:
            found.append(f"fuzzy: {key[1]!r}")
        elif not translations or not all(translations):
            found.append(f"not translated: {key[1]!r}")
        elif any(_placeholders(text) - _placeholders(message.id) for text in translations):
            found.append(f"a placeholder that the sentence does not have: {key[1]!r}")
        elif _placeholders(message.id) - _placeholders(translations):
            found.append(f"a placeholder is lost: {key[1]!r}")
    return found


def _messages(catalogue: Catalog) -> dict[Key, object]:
    """By context and English sentence, the header left out."""
    return {(message.context, message.id): message for message in catalogue if message.id}


def _placeholders(text: str | tuple[str, ...] | list[str]) -> set[str]:
    whole = text if isinstance(text, str) else " ".join(text)
    return set(PLACEHOLDER.findall(whole.replace("%%", "")))


def extract(root: Path) -> dict[str, Catalog]:
    """What makemessages finds in each room of a tree that holds ``linli`` and may be written to, by room."""
    rooms = sorted(path for path in (root / "linli").iterdir() if path.is_dir())
    for room in rooms:
        (room / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={"PATH": _path()})
    assert done.returncode == 0, done.stderr
    return {room.name: _read(room / CATALOGUE) for room in rooms}


def _path() -> str:
    if not shutil.which("xgettext"):
        pytest.fail("gettext is not installed: script/test installs it, or run: apt-get install gettext")
    return str(Path(str(shutil.which("xgettext"))).parent)


def _read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale="zh_Hans") if path.exists() else Catalog(locale="zh_Hans")


def test_every_sentence_has_its_chinese(tmp_path: Path) -> None:
    shutil.copytree(
        REPOSITORY / "linli", tmp_path / "linli", ignore=shutil.ignore_patterns("locale", "tests", "static", "*.pyc")
    )
    found = [
        f"linli/{room}: {problem}"
        for room, fresh in extract(tmp_path).items()
        for problem in problems(kept=_read(REPOSITORY / "linli" / room / CATALOGUE), fresh=fresh)
    ]
    assert found == [], HOW


def test_makemessages_finds_what_a_small_room_says(tmp_path: Path) -> None:
    room = tmp_path / "linli" / "attic"
    (room / "templates").mkdir(parents=True)
    (room / "views.py").write_text('from django.utils.translation import gettext as _\nA = _("A box")\n')
    (room / "templates" / "page.html").write_text('{% load i18n %}{% translate "Two boxes" %}')
    assert {key[1] for key in _messages(extract(tmp_path)["attic"])} == {"A box", "Two boxes"}


FRESH = 'msgid "%(n)s boxes"\nmsgstr ""\n\nmsgid "A box"\nmsgstr ""\n'
GOOD = 'msgid "%(n)s boxes"\nmsgstr "%(n)s 个箱子"\n\nmsgid "A box"\nmsgstr "一个箱子"\n'


@pytest.mark.parametrize(
    ("kept", "complaint"),
    [
        (GOOD.replace('msgid "A box"\nmsgstr "一个箱子"\n', ""), "not in the catalogue"),
        (GOOD + '\nmsgid "A cat"\nmsgstr "一只猫"\n', "no longer said"),
        (GOOD.replace("一个箱子", ""), "not translated"),
        (GOOD.replace('msgid "A box"', '#, fuzzy\nmsgid "A box"'), "fuzzy"),
        (GOOD + '\n#~ msgid "A cat"\n#~ msgstr "一只猫"\n', "obsolete"),
        (GOOD.replace("%(n)s 个", "%(m)s 个"), "a placeholder that"),
        (GOOD.replace("%(n)s 个", ""), "a placeholder is lost"),
    ],
)
def test_a_planted_fault_of_a_catalogue_is_caught(kept: str, complaint: str) -> None:
    found = problems(kept=_parsed(kept), fresh=_parsed(FRESH))
    assert len(found) == 1, found
    assert found[0].startswith(complaint)


def test_a_good_catalogue_passes() -> None:
    assert problems(kept=_parsed(GOOD), fresh=_parsed(FRESH)) == []


def _parsed(text: str) -> Catalog:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
    return read_po(io.BytesIO((header + text).encode()), locale="zh_Hans")
