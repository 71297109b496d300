"""The rows of a sheet, understood one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from linli.registry import codes
from linli.registry.cells import Doubt, address_in, day_in, id_number_in, is_ditto, is_footer, name_in, phones_in
from linli.registry.cells.text import says_nothing, text_of
from linli.registry.groups import OPEN, group_words, groups_in
from linli.registry.importing.listings import HARMLESS as HARMLESS_ON_LISTS
from linli.registry.importing.listings import LISTED, listings_in
from linli.registry.keeping import clean_name
from linli.registry.rules import born_according_to, sex_according_to

HARMLESS: Final = frozenset({Doubt.CENTURY, Doubt.UNUSUAL})
DAYS: Final = ("born_on", "moved_in_on", "moved_out_on", "died_on")
CODED: Final[Mapping[str, tuple[str, codes.CodeSet]]] = {
    "sex": ("sex", codes.SEX),
    "ethnicity": ("ethnicity", codes.ETHNICITY),
    "politics": ("politics", codes.POLITICS),
    "education": ("education", codes.EDUCATION),
    "marriage": ("marriage", codes.MARRIAGE),
    "residence": ("residence", codes.RESIDENCE),
    "relation": ("relation", codes.RELATION),
}
PLAIN: Final[Mapping[str, tuple[str, int]]] = {
    "work": ("workplace", 100),
    "registered_address": ("registered_address", 120),
    "household": ("household_number", 30),
    "note": ("note", 2000),
}
LABELS: Final[Mapping[str, str]] = {
    "sex": "性别",
    "ethnicity": "民族",
    "politics": "政治面貌",
    "education": "文化程度",
    "marriage": "婚姻状况",
    "residence": "居住类别",
    "relation": "与户主关系",
    "groups": "重点人群",
}
PLACE: Final = ("building", "unit", "door", "address", "household")
NO_NUMBER: Final = frozenset({"0", "00", "000", "0000"})


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of the preview must know of one cell. ``stops`` keeps the row out. ``code`` is a Doubt or one of
    name_missing, address_missing, word_unknown, differs_from_id, restricted, without_group."""

    field: str
    code: str
    typed: str = ""
    stops: bool = True


@dataclass(slots=True)
class Entry:
    """One row: what was understood (only what was written, by column name), and what was not."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        return any(note.stops for note in self.notes)

    @property
    def door(self) -> tuple[str, int | None, str]:
        """Building, stairwell, door."""
        return self.values.get("building", ""), self.values.get("unit"), self.values.get("door", "")


def entries_in(
    *,
    rows: Sequence[Sequence[object]],
    fields: Mapping[int, str],
    first_number: int,
    today: date,
    groups: Collection[str] = OPEN,
) -> list[Entry]:
    """The people in ``rows``, whose columns hold ``fields``; ``first_number`` is the sheet's number of the first of them, from 1.
    Of the priority groups only ``groups`` are taken: those whose lists the reader of the file may see.

    Empty rows and footers are left out. 同上 and 〃 take the cell above them. A member of a household (somebody with a relation
    that is not its head's) without any address takes the address above, and that is noted.
    """
    found: list[Entry] = []
    above: dict[str, object] = {}
    for offset, row in enumerate(rows):
        if is_footer(row) or all(says_nothing(cell) for cell in row):
            continue
        cells = {name: row[column] if column < len(row) else None for column, name in fields.items()}
        cells = {name: above.get(name) if is_ditto(cell) else cell for name, cell in cells.items()}
        lives_above = _lives_above(cells)
        if lives_above:
            cells |= {name: above.get(name) for name in PLACE if name in cells}
        above = {name: above.get(name) if says_nothing(cell) else cell for name, cell in cells.items()}
        if all(says_nothing(cell) for name, cell in cells.items() if name != "sequence"):
            continue
        entry = _entry(cells, row=first_number + offset, today=today)
        _groups(entry, cells.get("groups"), groups)
        _listings(entry, cells, groups, today)
        if lives_above and "door" in entry.values:
            entry.notes.append(Note("address", "taken_from_above", stops=False))
        found.append(entry)
    return found


def _lives_above(cells: Mapping[str, object]) -> bool:
    relation = codes.RELATION.code_of(cells.get("relation"))
    return relation not in ("", "02") and all(says_nothing(cells.get(name)) for name in PLACE)


def _entry(cells: Mapping[str, object], *, row: int, today: date) -> Entry:
    entry = Entry(row)
    for take in (_name, _place, _id_number, _coded, _phones, _contact, _plain):
        take(entry, cells)
    for name in DAYS:
        _day(entry, name, cells.get(name), today)
    _agree_with_id(entry)
    return entry


def _name(entry: Entry, cells: Mapping[str, object]) -> None:
    name = name_in(cells.get("name"))
    if not name.name:
        entry.notes.append(Note("name", "name_missing", text_of(cells.get("name"))))
        return
    entry.values["name"] = clean_name(name.name)[:60]
    if name.note == "户主":
        entry.values["relation"] = "02"
    elif name.note:
        _remark(entry, name.note)
    if name.doubt:
        entry.notes.append(Note("name", name.doubt, text_of(cells.get("name"))))


def _place(entry: Entry, cells: Mapping[str, object]) -> None:
    parts = [text_of(cells.get(name)) for name in ("building", "unit", "door")]
    spoken = _spoken(*parts)
    for cell in (spoken, cells.get("door"), cells.get("address")):
        if says_nothing(cell):
            continue
        address = address_in(cell)
        if not address.doubt:
            entry.values |= {"building": address.building, "door": address.door}
            if address.unit is not None:
                entry.values["unit"] = address.unit
            return
    shown = " ".join(part for part in [*parts, text_of(cells.get("address"))] if part)
    entry.notes.append(_no_place(cells, shown))


def _no_place(cells: Mapping[str, object], shown: str) -> Note:
    if not shown:
        return Note("address", "address_missing")
    given = [cells[name] for name in ("address", "door", "unit", "building") if not says_nothing(cells.get(name))]
    doubts = [doubt for cell in given if (doubt := address_in(cell).doubt)]
    spoiled = Doubt.BECAME_A_DATE if Doubt.BECAME_A_DATE in doubts else None
    return Note("address", spoiled or (doubts[0] if doubts else Doubt.NOT_UNDERSTOOD), shown)


def _spoken(building: str, unit: str, door: str) -> str:
    """Three cells as one address: 8, 3, 502 and 8号楼, 三单元, 502室 alike."""
    if not building or not door:
        return ""
    said = building if building[-1] in "栋幢楼座" else f"{building}栋"
    if unit:
        said += unit if unit.endswith(("单元", "门", "门洞")) else f"{unit}单元"
    return said + door


def _id_number(entry: Entry, cells: Mapping[str, object]) -> None:
    found = id_number_in(cells.get("id_number"))
    if found.number:
        entry.values["id_number"] = found.number
    elif found.doubt:
        entry.notes.append(Note("id_number", found.doubt, found.typed))


def _coded(entry: Entry, cells: Mapping[str, object]) -> None:
    for name, (column, codeset) in CODED.items():
        cell = cells.get(name)
        if says_nothing(cell):
            continue
        if code := codeset.code_of(cell):
            entry.values[column] = code
        else:
            _remark(entry, f"{LABELS[name]}：{text_of(cell)}")
            entry.notes.append(Note(name, "word_unknown", text_of(cell), stops=False))


def _groups(entry: Entry, cell: object, seen: Collection[str]) -> None:
    if says_nothing(cell):
        return
    named, unknown = groups_in(text_of(cell))
    if taken := tuple(group for group in named if group in seen):
        entry.values["groups"] = taken
    if len(taken) < len(named):
        entry.notes.append(Note("groups", "restricted", stops=False))
    for word in unknown:
        _remark(entry, f"{LABELS['groups']}：{word}")
        entry.notes.append(Note("groups", "word_unknown", word, stops=False))


def _listings(entry: Entry, cells: Mapping[str, object], seen: Collection[str], today: date) -> None:
    """Since when, on what basis, and who helps: of the groups that are taken."""
    if all(says_nothing(cells.get(name)) for name in LISTED):
        return
    named = [group for _word, group in group_words(text_of(cells.get("groups")))]
    said, doubts = listings_in(cells=cells, groups=named, today=today)
    for name, told in said.items():
        if kept := {group: value for group, value in told.items() if group in seen}:
            entry.values[name] = kept
    for name, code, typed in doubts:
        entry.notes.append(Note(name, code, typed, stops=code != "without_group" and code not in HARMLESS_ON_LISTS))


def _phones(entry: Entry, cells: Mapping[str, object]) -> None:
    phones = [*phones_in(cells.get("phone")), *phones_in(cells.get("landline"))]
    known = [phone for phone in phones if phone.number]
    for phone in phones:
        if phone.doubt:
            typed = phone.number or phone.note
            entry.notes.append(Note("phone", phone.doubt, typed, stops=phone.doubt not in HARMLESS))
    if known:
        entry.values["phone"] = known[0].number
    others = "、".join(f"{phone.number}（{phone.note}）" if phone.note else phone.number for phone in known[1:])
    if others:
        entry.values["other_phones"] = others
    if known and known[0].note:
        _remark(entry, f"电话：{known[0].note}")


def _contact(entry: Entry, cells: Mapping[str, object]) -> None:
    """The relative to call. A name may stand with its number in one cell; a number without a name is a relative all the same."""
    cell, phone_cell = cells.get("contact_name"), cells.get("contact_phone")
    numbers = [phone for phone in (*phones_in(phone_cell), *_numbers_beside(cell)) if phone.number]
    if not says_nothing(phone_cell) and not numbers:
        entry.notes.append(Note("contact_phone", Doubt.NOT_UNDERSTOOD, text_of(phone_cell)))
    if numbers:
        entry.values["contact_phone"] = numbers[0].number
    name = name_in("" if cell is None else "".join(c for c in text_of(cell) if not c.isdigit()).strip(" -:："))
    if name.name:
        entry.values["contact_name"] = clean_name(name.name)[:60]
        if relation := codes.RELATION.code_of(name.note or (numbers[0].note if numbers else "")):
            entry.values["contact_relation"] = relation


def _numbers_beside(cell: object) -> tuple[Any, ...]:
    return phones_in(cell) if any(letter.isdigit() for letter in text_of(cell)) else ()


def _plain(entry: Entry, cells: Mapping[str, object]) -> None:
    for name, (column, longest) in PLAIN.items():
        text = text_of(cells.get(name))
        if says_nothing(text) or (name == "household" and text in NO_NUMBER):
            continue
        if name == "note":
            _remark(entry, _as_written(cells[name]))
        else:
            entry.values[column] = text[:longest]


def _as_written(cell: object) -> str:
    """A remark keeps its Chinese commas and colons, which are made half-width everywhere else."""
    return " ".join(cell.split()) if isinstance(cell, str) else text_of(cell)


def _day(entry: Entry, name: str, cell: object, today: date) -> None:
    found = day_in(cell, today=today)
    if found.doubt:
        entry.notes.append(Note(name, found.doubt, text_of(cell), stops=found.doubt not in HARMLESS))
    if found.day and (not found.doubt or found.doubt in HARMLESS):
        entry.values[name] = found.day
        if name == "born_on":
            entry.values["born_known"] = found.known


def _agree_with_id(entry: Entry) -> None:
    """The ID number says when somebody was born and whether they are a man. Where the sheet says otherwise, the number counts."""
    number = entry.values.get("id_number", "")
    if not number:
        return
    checks: tuple[tuple[str, Callable[..., object]], ...] = (("born_on", born_according_to), ("sex", sex_according_to))
    for name, according in checks:
        said, right = entry.values.get(name), according(number=number)
        if said not in (None, right, "0", "9") and not _partly(entry, name, said, right):
            entry.notes.append(Note(name, "differs_from_id", str(said), stops=False))
        entry.values[name] = right
    entry.values["born_known"] = "day"


def _partly(entry: Entry, name: str, said: Any, right: Any) -> bool:
    known = entry.values.get("born_known")
    if name != "born_on" or known == "day":
        return False
    return bool(said.year == right.year and (known == "year" or said.month == right.month))


def _remark(entry: Entry, text: str) -> None:
    kept = entry.values.get("note", "")
    entry.values["note"] = f"{kept}；{text}" if kept else text
