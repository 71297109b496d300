"""Where a sheet's header is, and what each of its columns holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from linli.registry.cells.text import text_of

Row = Sequence[object]
Knows = Callable[[str], str]
"""What a column with this heading holds; "" when nobody knows."""
SEARCHED_ROWS: Final = 30
LEAST_KNOWN: Final = 2
BESIDE_KEPT_OUT: Final = ("原因", "原行号")
"""What a workbook of rows that were kept out has behind the columns of the file they come from."""

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "sequence": ("序号", "编号", "排序", "行号"),
    "name": ("姓名", "居民姓名", "人员姓名", "成员姓名", "名字", "户主姓名", "老人姓名"),
    "sex": ("性别",),
    "ethnicity": ("民族",),
    "id_number": (
        "身份证号",
        "身份证号码",
        "身份证",
        "公民身份号码",
        "公民身份证号码",
        "证件号码",
        "证件号",
        "居民身份证号",
    ),
    "born_on": ("出生日期", "出生年月", "出生年月日", "生日", "出生时间", "出生"),
    "age": ("年龄", "周岁", "实足年龄"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "本人电话", "联系手机"),
    "landline": ("座机", "固定电话", "固话", "家庭电话", "其他电话"),
    "compound": ("小区", "小区名称", "所在小区"),
    "building": ("楼栋", "楼号", "栋", "楼栋号", "幢", "栋号", "楼"),
    "unit": ("单元", "单元号", "门洞"),
    "door": ("门牌", "门牌号", "室", "房号", "房间号", "室号", "户室"),
    "address": (
        "住址",
        "现住址",
        "居住地址",
        "家庭住址",
        "地址",
        "现居住地址",
        "家庭地址",
        "详细地址",
        "居住地",
        "房屋地址",
    ),
    "registered_address": ("户籍地址", "户籍地", "户口所在地", "户籍所在地", "户口地址"),
    "household": ("户编号", "户号", "家庭编号"),
    "relation": ("与户主关系", "户主关系", "和户主关系", "与户主的关系", "关系"),
    "residence": ("人户分离", "居住类别", "常住流动", "人口类别", "人户状态"),
    "politics": ("政治面貌",),
    "education": ("文化程度", "学历"),
    "marriage": ("婚姻", "婚姻状况"),
    "health": ("健康", "健康状况"),
    "work": ("工作单位", "职业", "服务处所"),
    "groups": ("重点类别", "重点人群", "人群类别", "人员类别", "特殊人群"),
    "listed_on": ("认定日期", "认定时间", "纳入日期", "纳入时间", "列入日期"),
    "listed_basis": ("认定依据", "纳入依据", "列入依据"),
    "helper": ("帮扶人", "帮扶责任人", "帮扶联系人", "包保人"),
    "moved_in_on": ("迁入日期", "入住日期", "入住时间", "迁入时间"),
    "moved_out_on": ("迁出日期", "搬出日期", "迁出时间"),
    "died_on": ("死亡日期", "去世日期", "死亡时间"),
    "contact_name": ("紧急联系人", "紧急联系人姓名", "联系人", "监护人", "家属姓名", "亲属姓名"),
    "contact_phone": ("紧急联系人电话", "联系人电话", "监护人电话", "家属电话", "亲属电话", "紧急联系电话", "子女电话"),
    "note": ("备注", "说明", "其他"),
}
"""What a column holds, and the headings people give it (research on registers; bare words, without brackets and strokes)."""

_FIELD_OF = {heading: field for field, headings in SYNONYMS.items() for heading in headings}
_BESIDE = re.compile(r"[(\[【].*?[)\]】]|[\s*:：/、.·\-_]|必填|选填")
_FOOTER = re.compile(
    r"(合计|总计|小计|共计|填表人|填报人|制表人|制表|审核人|审核|负责人|填表日期|填报日期|填报单位|注|说明)[:：(（\s\d]?"
)


@dataclass(frozen=True, slots=True)
class Header:
    """Data begins at row ``first_row`` (from 0). ``titles`` has a heading for every column, ``fields`` what the known ones hold."""

    first_row: int
    titles: tuple[str, ...]
    fields: Mapping[int, str]


def field_of(title: str) -> str:
    """What a column with this heading holds, a key of ``SYNONYMS``; "" when nobody knows. 联系电话（必填）* is 联系电话."""
    return _FIELD_OF.get(bare_heading(title), "")


def bare_heading(title: str) -> str:
    """A heading without spaces, strokes and what stands in brackets beside it."""
    return _BESIDE.sub("", text_of(title))


def _known(title: str, knows: Knows) -> str:
    """The same for a heading of two rows that stands in one: 现住址 楼栋."""
    return knows(title) or knows(title.rpartition(" ")[2])


def header_of(rows: Sequence[Row], *, knows: Knows = field_of) -> Header | None:
    """The header among the first 30 rows, below titles, of one row or of two; None when no row has two known headings. Sheets that
    are no registers of people bring their own ``knows``.

    Of two rows (住址 over 楼栋, 单元, 门牌) the lower heading counts where there is one, and both together if that is known.
    A field that two columns claim goes to the first.
    """
    searched = rows[:SEARCHED_ROWS]
    known = [sum(bool(_known(text_of(cell), knows)) for cell in row) for row in searched]
    if not known or max(known) < LEAST_KNOWN:
        return None
    best = known.index(max(known))
    upper, lower = best, best
    if best and _belongs_above(searched[best - 1], searched[best], knows):
        upper = best - 1
    elif best + 1 < len(searched) and _belongs_below(searched[best], searched[best + 1], knows):
        lower = best + 1
    titles = _titles(searched[upper], searched[lower]) if upper != lower else _texts(searched[best])
    return Header(lower + 1, tuple(title.strip() for title in titles), _fields(titles, knows))


def is_footer(row: Row) -> bool:
    """合计, 填表人 and their like: a row about the sheet, not about somebody. Such rows say little, and begin with the word."""
    first = next((text for cell in row if (text := text_of(cell))), "")
    if not _FOOTER.match(first.replace(" ", "")):
        return False
    return sum(bool(text) for text in _texts(row)) <= max(4, len(row) // 2)


def _texts(row: Row) -> list[str]:
    return [text_of(cell) for cell in row]


def _belongs_above(above: Row, row: Row, knows: Knows) -> bool:
    """The row above names columns that this row leaves empty: 姓名 beside a merged 住址."""
    return any(knows(up) and not down for up, down in zip(_texts(above), _texts(row), strict=False))


def _belongs_below(row: Row, below: Row, knows: Knows) -> bool:
    """The row below has headings only, and some stand where this row has none: the rest of a merged cell."""
    pairs = list(zip(_texts(row), _texts(below), strict=False))
    downs = [down for _, down in pairs if down]
    return bool(downs) and all(knows(down) for down in downs) and any(down and not up for up, down in pairs)


def _titles(upper: Row, lower: Row) -> list[str]:
    """``住址 楼栋``: a merged heading reaches right as far as there are headings under it and none beside it."""
    ups, downs = _texts(upper), _texts(lower)
    width = max(len(ups), len(downs))
    ups, downs = ups + [""] * (width - len(ups)), downs + [""] * (width - len(downs))
    titles, over = [], ""
    for up, down in zip(ups, downs, strict=True):
        over = up or (over if down else "")
        titles.append(f"{over} {down}".strip())
    return titles


def _fields(titles: Sequence[str], knows: Knows) -> dict[int, str]:
    fields: dict[int, str] = {}
    for column, title in enumerate(titles):
        found = _known(title, knows)
        if found and found not in fields.values():
            fields[column] = found
    return fields
