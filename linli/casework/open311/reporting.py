"""A request that a program sends: read, and looked at as a whole, so that everything that is wrong is said at once. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from linli.casework.errors.open311 import WRONG, Problem
from linli.casework.open311.asked import Asked
from linli.casework.rules.answers import Asked as Question
from linli.casework.rules.answers import may_answer_so
from linli.core.errors import Refusal
from linli.registry.keeping import clean_name, clean_phone

LONGEST_DESCRIPTION: Final = 4000
LONGEST_ADDRESS: Final = 120
LONGEST_NAME: Final = 60
LONGEST_OTHER: Final = 500
_MARKUP: Final = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--|<!doctype|<!\[cdata\[|<\?xml", re.IGNORECASE
)
_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?")
_HAN: Final = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Report:
    """What a program sent, cleaned; "" for what it left out."""

    service_code: str
    description: str
    address: str
    address_id: str
    lat: str
    long: str
    media_url: str
    email: str
    phone: str
    first_name: str
    last_name: str
    device_id: str
    account_id: str
    attributes: Mapping[str, Sequence[str]]
    files: int = 0

    @property
    def name(self) -> str:
        """As it is said: 张三, John Smith."""
        if _HAN.search(self.first_name + self.last_name):
            return clean_name(self.last_name + self.first_name)
        return clean_name(f"{self.first_name} {self.last_name}")

    @property
    def spot(self) -> str:
        """Latitude and longitude as one text; "" unless both are there."""
        return f"{self.lat},{self.long}" if self.lat and self.long else ""

    def fingerprint(self) -> str:
        """Everything that was sent, in a fixed order: the same report sent twice has the same."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


def report_of(*, asked: Asked, files: int) -> Report:
    """What stands in the form. ``files`` came with it; they are not kept."""
    return Report(
        service_code=asked.one("service_code"), description=asked.one("description"), address=asked.one("address_string"),
        address_id=asked.one("address_id"), lat=asked.one("lat"), long=asked.one("long"), media_url=asked.one("media_url"),
        email=asked.one("email"), phone=asked.one("phone"), first_name=asked.one("first_name"),
        last_name=asked.one("last_name"), device_id=asked.one("device_id"), account_id=asked.one("account_id"),
        attributes=asked.attributes(), files=files,
    )  # fmt: skip


def wrong_in(*, report: Report) -> list[Problem]:
    """What is wrong with a report whatever its service is."""
    return [
        Problem(WRONG, sentence)
        for sentence in (*_wrong_words(report), *_wrong_place(report), *_wrong_contact(report))
        if sentence
    ]


def _wrong_words(report: Report) -> list[str]:
    found = []
    if not report.service_code:
        found.append(_("service_code is missing: choose one of the services."))
    length = len(report.description)
    if length > LONGEST_DESCRIPTION:
        sentence = _("The description has %(length)d characters; at most 4,000 are possible. Please shorten it.")
        found.append(sentence % {"length": length})
    texts = {"description": report.description, "address_string": report.address, "first_name": report.first_name,
             "last_name": report.last_name}  # fmt: skip
    found += [_holds_markup(name) for name, text in texts.items() if _MARKUP.search(text)]
    url = report.media_url
    if url and not _is_web_address(url):
        found.append(_("media_url must be a whole address that begins with https:// or http://."))
    elif url and length <= LONGEST_DESCRIPTION < length + len(url) + 20:
        found.append(_("Description and media_url together are too long: at most 4,000 characters."))
    return found


def _holds_markup(name: str) -> str:
    return _("%(name)s holds HTML. Please send plain text.") % {"name": name}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.netloc)
        and len(url) <= LONGEST_OTHER
        and not re.search(r"\s", url)
    )


def _wrong_place(report: Report) -> list[str]:
    found = []
    if not (report.address or report.address_id or report.lat or report.long):
        found.append(_("Say where it is: address_string, address_id, or lat and long."))
    if bool(report.lat) != bool(report.long):
        found.append(_("lat and long must be sent together."))
    elif report.lat and not (_within(report.lat, 90) and _within(report.long, 180)):
        found.append(_("lat and long must be degrees such as 43.88 and 125.32."))
    if len(report.address) > LONGEST_ADDRESS:
        found.append(_("address_string is too long: at most 120 characters."))
    return found


def _within(text: str, most: int) -> bool:
    return _DEGREES.fullmatch(text) is not None and abs(float(text)) <= most


def _wrong_contact(report: Report) -> list[str]:
    found = []
    if report.email:
        try:
            validate_email(report.email)
        except ValidationError:
            found.append(_("This email address cannot be right."))
    try:
        clean_phone(report.phone)
    except Refusal:
        found.append(_("This phone number cannot be right."))
    if len(report.name) > LONGEST_NAME:
        found.append(_("The name is too long: at most 60 characters."))
    if max(len(report.device_id), len(report.account_id)) > LONGEST_OTHER:
        found.append(_("device_id and account_id may have 500 characters at most."))
    return found


def answers_of(*, attributes: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> dict[str, Any]:
    """As answers are kept: a list for several of a list, otherwise the value; two values for one stay a list, which is wrong."""
    many = {question.code for question in questions if question.kind == "multivaluelist"}
    return {
        code: list(dict.fromkeys(values)) if code in many else values[0] if len(values) == 1 else list(values)
        for code, values in attributes.items()
    }


def wrong_answers(*, answers: Mapping[str, Any], questions: Sequence[Question]) -> list[Problem]:
    """A sentence for each attribute that is missing, unknown, or not of its kind."""
    verdict = may_answer_so(questions=questions, answers=answers, asks_all=True)
    wrong = list(verdict.refusal.fields) if verdict.refusal else []
    by_code = {question.code: question for question in questions}
    wrong += [
        code
        for code, value in answers.items()
        if code in by_code and code not in wrong and isinstance(value, str) and _MARKUP.search(value)
    ]
    return [Problem(WRONG, _about(code, by_code.get(code), answers.get(code))) for code in wrong]


def _about(code: str, question: Question | None, value: Any) -> str:
    told = {"code": code[:60]}
    if question is None:
        return _("attribute[%(code)s] is unknown: this service does not ask for it.") % told
    if value in (None, "", []):
        return _("attribute[%(code)s] is missing: this service needs it.") % told
    if isinstance(value, list) and question.kind != "multivaluelist":
        return _("attribute[%(code)s] can have one value only.") % told
    match question.kind:
        case "singlevaluelist" | "multivaluelist":
            keys = ", ".join(str(choice[0]) for choice in question.choices)
            return _("attribute[%(code)s] must be one of these: %(keys)s.") % (told | {"keys": keys})
        case "number":
            return _("attribute[%(code)s] must be a number.") % told
        case "datetime":
            return _("attribute[%(code)s] must be a date and time such as 2026-11-30T08:00:00+08:00.") % told
    if _MARKUP.search(str(value)):
        return _holds_markup(f"attribute[{code[:60]}]")
    return _("attribute[%(code)s] is too long: at most 1,000 characters.") % told
