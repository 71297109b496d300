"""How what people type is kept: cleaned, and with the columns that are derived from it. One place for all who write.

Nothing is repaired: a doubtful ID number stays as it was typed, only spaces and width are made equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber

from linli.core.secrets import keyed_hash
from linli.registry.errors import PhoneNotUnderstood

HOME_REGION = "CN"
NUMBERED = frozenset({"phone", "sms", "voice"})  # ways to reach somebody whose address is a phone number
MOBILE = re.compile(r"1[3-9]\d{9}")
EMERGENCY_OR_SHORT = re.compile(r"1\d{2}|1\d{4}|9\d{4}")  # 110, 12345, 95588
_HAN = "\u3400-\u9fff\U00020000-\U000323af·"
# Characters that are read otherwise when they are a surname.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "曾": "zeng", "盖": "ge", "朴": "piao", "任": "ren",
    "翟": "zhai", "缪": "miao", "乐": "yue", "种": "chong", "冼": "xian", "燕": "yan", "召": "shao", "那": "na", "宁": "ning",
    "覃": "qin", "华": "hua", "纪": "ji", "牟": "mu", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu",
}  # fmt: skip


def same_width(text: str) -> str:
    """Full-width letters, digits and signs made half-width; outer spaces dropped."""
    return unicodedata.normalize("NFKC", text).strip()


def clean_name(text: str) -> str:
    """张　三 becomes 张三; spaces between Latin words stay, one each."""
    name = " ".join(same_width(text).split())
    return re.sub(rf"(?<=[{_HAN}]) (?=[{_HAN}])", "", name)


@lru_cache(maxsize=4096)
def pinyin_of(name: str) -> tuple[str, str]:
    """(zhangsan, zs); for a Latin name its letters and the first letters of its words. Surnames are read as surnames."""
    surname = next((s for s in (name[:2], name[:1]) if s in _SURNAMES), "")
    read = _SURNAMES[surname].split() if surname else []
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - slow to load, and a killed listener has to be back at once

    rest = lazy_pinyin(name[len(surname) :], style=Style.NORMAL, errors=_kept_letters)
    syllables = [s.lower() for part in [*read, *rest] for s in part.split() if s]
    return "".join(syllables)[:120], "".join(s[0] for s in syllables)[:20]


def _kept_letters(text: str) -> str:
    return " ".join(re.findall(r"[A-Za-z]+", unicodedata.normalize("NFKD", text)))


def name_columns(name: str) -> Mapping[str, str]:
    """``name`` and what is derived from it."""
    cleaned = clean_name(name)
    full, initials = pinyin_of(cleaned)
    return {"name": cleaned[:60], "name_pinyin": full, "name_initials": initials}


@lru_cache(maxsize=16384)
def clean_phone(text: str) -> str:
    """One phone number as it is dialled in China (13800001234, 043188881234), abroad as +15551234567; empty stays empty.

    Full-width digits, spaces, hyphens and brackets are accepted. Raises PhoneNotUnderstood for anything that cannot be a
    number; a number of the right length in a range nobody uses is kept (``phone_is_doubtful`` says so).
    """
    typed = re.sub(r"[\s\-‐-―－()（）.·]", "", same_width(text))
    if not typed:
        return ""
    if MOBILE.fullmatch(typed) or EMERGENCY_OR_SHORT.fullmatch(typed):
        return typed
    if not re.fullmatch(r"\+?\d{5,17}", typed):
        raise PhoneNotUnderstood
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise PhoneNotUnderstood from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneNotUnderstood
    if number.country_code == 86:
        national = phonenumbers.national_significant_number(number)
        as_dialled = len(national) <= 8 or re.fullmatch(r"1\d{10}|[48]00\d{7}", national)
        return national if as_dialled else f"0{national}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=16384)
def phone_is_doubtful(phone: str) -> bool:
    """Whether no network gives out such a number, as far as is known."""
    if not phone or EMERGENCY_OR_SHORT.fullmatch(phone):
        return False
    mobile = MOBILE.fullmatch(phone)
    number = PhoneNumber(86, int(phone)) if mobile else phonenumbers.parse(phone, HOME_REGION)
    return not phonenumbers.is_valid_number(number)


def phone_hash(phone: str) -> str:
    """For finding a cleaned number without keeping it in clear."""
    return keyed_hash(phone, purpose="phone")


def phone_tail_hash(digits: str) -> str:
    """For finding a number by its last four digits."""
    return keyed_hash(digits[-4:], purpose="phone-tail") if len(digits) >= 4 else ""


def phone_columns(phone: str) -> Mapping[str, str]:
    """``phone`` and its hashes. Raises PhoneNotUnderstood."""
    cleaned = clean_phone(phone)
    return {"phone": cleaned, "phone_hash": phone_hash(cleaned), "phone_tail_hash": phone_tail_hash(cleaned)}


def clean_id_number(text: str) -> str:
    """Half-width, without spaces, the check letter X in upper case; otherwise as typed."""
    return "".join(same_width(text).upper().split())


def id_number_hash(number: str) -> str:
    return keyed_hash(number, purpose="id-number")


def id_number_columns(number: str) -> Mapping[str, str]:
    """``id_number`` and its hash."""
    cleaned = clean_id_number(number)
    return {"id_number": cleaned, "id_number_hash": id_number_hash(cleaned)}


def address_columns(*, kind: str, address: str) -> Mapping[str, str]:
    """``address`` of a contact point and its hash; phones are cleaned, and found by the same hash as residents' phones."""
    if kind in NUMBERED:
        cleaned = clean_phone(address)
        return {"address": cleaned, "address_hash": phone_hash(cleaned)}
    cleaned = address.strip()
    return {"address": cleaned, "address_hash": keyed_hash(cleaned, purpose="address")}


def dwelling_label(*, building: str, unit: int, door: str) -> str:
    """The address within the compound, as it is spoken and as messages say it: 3栋2单元501."""
    return f"{building}栋{unit}单元{door}"


def is_own_reference(*, text: str) -> bool:
    """Whether this is a key that Linli made because no number was known (``models.people.new_reference``)."""
    return re.fullmatch(r"T[2-9A-HJKMNP-Z]{8}", text) is not None
