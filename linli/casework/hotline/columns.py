"""Where the header of a hotline's sheet is, which of the two kinds it is, and what its columns hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from linli.registry.cells import Header, bare_heading, header_of
from linli.registry.workbooks import Sheet, fill_down

REQUESTS, RATINGS = "requests", "ratings"
NUMBER: Final = (
    "工单编号", "工单号", "工单流水号", "受理编号", "受理单号", "流水号", "业务流水号", "诉求编号", "案件编号", "任务编号",
    "热线工单编号", "工单id", "单号", "办件编号", "编号",
)  # fmt: skip
OF_REQUESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": NUMBER,
    "name": (
        "来电人", "来电人姓名", "诉求人", "诉求人姓名", "姓名", "市民姓名", "反映人", "反映人姓名", "联系人", "联系人姓名",
        "投诉人", "来电者", "申请人", "群众姓名",
    ),
    "phone": (
        "联系电话", "来电号码", "来电电话", "电话", "电话号码", "手机号", "手机号码", "联系方式", "诉求人电话", "来电人电话", "主叫号码",
        "反映人电话", "联系号码", "诉求人联系方式", "回访电话",
    ),
    "text": (
        "诉求内容", "来电内容", "问题描述", "工单内容", "反映内容", "内容", "事件描述", "诉求描述", "投诉内容", "具体内容", "反映问题",
        "诉求详情", "问题内容", "受理内容", "主要内容",
    ),
    "title": ("标题", "工单标题", "诉求标题", "主题"),
    "place": (
        "地址", "事发地址", "诉求地址", "问题地址", "事发地点", "发生地址", "发生地点", "地点", "详细地址", "被反映地址", "具体地址",
        "诉求点位", "来电人地址", "所在地址",
    ),
    "category_1": ("一级分类", "一级类别", "一级诉求分类", "大类", "诉求大类"),
    "category_2": ("二级分类", "二级类别", "二级诉求分类", "小类", "诉求小类"),
    "category_3": ("三级分类", "三级类别", "三级诉求分类", "细类"),
    "category": ("诉求类型", "诉求分类", "问题分类", "问题类型", "工单类型", "工单分类", "类别", "分类", "诉求类别", "问题类别"),
    "received": (
        "受理时间", "创建时间", "来电时间", "登记时间", "派单时间", "转办时间", "接收时间", "受理日期", "来电日期", "建单时间", "交办时间",
        "派发时间", "诉求时间",
    ),
    "due": (
        "办理期限", "截止时间", "要求办结时间", "办结时限", "处理时限", "截止日期", "到期时间", "办理时限", "要求反馈时间", "要求完成时间",
        "处理期限", "办结期限", "反馈时限", "限办时间", "要求办结日期", "办理截止时间", "处置截止时间",
    ),
    "urgency": ("紧急程度", "优先级", "缓急程度", "紧急等级", "是否紧急"),
}  # fmt: skip
OF_RATINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": NUMBER,
    "contacted": ("是否联系", "联系情况", "是否联系诉求人", "是否联系市民", "是否响应", "响应情况", "是否与诉求人联系"),
    "solved": ("是否解决", "解决情况", "问题是否解决", "是否办结解决", "诉求是否解决"),
    "satisfaction": ("满意度", "是否满意", "满意情况", "满意度评价", "评价", "评价结果", "满意程度", "回访满意度"),
    "reached": ("是否有效回访", "有效回访", "是否接通", "回访结果", "回访情况"),
    "words": ("回访意见", "评价意见", "不满意原因", "回访备注", "市民意见", "未解决原因", "回访内容", "不满意理由"),
}  # fmt: skip
FIELDS: Final = {REQUESTS: OF_REQUESTS, RATINGS: OF_RATINGS}
NEEDED: Final = {REQUESTS: ("number",), RATINGS: ("number", "satisfaction")}
_KNOWN: Final = {
    kind: {heading: field for field, headings in fields.items() for heading in headings}
    for kind, fields in FIELDS.items()
}


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet with its kind and header. ``rows`` are those below the header, ``first_row`` the number (from 1) of the first of them."""

    kind: str
    name: str
    titles: tuple[str, ...]
    fields: Mapping[int, str]
    rows: Sequence[Sequence[object]]
    first_row: int
    shortened: frozenset[int] = frozenset()


def requests_field(title: str) -> str:
    """What a column of the sheet of requests holds."""
    return _KNOWN[REQUESTS].get(bare_heading(title).lower(), "")


def ratings_field(title: str) -> str:
    """What a column of the sheet of ratings holds."""
    return _KNOWN[RATINGS].get(bare_heading(title).lower(), "")


def sheet_found(*, sheets: Sequence[Sheet]) -> Found | None:
    """The sheet with most known columns that has what a hotline's sheet must have; None where there is none.

    A sheet is one of ratings only where it says whether people were satisfied and not what they told.
    """
    best: tuple[int, Found] | None = None
    for sheet in sheets:
        for kind in (REQUESTS, RATINGS):
            found = _read(sheet, kind)
            if found is None:
                continue
            score = len(found.fields)
            if best is None or score > best[0]:
                best = (score, found)
    return best[1] if best else None


def _read(sheet: Sheet, kind: str) -> Found | None:
    header = header_of(sheet.rows, knows=requests_field if kind == REQUESTS else ratings_field)
    if header is None or not _is_enough(header, kind):
        return None
    rows = fill_down(sheet=sheet, first_row=header.first_row)
    shortened = frozenset(row - header.first_row for row, _column in sheet.shortened if row >= header.first_row)
    return Found(kind, sheet.name, header.titles, header.fields, rows, header.first_row + 1, shortened)


def _is_enough(header: Header, kind: str) -> bool:
    there = set(header.fields.values())
    if kind == REQUESTS:
        return "number" in there and bool({"text", "title"} & there)
    return set(NEEDED[RATINGS]) <= there
