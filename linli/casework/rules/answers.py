"""Whether the answers to a category's questions are what the questions ask for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from linli.casework.errors.requests import AnswersWrong
from linli.core.errors import Text
from linli.core.verdict import YES, Verdict

LONGEST = 1000


class Asked(Protocol):
    """What these rules look at of a question."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def choices(self) -> Any: ...


def may_answer_so(*, questions: Sequence[Asked], answers: Mapping[str, Any], asks_all: bool) -> Verdict:
    """Refuses with AnswersWrong, a sentence for each wrong one. ``asks_all``: what is required must be there (a program sent it; a
    clerk who is interrupted may leave everything empty). An answer to a question that nobody asks is wrong, too."""
    known = {question.code for question in questions}
    wrong: dict[str, Text] = {code: AnswersWrong.default_sentence for code in answers if code not in known}
    for question in questions:
        value = answers.get(question.code)
        if value in (None, "", []):
            if asks_all and question.required:
                wrong[question.code] = AnswersWrong.default_sentence
        elif not _fits(question, value):
            wrong[question.code] = AnswersWrong.default_sentence
    return Verdict(AnswersWrong(fields=wrong)) if wrong else YES


def _fits(question: Asked, value: Any) -> bool:
    keys = {str(choice[0]) for choice in question.choices}
    match question.kind:
        case "singlevaluelist":
            return isinstance(value, str) and value in keys
        case "multivaluelist":
            return isinstance(value, list) and all(isinstance(one, str) and one in keys for one in value)
        case "number":
            return _is_number(value)
        case "datetime":
            return isinstance(value, str) and _is_instant(value)
        case _:
            return isinstance(value, str) and len(value) <= LONGEST


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 30:
        return False
    try:
        return abs(float(value)) < 1e15
    except ValueError:
        return False


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
