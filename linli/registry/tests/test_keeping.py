from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.errors import Refusal
from linli.registry import keeping
from linli.registry.errors import PhoneNotUnderstood

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
mobiles = st.integers(13000000000, 19999999999).map(str)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 1234", "13800001234"),
        ("１３８－００００－１２３４", "13800001234"),
        ("+86 138-0000-1234", "13800001234"),
        ("0431-88881234", "043188881234"),
        ("（0431）8888 1234", "043188881234"),
        ("88881234", "88881234"),
        ("400 800 1234", "4008001234"),
        ("+1 415 555 2671", "+14155552671"),
        ("12345", "12345"),
        ("119", "119"),
        ("  ", ""),
    ],
)
def test_a_phone_is_kept_as_it_is_dialled(typed, kept) -> None:
    assert keeping.clean_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["abc", "13800001234 13900001234", "138", "138000012345678", "13800001234转8", "½½½½½½½", "+"]
)
def test_what_is_not_one_phone_is_refused(typed) -> None:
    if typed == "138":
        assert keeping.clean_phone(typed) == "138"  # a short service number may look so
        return
    with pytest.raises(PhoneNotUnderstood):
        keeping.clean_phone(typed)


@given(mobiles, st.lists(st.sampled_from([" ", "-", "　", "－"]), min_size=12, max_size=12), st.booleans())
def test_spaces_hyphens_and_width_change_nothing(number, between, wide) -> None:
    typed = "".join(f"{gap}{digit}" for gap, digit in zip(between, number, strict=False)) + between[-1]
    assert keeping.clean_phone(typed.translate(FULL_WIDTH) if wide else typed) == number


@given(st.text(max_size=30))
def test_whatever_is_typed_is_kept_stably_or_refused(typed) -> None:
    try:
        kept = keeping.clean_phone(typed)
    except Refusal:
        return
    assert keeping.clean_phone(kept) == kept


def test_demo_numbers_are_recognised_as_nobodys() -> None:
    assert keeping.phone_is_doubtful("16000000001")
    assert not keeping.phone_is_doubtful("13800001234")
    assert not keeping.phone_is_doubtful("12345")


@pytest.mark.parametrize(
    ("typed", "name", "pinyin", "initials"),
    [
        ("张　三", "张三", "zhangsan", "zs"),
        (" 单 雄 ", "单雄", "shanxiong", "sx"),
        ("曾子涵", "曾子涵", "zengzihan", "zzh"),
        ("尉迟恭", "尉迟恭", "yuchigong", "ycg"),
        ("Ａｎｎ  Smith", "Ann Smith", "annsmith", "as"),
        ("阿迪力·买买提", "阿迪力·买买提", "adilimaimaiti", "adlmmt"),
    ],
)
def test_a_name_is_cleaned_and_spelt(typed, name, pinyin, initials) -> None:
    assert keeping.name_columns(typed) == {"name": name, "name_pinyin": pinyin, "name_initials": initials}


@given(st.text(max_size=80))
def test_any_name_fits_its_columns(typed) -> None:
    columns = keeping.name_columns(typed)
    assert len(columns["name"]) <= 60
    assert len(columns["name_pinyin"]) <= 120
    assert len(columns["name_initials"]) <= 20


def test_a_phone_and_its_tail_are_found_by_hashes_of_their_own() -> None:
    columns = keeping.phone_columns("138 0000 1234")
    assert columns["phone_hash"] == keeping.phone_hash("13800001234")
    assert columns["phone_tail_hash"] == keeping.phone_tail_hash("1234")
    assert columns["phone_hash"] != columns["phone_tail_hash"]
    assert keeping.phone_columns("") == {"phone": "", "phone_hash": "", "phone_tail_hash": ""}


def test_an_id_number_is_never_repaired() -> None:
    assert keeping.clean_id_number(" 99999919491231００2ｘ ") == "99999919491231002X"
    assert keeping.clean_id_number("2.20103E+17") == "2.20103E+17"
