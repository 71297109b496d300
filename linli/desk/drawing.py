"""The building chart as SVG, written out by hand: three thousand doors take a few milliseconds, a template would take a second.

A door is a ``<use>`` of its shade's symbol, which holds the mark too, so that nothing depends on colour. Where somebody lives it
is a link; in the small drawing only the first door of a building is a tab stop, the arrow keys (chart.js) do the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.core.rooms import Shade
from linli.desk.queries.chart import Door, House, Stairwell


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels: a door, the way to the next, the gutter with the floors' numbers, between stairwells, their line."""

    wide: int
    tall: int
    gap: int
    gutter: int
    between: int
    foot: int
    prefix: str


SMALL = Size(wide=15, tall=15, gap=2, gutter=14, between=5, foot=14, prefix="s")
LARGE = Size(wide=92, tall=52, gap=6, gutter=34, between=0, foot=4, prefix="l")


def symbols(*, shades: Sequence[Shade], size: Size) -> SafeString:
    """Each shade once, to be used by every door that has it; and the door where nobody is registered."""
    parts = [_symbol(f"{size.prefix}{n}", shade.tone, str(shade.mark), size) for n, shade in enumerate(shades)]
    parts.append(_symbol(f"{size.prefix}x", "vacant", "", size))
    return mark_safe(f'<svg width="0" height="0" class="chart-symbols" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S308


def _symbol(ident: str, tone: str, mark: str, size: Size) -> str:
    large = size is LARGE
    at = (size.wide - 16, 33, "end") if large else (size.wide / 2, size.tall / 2 + 4, "middle")
    letter = f'<text x="{at[0]:g}" y="{at[1]:g}" text-anchor="{at[2]}">{escape(mark)}</text>' if mark else ""
    box = f'<rect x=".5" y=".5" width="{size.wide - 1}" height="{size.tall - 1}" rx="{4 if large else 2}"/>'
    return f'<symbol id="{ident}" class="door door-{tone} {"door-large" if large else ""}" overflow="visible">{box}{letter}</symbol>'


def swatch(*, number: int) -> SafeString:
    """A shade as the legend shows it."""
    ident = "x" if number < 0 else str(number)
    return mark_safe(  # noqa: S308
        f'<svg class="chart-swatch" width="{SMALL.wide}" height="{SMALL.tall}" aria-hidden="true"><use href="#s{ident}"/></svg>'
    )


def small_house(*, house: House) -> SafeString:
    """A building among many: its stairwells side by side, marks only."""
    size, left, parts = SMALL, SMALL.gutter, [_floors(house, SMALL)]
    doors_before = False
    for well in house.stairwells:
        drawn = _doors(house, well, size, left, first_is_stop=not doors_before)
        doors_before = doors_before or any(door.household_id is not None for door in well.doors)
        width = _width(well, size)
        foot = _bottom(house, size) + size.foot - 3
        parts += [
            *drawn,
            f'<text class="chart-small" x="{left + width / 2:g}" y="{foot}" text-anchor="middle">{well.number}</text>',
        ]
        left += width + size.between
    return _drawing(
        left - size.between, _bottom(house, size) + size.foot, parts, _("Doors of building %(n)s") % {"n": house.number}
    )


def large_stairwell(*, house: House, well: Stairwell) -> SafeString:
    """One stairwell of a building, with the doors' numbers and what the measure says in each."""
    size = LARGE
    parts = [_floors(house, size), *_doors(house, well, size, size.gutter, first_is_stop=None)]
    says = _("Doors of unit %(n)s") % {"n": well.number}
    return _drawing(size.gutter + _width(well, size), _bottom(house, size) + size.foot, parts, says)


def _doors(house: House, well: Stairwell, size: Size, left: int, *, first_is_stop: bool | None) -> list[str]:
    """``first_is_stop`` None: every door is a tab stop."""
    address = reverse("registry:household", args=[0]).partition("0")
    drawn, stop = [], first_is_stop is not False
    for door in well.doors:
        x = left + door.column * (size.wide + size.gap)
        y = (house.highest - door.floor) * (size.tall + size.gap)
        inside = _door(door, size, x, y)
        if door.household_id is None:
            drawn.append(f"<g>{inside}</g>")
            continue
        tab = "" if first_is_stop is None or stop else ' tabindex="-1"'
        stop = first_is_stop is None
        drawn.append(f'<a href="{address[0]}{door.household_id}{address[2]}"{tab}>{inside}</a>')
    return drawn


def _door(door: Door, size: Size, x: int, y: int) -> str:
    vacant = door.household_id is None and not door.mark.shade
    words = _("nobody registered") if vacant else door.mark.words
    title = f"<title>{escape(f'{door.label} · {words}' if words else door.label)}</title>"
    use = f'<use href="#{size.prefix}{"x" if vacant else door.mark.shade}" x="{x}" y="{y}"/>'
    if size is SMALL:
        return title + use
    return title + use + f'<text class="door-name" x="{x + 10}" y="{y + 33}">{escape(door.name)}</text>'


def _floors(house: House, size: Size) -> str:
    every = 1 if size is LARGE or house.highest - house.lowest < 12 else 5
    return "".join(
        f'<text class="chart-small" x="{size.gutter - 4}" text-anchor="end" '
        f'y="{(house.highest - floor) * (size.tall + size.gap) + size.tall / 2 + 4:g}">{floor}</text>'
        for floor in range(house.lowest, house.highest + 1)
        if (floor - house.lowest) % every == 0 or floor == house.highest
    )


def _width(well: Stairwell, size: Size) -> int:
    return well.columns * (size.wide + size.gap) - size.gap


def _bottom(house: House, size: Size) -> int:
    return (house.highest - house.lowest + 1) * (size.tall + size.gap)


def _drawing(width: int, height: int, parts: Sequence[str], says: str) -> SafeString:
    head = (
        f'<svg class="building-chart" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="group" aria-label="{escape(says)}">'
    )
    return mark_safe("".join(chain([head], parts, ["</svg>"])))  # noqa: S308 - numbers, and text that was escaped above
