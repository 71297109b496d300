from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.sought import PlaceSought, Sought, understood

FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
buildings, units = st.integers(1, 120), st.integers(1, 9)
doors = st.builds(lambda floor, door: f"{floor}{door:02d}", st.integers(1, 33), st.integers(1, 8))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zs 8-3", Sought(place=PlaceSought("8", 3), letters=("zs",))),
        ("8-3 ZS", Sought(place=PlaceSought("8", 3), letters=("zs",))),
        ("张三", Sought(names=("张三",))),
        ("张 三", Sought(names=("张三",))),
        ("张三 李四", Sought(names=("张三", "李四"))),
        ("5678", Sought(digits="5678")),
        ("3-2-501", Sought(place=PlaceSought("3", 2, "501"))),
        ("王 502", Sought(place=PlaceSought(door="502"), names=("王",))),
        ("王502", Sought(place=PlaceSought(door="502"), names=("王",))),
        ("10 1 1001", Sought(place=PlaceSought("10", 1, "1001"))),
        ("王8栋", Sought(place=PlaceSought("8"), names=("王",))),
        ("8-502", Sought(place=PlaceSought("8", None, "502"))),
        ("8A-3-502", Sought(place=PlaceSought("8A", 3, "502"))),
        ("8号楼3单元502", Sought(place=PlaceSought("8", 3, "502"))),
        ("8栋3门502室", Sought(place=PlaceSought("8", 3, "502"))),
        ("８ 栋 ３ 单元 ５０２", Sought(place=PlaceSought("8", 3, "502"))),
        ("3单元", Sought(place=PlaceSought(unit=3))),
        ("138 0000 1234", Sought(phone="13800001234")),
        ("0431-88881234", Sought(phone="043188881234")),
        ("99999919491231002x", Sought(id_number="99999919491231002X")),
        ("", Sought()),
        ("   ", Sought()),
    ],
)
def test_the_box_understands_what_is_meant(typed, meant) -> None:
    assert understood(typed) == meant


@given(buildings, units, doors, st.booleans(), st.data())
def test_one_address_has_many_spellings(building, unit, door, wide, data) -> None:
    spelling = data.draw(
        st.sampled_from(
            [
                "{b}-{u}-{d}",
                "{b} {u} {d}",
                "{b}栋{u}单元{d}",
                "{b}号楼{u}单元{d}室",
                "{b}栋{u}门{d}",
                " {b} - {u} - {d} ",
                "{b}/{u}/{d}",
            ]
        )
    )
    typed = spelling.format(b=building, u=unit, d=door)
    assert understood(typed.translate(FULL_WIDTH) if wide else typed).place == PlaceSought(str(building), unit, door)


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_the_box(typed) -> None:
    assert isinstance(understood(typed), Sought)
