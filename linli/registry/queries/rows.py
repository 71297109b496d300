"""What is written of people in files and forms: a value for each field, under the headings that an import understands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import translation

from linli.core.masking import mask_id_number, mask_phone
from linli.registry import codes
from linli.registry.groups import Group
from linli.registry.import_words import masked_text
from linli.registry.importing.listings import LISTED, SEVERAL
from linli.registry.keeping import is_own_reference
from linli.registry.models import Contact, ContactPoint, Known, Membership, Resident
from linli.registry.queries.lists import groups_of
from linli.registry.rules import age_on

Cell = str | int | date | None
HEADINGS: Final[Mapping[str, str]] = {
    "name": "姓名",
    "sex": "性别",
    "id_number": "身份证号",
    "born_on": "出生日期",
    "age": "年龄",
    "phone": "联系电话",
    "landline": "其他电话",
    "building": "楼栋",
    "unit": "单元",
    "door": "门牌",
    "address": "住址",
    "relation": "与户主关系",
    "household": "户编号",
    "groups": "重点人群",
    "listed_on": "认定日期",
    "listed_basis": "认定依据",
    "helper": "帮扶人",
    "ethnicity": "民族",
    "politics": "政治面貌",
    "education": "文化程度",
    "marriage": "婚姻状况",
    "residence": "居住类别",
    "registered_address": "户籍地址",
    "work": "工作单位",
    "contact_name": "紧急联系人",
    "contact_phone": "紧急联系人电话",
    "moved_in_on": "迁入日期",
    "note": "备注",
    "compound": "小区",
}
"""Every field with its heading, in the order people look for it; the keys are those of ``cells.headers.SYNONYMS``."""
REGISTER: Final = tuple(name for name in HEADINGS if name not in {"age", "address", "compound"})
"""The fields of a whole register: what an import takes back."""
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands in other tables, by household or resident."""

    relatives: Mapping[int, tuple[str, str]]
    groups: Mapping[int, Sequence[Membership]]
    on: date


def rows_masked(*, people: Sequence[Resident], fields: Iterable[str], on: date, groups: Collection[str]) -> list[Row]:
    """The fields of each person in their order, phone and ID numbers masked. Of the priority groups only ``groups`` are named.

    ``people`` come with their dwelling at hand (``people_listed``). At most three queries.
    """
    return [_masked(row) for row in rows_whole(people=people, fields=fields, on=on, groups=groups)]


def rows_whole(*, people: Sequence[Resident], fields: Iterable[str], on: date, groups: Collection[str]) -> list[Row]:
    """The same with whole numbers: for actions that have written down who gets them, and why."""
    wanted = list(fields)
    beside = _Beside(
        relatives=_relatives(people) if {"contact_name", "contact_phone"} & set(wanted) else {},
        groups=_groups(people, on, groups) if {"groups", *LISTED} & set(wanted) else {},
        on=on,
    )
    return [{name: VALUES[name](person, beside) for name in wanted} for person in people]


def _masked(row: Row) -> Row:
    return {name: MASKS[name](str(value or "")) if name in MASKS else value for name, value in row.items()}


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "phone": mask_phone,
    "landline": masked_text,
    "id_number": mask_id_number,
    "contact_phone": mask_phone,
    "note": masked_text,
    "listed_basis": masked_text,
    "registered_address": masked_text,
}


def _relatives(people: Sequence[Resident]) -> dict[int, tuple[str, str]]:
    """The first relative to call of each household, with what they are, and their first number. Two queries."""
    household_ids = sorted({person.household_id for person in people})
    rows = Contact.objects.filter(household_id__among=household_ids, ended_on__isnull=True)
    first: dict[int, tuple[int, str]] = {}
    for pk, household_id, name, relation in rows.order_by("call_order", "pk").values_list(
        "pk", "household_id", "name", "relation"
    ):
        title = "" if relation in {"80", ""} else f"（{codes.RELATION.title_of(relation)}）"
        first.setdefault(household_id, (pk, f"{name}{title}"))
    points = ContactPoint.objects.filter(
        Q(contact_id__among=[pk for pk, _name in first.values()]), kind=ContactPoint.Kind.PHONE
    )
    phones: dict[int | None, str] = {}
    for contact_id, address in points.order_by("position", "pk").values_list("contact_id", "address"):
        phones.setdefault(contact_id, address)
    return {household_id: (name, phones.get(pk, "")) for household_id, (pk, name) in first.items()}


def _groups(people: Sequence[Resident], on: date, groups: Collection[str]) -> dict[int, list[Membership]]:
    return groups_of(resident_ids=[person.pk for person in people], on=on, groups=groups)


def _named(rows: Sequence[Membership]) -> str:
    with translation.override("zh-hans"):  # a file is read by offices, in the language of the place
        return "、".join(str(Group(one.group).label) for one in rows)


def _listed(rows: Sequence[Membership], name: str) -> Cell:
    """What is said of all lists alike once; else one after the other, in their order. What could not be read so again is left out."""
    said = [getattr(one, LISTED[name]) for one in rows]
    if len(set(said)) < 2:
        return said[0] if said else ""
    parts = [str(one or "—") for one in said]
    return "" if any(SEVERAL.search(part) for part in parts) else "；".join(parts)


def _born(person: Resident) -> Cell:
    """As much as is known: 1956年, 1956年3月, or the day."""
    if person.born_on is None or person.born_known == Known.DAY:
        return person.born_on
    return (
        f"{person.born_on.year}年{person.born_on.month}月"
        if person.born_known == Known.MONTH
        else f"{person.born_on.year}年"
    )


def _number(text: str) -> str:
    """The number of the household register; a key of ours is no number an office knows."""
    return "" if is_own_reference(text=text) else text


VALUES: Final[Mapping[str, Callable[[Resident, _Beside], Cell]]] = {
    "name": lambda person, _: person.name,
    "sex": lambda person, _: "" if person.sex == "0" else codes.SEX.title_of(person.sex),
    "id_number": lambda person, _: person.id_number,
    "born_on": lambda person, _: _born(person),
    "age": lambda person, beside: age_on(born_on=person.born_on, day=beside.on) if person.born_on else None,
    "phone": lambda person, _: person.phone,
    "landline": lambda person, _: person.other_phones,
    "building": lambda person, _: person.household.dwelling.unit.building.number,
    "unit": lambda person, _: str(person.household.dwelling.unit.number),
    "door": lambda person, _: person.household.dwelling.door,
    "address": lambda person, _: person.household.dwelling.label,
    "relation": lambda person, _: codes.RELATION.title_of(person.relation),
    "household": lambda person, _: _number(person.household.number),
    "groups": lambda person, beside: _named(beside.groups.get(person.pk, ())),
    "listed_on": lambda person, beside: _listed(beside.groups.get(person.pk, ()), "listed_on"),
    "listed_basis": lambda person, beside: _listed(beside.groups.get(person.pk, ()), "listed_basis"),
    "helper": lambda person, beside: _listed(beside.groups.get(person.pk, ()), "helper"),
    "ethnicity": lambda person, _: codes.ETHNICITY.title_of(person.ethnicity),
    "politics": lambda person, _: codes.POLITICS.title_of(person.politics),
    "education": lambda person, _: codes.EDUCATION.title_of(person.education),
    "marriage": lambda person, _: codes.MARRIAGE.title_of(person.marriage),
    "residence": lambda person, _: codes.RESIDENCE.title_of(person.residence),
    "registered_address": lambda person, _: person.registered_address,
    "work": lambda person, _: person.workplace,
    "contact_name": lambda person, beside: beside.relatives.get(person.household_id, ("", ""))[0],
    "contact_phone": lambda person, beside: beside.relatives.get(person.household_id, ("", ""))[1],
    "moved_in_on": lambda person, _: person.moved_in_on,
    "note": lambda person, _: person.note,
    "compound": lambda person, _: person.household.community.name,
}
