import pytest

from linli.ui.bars import Bar, lying_bars, nice_top, standing_bars


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (3, 5), (7, 10), (11, 20), (99, 100), (1300, 2000)])
def test_a_scale_ends_at_a_round_number(highest, top):
    assert nice_top(highest) == top


def test_a_drawing_says_in_a_sentence_what_it_shows():
    drawn = standing_bars(bars=[Bar("一月", 3, hollow=1)], says="三起")
    assert 'role="img" aria-label="三起"' in drawn
    assert drawn.count('class="bar"') == 1
    assert drawn.count('class="bar-hollow"') == 1


@pytest.mark.parametrize("draw", [standing_bars, lying_bars])
def test_nothing_and_zeros_are_drawn_too(draw):
    assert draw(bars=[], says="").startswith("<svg")
    assert "nan" not in draw(bars=[Bar("a", 0), Bar("b", 0)], says="")


@pytest.mark.parametrize("draw", [standing_bars, lying_bars])
def test_a_name_cannot_become_markup(draw):
    drawn = draw(bars=[Bar("<script>", 1, words="<b>")], says='"><script>')
    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_many_bars_carry_few_labels():
    drawn = standing_bars(bars=[Bar(str(n), n) for n in range(53)], says="")
    assert drawn.count("chart-label") <= 9
