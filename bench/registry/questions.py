"""What people type into the search box, in the proportions of a working day as far as one can guess: names and doors first."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import islice

from bench.registry.city import BUILDINGS, FLOORS, UNITS, phone_of
from bench.registry.names import ALONE, FIRST, names

KINDS: Mapping[str, int] = {
    "a name: 张丽": 4,
    "a given name: 秀英": 2,
    "a surname: 王": 1,
    "a surname and a door: 王 502": 4,
    "a given name and a building: 秀英 8栋": 1,
    "initials: lxm": 3,
    "two common initials: wy": 1,
    "a surname in pinyin: wang": 1,
    "a name in pinyin: wangxiuying": 2,
    "initials and a stairwell: zs 8-3": 4,
    "a door: 3-2-501": 4,
    "a door alone: 502": 1,
    "a building: 8栋": 1,
    "the end of a phone: 5678": 3,
    "a surname and four digits: 王 1502": 1,
    "a whole phone": 2,
    "nobody: 尉迟恭": 1,
    "nobody: xyzzy": 1,
    "a household number": 1,
}
"""Kinds of questions, and how often each is asked among thirty-eight."""


def questions(*, seed: int, each: int, residents: int) -> list[tuple[str, str]]:
    """(kind, words): ``each`` times the share of its kind, in random order, the same for the same seed."""
    chance = random.Random(seed)
    people = list(islice(names(seed=seed), 2000))
    asked = [
        (kind, _words(kind, chance, people, residents)) for kind, share in KINDS.items() for _ in range(share * each)
    ]
    chance.shuffle(asked)
    return asked


def _words(kind: str, chance: random.Random, people: Sequence[Mapping[str, str]], residents: int) -> str:
    person = chance.choice(people)
    name, pinyin, initials = person["name"], person["name_pinyin"], person["name_initials"]
    building, stairs = chance.randint(1, BUILDINGS), chance.randint(1, UNITS)
    door = f"{chance.randint(1, FLOORS[building % len(FLOORS)])}0{chance.randint(1, 2)}"
    number = chance.randrange(1, residents)
    return {
        "a name: 张丽": name,
        "a given name: 秀英": name[-2:] if len(name) > 2 else chance.choice(FIRST) + chance.choice(ALONE),
        "a surname: 王": chance.choice("王李张刘陈"),
        "a surname and a door: 王 502": f"{name[0]} {chance.randint(1, 6)}0{chance.randint(1, 2)}",
        "a given name and a building: 秀英 8栋": f"{name[1:]} {building}栋",
        "initials: lxm": initials,
        "two common initials: wy": chance.choice(["wy", "zx", "lj", "lx", "zy", "ly"]),
        "a surname in pinyin: wang": chance.choice(["wang", "li", "zhang", "liu", "chen"]),
        "a name in pinyin: wangxiuying": pinyin,
        "initials and a stairwell: zs 8-3": f"{initials} {building}-{stairs}",
        "a door: 3-2-501": f"{building}-{stairs}-{door}",
        "a door alone: 502": f"{chance.randint(1, 6)}0{chance.randint(1, 2)}",
        "a building: 8栋": f"{building}栋",
        "the end of a phone: 5678": phone_of(number)[-4:],
        "a surname and four digits: 王 1502": f"{name[0]} 1{chance.randint(0, 8)}0{chance.randint(1, 2)}",
        "a whole phone": phone_of(number),
        "nobody: 尉迟恭": "尉迟" + chance.choice("恭敬德"),
        "nobody: xyzzy": "xyzzy" + chance.choice("abc"),
        "a household number": f"H{number:08d}",
    }[kind]
