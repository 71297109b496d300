"""Formulas, areas and footers, as text: what becomes of them when rows come in, or a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.single_form import TemplateError
from linli.registry.single_form.marking import with_text
from linli.registry.single_form.references import Gap, copied, moved_areas, moved_formula

GAP = Gap(first=5, last=8, after=7, count=10)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(G5:G8)", "SUM(G5:G18)"),
        ("SUM($G$5:$G$8)*G9", "SUM($G$5:$G$18)*G19"),
        ("SUM(G5:G6)", "SUM(G5:G18)"),
        ("SUM(G:G)+SUM($9:$9)+SUM(G2:G4)", "SUM(G:G)+SUM($19:$19)+SUM(G2:G4)"),
        ("别的!G9&'表 一'!A9&[1]表!A9", "别的!G9&'表 一'!A19&[1]表!A9"),
        ('IF(A9="G9","A9",G8:G9)', 'IF(A19="G9","A9",G18:G19)'),
        ("LOG10(G9)+名字", "LOG10(G19)+名字"),
    ],
)
def test_formulas_follow_the_rows(before, after) -> None:
    assert moved_formula(before, sheet="表 一", home="表 一", gap=GAP, growth="total") == after


@given(top=st.integers(1, 60), height=st.integers(0, 30), count=st.integers(0, 40))
def test_an_area_never_loses_a_row(top, height, count) -> None:
    gap = Gap(5, 8, 7, count)
    for rows in (gap.rows, gap.edge, gap.merged, gap.total, gap.inside):
        new_top, new_bottom = rows(top, top + height)
        assert new_top >= top
        assert new_bottom - new_top >= height
    assert moved_areas(f"B{top}:C{top + height} x", gap.inside).endswith(" x")


def test_a_copied_formula_must_be_one() -> None:
    assert copied("$A1+B$2", origin="C1", target="D3") == "$A3+C$2"
    with pytest.raises(TemplateError, match="formula"):
        copied("(" * 9000, origin="C1", target="D3")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "&Lx"),
        ("第&P页", "&Lx&C第&P页"),
        ("&P/&N", "&Lx&C&P/&N"),
        ("&LA&&Line&Cb&Rc", "&LA&&Line\nx&Cb&Rc"),
        ('&L&"Lucida,Bold"a', '&L&"Lucida,Bold"a&Rx'),
    ],
)
def test_a_footer_loses_nothing(before, after) -> None:
    assert with_text(before, "x") == after
