"""What somebody means who types into the search box: zs 8-3, 张三, 8号楼3单元502, the last four digits of a phone. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_DASHES = re.compile(r"\s*[-‐‑‒–—―−－~/#、,，之]\s*")
_SPOKEN = re.compile(
    r"(?:(?P<building>\d{1,3}[A-Za-z]?)\s*(?:号楼|号栋|栋|幢|号|楼|座)\s*)?"
    r"(?:(?P<unit>\d{1,2})\s*(?:单元|门洞|门|单)\s*)?"
    r"(?:(?P<door>\d{3,4})\s*(?:室|户|号)?)?"
)
_SHARP = re.compile(r"#(?=\s*(?:楼|栋|幢|号))")  # 8#楼
_FLOOR = re.compile(r"(单元|门洞|门)\s*(\d{1,2})[层楼]\s*(?=\2\d{2}(?!\d))")  # 3单元5楼502
_CHINESE_DIGITS = "〇一二三四五六七八九"
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百两]+(?=\s*(?:号楼|号栋|栋|幢|座|单元|门洞|门|室))")
_NUMBER = re.compile(r"\d{1,3}[A-Za-z]?|\d{1,4}")
_EDGE = re.compile(r"(?<=[\u3400-\u9fff])(?=\d)|(?<=\d)(?=[\u3400-\u9fff])")  # 王502
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


@dataclass(frozen=True, slots=True)
class PlaceSought:
    """The parts of an address that were typed; "" and None are not known. ``number`` alone may be a building or a door."""

    building: str = ""
    unit: int | None = None
    door: str = ""

    def __bool__(self) -> bool:
        return bool(self.building or self.unit is not None or self.door)


@dataclass(frozen=True, slots=True)
class Sought:
    """``names`` are Chinese, ``letters`` pinyin or initials in small letters; ``digits`` four digits: a phone's end, or a door."""

    place: PlaceSought = field(default_factory=PlaceSought)
    names: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    digits: str = ""
    phone: str = ""
    id_number: str = ""

    def __bool__(self) -> bool:
        return bool(self.place or self.names or self.letters or self.digits or self.phone or self.id_number)


def understood(words: str) -> Sought:
    """Never fails: what cannot be understood is a name nobody bears. Full-width characters count as half-width ones."""
    text = " ".join(unicodedata.normalize("NFKC", words[:100]).replace("\x00", " ").split())
    if number := _whole_number(text):
        return number
    place, rest = place_in(text)
    names, letters, digits = [], [], ""
    for word in rest.split():
        if re.fullmatch(r"\d{4}", word) and not digits:
            digits = word
        elif re.fullmatch(r"[A-Za-z'·]+", word):
            letters.append(word.lower().replace("'", ""))
        else:
            names.append(word)
    return Sought(place=place, names=_joined(names), letters=tuple(letters), digits=digits)


def _whole_number(text: str) -> Sought | None:
    """A phone or ID number, typed with or without spaces and hyphens."""
    bare = re.sub(r"[\s\-－()（）]", "", text)
    if _ID_NUMBER.fullmatch(bare):
        return Sought(id_number=bare.upper())
    is_address = re.fullmatch(r"\d{1,3}[- ]\d{1,2}[- ]\d{3,4}", _DASHES.sub("-", text))
    if re.fullmatch(r"\+?\d{7,15}", bare) and not is_address:
        return Sought(phone=bare)
    return None


def place_in(text: str) -> tuple[PlaceSought, str]:
    """The address in half-width ``text``, and what is left of it. Of several the fullest counts: a street has a number, too."""
    text = _FLOOR.sub(r"\1", _CHINESE_NUMBER.sub(_in_digits, _DASHES.sub("-", _SHARP.sub("", text))))
    if dashed := re.search(r"(?<![\w-])(\w{1,4}(?:-\w{1,4}){1,2})(?![\w-])", text, re.ASCII):
        place = _dashed(dashed[1].split("-"))
        if place:
            return place, f"{text[: dashed.start()]} {text[dashed.end() :]}"
    spoken = max(_SPOKEN.finditer(text), key=lambda match: sum(part is not None for part in match.groups()))
    if spoken["building"] or spoken["unit"]:
        place = _place(spoken["building"], spoken["unit"], spoken["door"])
        return place, f"{text[: spoken.start()]} {text[spoken.end() :]}"
    return _loose(text)


def _in_digits(found: re.Match[str]) -> str:
    """三 is 3, 十二 12, 二十 20, 一〇二 102."""
    word = found[0].replace("零", "〇")
    if not set(word) <= set(_CHINESE_DIGITS) | {"十"}:
        return word
    values = [_CHINESE_DIGITS.find(letter) for letter in word]
    if "十" not in word:
        return "".join(str(value) for value in values)
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return word
    return str((_CHINESE_DIGITS.find(tens) if tens else 1) * 10 + (_CHINESE_DIGITS.find(ones) if ones else 0))


def _dashed(parts: list[str]) -> PlaceSought:
    """8-3-502, 8-3 (stairwell), 8-502 (door without stairwell)."""
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return PlaceSought()
    if len(parts) == 3:
        building, unit, door = parts
        return _place(building, unit, door) if unit.isdigit() else PlaceSought()
    building, second = parts
    if not second.isdigit():
        return PlaceSought()
    return _place(building, None, second) if len(second) >= 3 else _place(building, second, None)


def _loose(text: str) -> tuple[PlaceSought, str]:
    """Numbers between spaces: 8 3 502 is an address, a lone 502 a door, a lone 8 a building; four digits stay open."""
    words = _EDGE.sub(" ", text).split()
    numbers = [word for word in words if re.fullmatch(r"\d{1,4}", word)]
    rest = " ".join(word for word in words if word not in numbers)
    if len(numbers) in {2, 3}:
        return _dashed(numbers), rest
    if len(numbers) == 1 and len(numbers[0]) < 4:
        return (_place(None, None, numbers[0]) if len(numbers[0]) == 3 else _place(numbers[0], None, None)), rest
    return PlaceSought(), " ".join(words)


def _place(building: str | None, unit: str | None, door: str | None) -> PlaceSought:
    """Leading zeros are dropped as they are on the wall: 08-03-502 is 8-3-502."""
    return PlaceSought(
        building=(building or "").lstrip("0").upper(),
        unit=int(unit) if unit else None,
        door=(door or "").lstrip("0"),
    )


def _joined(names: list[str]) -> tuple[str, ...]:
    """张 三 with a space inside is one name; two names of two characters or more are two."""
    if len(names) == 2 and any(len(name) == 1 for name in names) and len("".join(names)) <= 4:
        return ("".join(names),)
    return tuple(names)
