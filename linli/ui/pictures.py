"""QR codes as SVG inside the page."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(*, text: str) -> SafeString:
    """Black on white in day and night: cameras want it so. Decoration for a screen reader; the page says the same in words."""
    svg = segno.make(text, error="m").svg_inline(border=3, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308 - made by segno
