"""What one row of a hotline's sheet says: a request, or a rating. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linli.casework.hotline.moments import Moment, Stretch, end_of_day, moment_in, stretch_in
from linli.registry.cells import is_footer, name_in, phones_in, says_nothing, text_of

LONGEST_NUMBER: Final = 60
MOST_DIGITS: Final = 15
OVER_DAYS, OLD_DAYS = 30, 60
"""What was due so long ago, or came so long ago without a due time, is not brought in: it would alarm everybody about the past."""
NO_NUMBER, NUMBER_LONG, NUMBER_SPOILED, NO_TEXT, RECEIVED_WRONG, RECEIVED_LATE, DUE_WRONG, DUE_EARLY, LONG_OVER = (
    "no-number", "number-long", "number-spoiled", "no-text", "received-wrong", "received-late", "due-wrong", "due-early", "long-over",
)  # fmt: skip
SATISFACTION_WRONG, YES_NO_WRONG = "satisfaction-wrong", "yes-no-wrong"
PHONE_WRONG, TEXT_CUT = "phone-wrong", "text-cut"
_YES: Final = frozenset({"是", "已联系", "有", "y", "yes", "1", "true", "√", "已解决", "解决", "已响应", "联系", "对"})
_NO: Final = frozenset(
    {"否", "未联系", "没有", "n", "no", "0", "false", "×", "x", "未解决", "没解决", "不是", "未响应", "没联系"}
)
_URGENT: Final = re.compile(r"特急|紧急|加急|急|^1$|一级|^是$")
_NOT_URGENT: Final = re.compile(r"不紧急|不急|非紧急|非急|一般|普通")


@dataclass(frozen=True, slots=True)
class Told:
    """A request as a row tells it. ``wrong`` is why it cannot be taken, ``note`` what is lost if it is; both are a code and what
    stood there. ``due`` is an instant, a stretch of time, or None where the category's clock decides."""

    number: str = ""
    name: str = ""
    phone: str = ""
    text: str = ""
    place: str = ""
    categories: tuple[str, ...] = ()
    received_at: datetime | None = None
    due: datetime | Stretch | None = None
    urgent: bool = False
    wrong: tuple[str, str] = ("", "")
    note: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class RatingTold:
    """A rating as a row tells it: contacted, solved, and satisfied, mostly or unsatisfied; or that nobody was reached."""

    number: str = ""
    contacted: bool = False
    solved: bool = False
    satisfaction: str = ""
    words: str = ""
    reached: bool = True
    wrong: tuple[str, str] = ("", "")


class Cells:
    """The cells of a row by what they hold."""

    def __init__(self, *, row: Sequence[object], fields: Mapping[int, str]) -> None:
        self._by_field = {name: row[column] for column, name in fields.items() if column < len(row)}

    def raw(self, name: str) -> object:
        return self._by_field.get(name)

    def text(self, name: str) -> str:
        cell = self._by_field.get(name)
        return "" if says_nothing(cell) else text_of(cell)

    def said(self, name: str) -> str:
        """As it was written, with its lines and its own punctuation; only what cannot be seen is left out."""
        cell = self._by_field.get(name)
        if says_nothing(cell):
            return ""
        if not isinstance(cell, str):
            return text_of(cell)
        whole = cell.replace("_x000D_", "\n").replace("\r", "\n").replace("\t", " ").replace("\u3000", " ")
        lines = ("".join(c for c in line if c.isprintable()).strip() for line in whole.split("\n"))
        return "\n".join(line for line in lines if line)


def is_row(*, row: Sequence[object], titles: Sequence[str]) -> bool:
    """Whether it tells of something: it is not empty, no total at the end, and not the headings again, as on a new page."""
    texts = [text_of(cell) for cell in row]
    if not any(texts) or is_footer(row):
        return False
    bare = [title.rpartition(" ")[2] for title in titles]
    pairs = [(text, title) for text, title in zip(texts, bare, strict=False) if text]
    return not all(text == title for text, title in pairs)


def request_told(*, cells: Cells, zone: ZoneInfo, now: datetime, cut: bool) -> Told:
    """Never fails. ``cut``: the file held more text than was read."""
    number, number_wrong = _number(cells)
    text = _text(cells)
    today = now.astimezone(zone).date()
    received, received_wrong = _received(cells, zone, today, now)
    due, due_wrong = _due(cells, zone, today, received or now)
    phone, phone_note = _phone(cells)
    late = _long_over(received, due, now)
    reasons = (number_wrong, ("", "") if text else (NO_TEXT, ""), received_wrong, due_wrong, late)
    wrong = next((one for one in reasons if one[0]), ("", ""))
    levels = tuple(
        found for name in ("category_3", "category_2", "category_1", "category") if (found := cells.text(name))
    )
    urgency = cells.text("urgency")
    return Told(
        number=number, name=_name(cells), phone=phone, text=text, place=cells.text("place")[:120], categories=levels,
        received_at=received, due=due, urgent=bool(_URGENT.search(urgency)) and not _NOT_URGENT.search(urgency), wrong=wrong,
        note=(TEXT_CUT, "") if cut else phone_note,
    )  # fmt: skip


def rating_told(*, cells: Cells) -> RatingTold:
    """Never fails."""
    number, wrong = _number(cells)
    if wrong[0]:
        return RatingTold(number=number, wrong=wrong)
    reached = _yes_no(cells.text("reached"))
    if reached is False or re.search(r"未接通|无人接听|空号|关机|无法接通|拒接", cells.text("reached")):
        return RatingTold(number=number, reached=False)
    satisfaction = _satisfaction(cells.text("satisfaction"))
    answers = {name: _yes_no(cells.text(name)) for name in ("contacted", "solved")}
    if not satisfaction:
        return RatingTold(number=number, wrong=(SATISFACTION_WRONG, cells.text("satisfaction")[:40]))
    missing = next((name for name, answer in answers.items() if answer is None), "")
    if missing:
        return RatingTold(number=number, wrong=(YES_NO_WRONG, cells.text(missing)[:40]))
    return RatingTold(
        number=number, contacted=bool(answers["contacted"]), solved=bool(answers["solved"]), satisfaction=satisfaction,
        words=cells.said("words")[:1000],
    )  # fmt: skip


def _number(cells: Cells) -> tuple[str, tuple[str, str]]:
    """Excel keeps 15 digits of a number cell and makes noughts of the others, or 2.02611E+19: such a number is nobody's."""
    raw = cells.raw("number")
    number = "".join(cells.text("number").split()).strip("'‘’`")
    if not number or number.strip("0") == "":
        return "", (NO_NUMBER, "")
    in_cell = isinstance(raw, int | float) and len(number.partition(".")[0]) > MOST_DIGITS
    if in_cell or re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", number):
        return "", (NUMBER_SPOILED, number[:40])
    return (number, ("", "")) if len(number) <= LONGEST_NUMBER else (number[:LONGEST_NUMBER], (NUMBER_LONG, ""))


def _text(cells: Cells) -> str:
    title, text = cells.said("title"), cells.said("text")
    if title and text and title not in text:
        return f"{title}\n{text}"
    return text or title


def _name(cells: Cells) -> str:
    return name_in(cells.raw("name")).name[:60] if cells.text("name") else ""


def _phone(cells: Cells) -> tuple[str, tuple[str, str]]:
    """The first number that can be dialled."""
    found = phones_in(cells.raw("phone"))
    number = next((one.number for one in found if one.number), "")
    if found and not number:
        return "", (PHONE_WRONG, found[0].note[:40])
    return number, ("", "")


def _received(cells: Cells, zone: ZoneInfo, today: date, now: datetime) -> tuple[datetime | None, tuple[str, str]]:
    moment = moment_in(cells.raw("received"), zone=zone, today=today)
    if moment.said:
        return None, (RECEIVED_WRONG, moment.said)
    if moment.at is not None and moment.at > now + timedelta(days=1):
        return None, (RECEIVED_LATE, f"{moment.at:%Y-%m-%d}")
    return moment.at, ("", "")


def _due(
    cells: Cells, zone: ZoneInfo, today: date, since: datetime
) -> tuple[datetime | Stretch | None, tuple[str, str]]:
    if stretch := stretch_in(cells.raw("due")):
        return stretch, ("", "")
    moment: Moment = moment_in(cells.raw("due"), zone=zone, today=today)
    if moment.said:
        return None, (DUE_WRONG, moment.said)
    at = end_of_day(moment)
    if at is not None and at <= since:
        return None, (DUE_EARLY, f"{at:%Y-%m-%d %H:%M}")
    return at, ("", "")


def _long_over(received: datetime | None, due: datetime | Stretch | None, now: datetime) -> tuple[str, str]:
    if isinstance(due, datetime):
        return (LONG_OVER, f"{due:%Y-%m-%d}") if due < now - timedelta(days=OVER_DAYS) else ("", "")
    old = received is not None and received < now - timedelta(days=OLD_DAYS)
    return (LONG_OVER, f"{received:%Y-%m-%d}") if old else ("", "")


def _yes_no(text: str) -> bool | None:
    word = text.lower().strip(" 。.")
    if word in _YES:
        return True
    return False if word in _NO else None


def _satisfaction(text: str) -> str:
    """满意, 基本满意, 不满意 and their like; 非常满意 is satisfied, 一般 is mostly."""
    if re.search(r"不满意|不太满意|很不满|非常不满|不满", text):
        return "unsatisfied"
    if re.search(r"基本满意|较满意|比较满意|一般", text):
        return "mostly"
    return "satisfied" if re.search(r"满意|^是$", text) else "unsatisfied" if text.strip() == "否" else ""
