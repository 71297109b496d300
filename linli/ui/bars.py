"""Bar charts as SVG, drawn by the server: our own few lines instead of a plotting library.

Widths are percentages and letters keep their size, so one drawing fits a phone and a desk; colours are the tokens of the page, so
light, dark and paper are right by themselves; nothing is loaded. A bar is solid, a part of it may be hollow: no colour is needed
to read it. Every chart has its table beside it, for whoever hears the page or wants the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HEIGHT = 168
HEAD = 24
FOOT = 24
LINE = 56
LABELS_THAT_FIT = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` is its length, ``hollow`` how much of it is drawn hollow; ``words`` is the number as printed ("3 min")."""

    label: str
    value: float
    words: str = ""
    hollow: float = 0

    @property
    def printed(self) -> str:
        return self.words or f"{self.value:g}"


def nice_top(highest: float) -> float:
    """The end of a scale that holds ``highest``: 1, 2 or 5 times a power of ten, at least 1."""
    if highest <= 1:
        return 1
    power: float = 10 ** floor(log10(highest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= highest)


def standing_bars(*, bars: Sequence[Bar], says: str) -> SafeString:
    """Bars side by side, for weeks and hours. ``says`` is the whole in one sentence, for who cannot see it."""
    top = nice_top(max((bar.value for bar in bars), default=0))
    step = 100 / max(len(bars), 1)
    every = max(ceil(len(bars) / LABELS_THAT_FIT), 1)
    parts = [_standing(bar, number * step, step, top) for number, bar in enumerate(bars)]
    parts += [
        format_html(
            '<text class="chart-label" x="{}%" y="{}" text-anchor="{}">{}</text>',
            _cut(number * step + step / 2 if number > 0 else 0),
            HEIGHT - 4,
            "middle" if number else "start",
            bar.label,
        )
        for number, bar in enumerate(bars)
        if number % every == 0
    ]
    if len(bars) <= 2 * LABELS_THAT_FIT:
        parts += [_number_over(bar, number * step + step / 2, top) for number, bar in enumerate(bars) if bar.value]
    else:
        parts.append(
            format_html('<text class="chart-label" x="0" y="14">{}</text>', f"{top:g}")
            + format_html('<line class="chart-line" x1="0" x2="100%" y1="{}" y2="{}"/>', HEAD, HEAD)
        )
    ground = format_html('<line class="chart-line" x1="0" x2="100%" y1="{}" y2="{}"/>', HEIGHT - FOOT, HEIGHT - FOOT)
    return _drawing(HEIGHT, says, [*parts, ground])


def _standing(bar: Bar, left: float, step: float, top: float) -> SafeString:
    room = HEIGHT - HEAD - FOOT
    tall, hollow = room * bar.value / top, room * bar.hollow / top
    gap = step * 0.15
    at = (_cut(left + gap), _cut(step - 2 * gap))
    solid = format_html(
        '<rect class="bar" x="{}%" width="{}%" y="{}" height="{}"/>',
        *at,
        _cut(HEIGHT - FOOT - tall),
        _cut(tall - hollow),
    )
    if not hollow:
        return solid
    return solid + format_html(
        '<rect class="bar-hollow" x="{}%" width="{}%" y="{}" height="{}"/>',
        *at,
        _cut(HEIGHT - FOOT - hollow),
        _cut(hollow),
    )


def _number_over(bar: Bar, middle: float, top: float) -> SafeString:
    y = HEIGHT - FOOT - (HEIGHT - HEAD - FOOT) * bar.value / top - 6
    return format_html(
        '<text class="chart-number" x="{}%" y="{}" text-anchor="middle">{}</text>', _cut(middle), _cut(y), bar.printed
    )


def lying_bars(*, bars: Sequence[Bar], says: str) -> SafeString:
    """Bars under each other with their names above them, for sorts with long names."""
    top = max((bar.value for bar in bars), default=0) or 1
    return _drawing(max(len(bars), 1) * LINE, says, [_lying(bar, n * LINE, top) for n, bar in enumerate(bars)])


def _lying(bar: Bar, y: int, top: float) -> SafeString:
    wide, hollow = 78 * bar.value / top, 78 * bar.hollow / top
    parts = format_html('<text class="chart-name" x="0" y="{}">{}</text>', y + 20, bar.label)
    parts += format_html(
        '<rect class="bar" x="{}%" width="{}%" y="{}" height="16"/>', _cut(hollow), _cut(wide - hollow), y + 28
    )
    if hollow:
        parts += format_html('<rect class="bar-hollow" x="0" width="{}%" y="{}" height="16"/>', _cut(hollow), y + 28)
    return parts + format_html(
        '<text class="chart-number" x="{}%" dx="8" y="{}">{}</text>', _cut(wide), y + 42, bar.printed
    )


def _drawing(height: int, says: str, parts: Sequence[SafeString]) -> SafeString:
    inside = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg class="chart" width="100%" height="{}" role="img" aria-label="{}">{}</svg>', height, says, inside
    )


def _cut(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
