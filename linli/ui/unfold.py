"""How the registers' shell (django-unfold) wears our look. Plain data for `settings.UNFOLD`; nothing here needs the app registry."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def _mark(_request: HttpRequest) -> str:
    return static("ui/mark.svg")


def _tokens(_request: HttpRequest) -> str:
    return static("ui/tokens.css")


def _admin_css(_request: HttpRequest) -> str:
    return static("ui/admin.css")


def _admin_js(_request: HttpRequest) -> str:
    return static("ui/admin.js")


# Pine green from tint to shade; 600 is the brand (tokens.css --brand), readable on white and under white.
PINE = {
    "50": "#f1f8f4",
    "100": "#e1eee7",
    "200": "#c3decf",
    "300": "#8ed4b2",
    "400": "#5cb58c",
    "500": "#2f8a64",
    "600": "#1a5741",
    "700": "#164a38",
    "800": "#123c2e",
    "900": "#0e3024",
    "950": "#081e16",
}
# Greys with a breath of green, so that the registers and our own pages lie side by side without a seam.
STONE = {
    "50": "#f5f7f4",
    "100": "#ebefea",
    "200": "#d3dad4",
    "300": "#b6c3bb",
    "400": "#84948b",
    "500": "#56645c",
    "600": "#45524a",
    "700": "#303b35",
    "800": "#222b26",
    "900": "#18201c",
    "950": "#0f1512",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Linli"),
    "SITE_HEADER": _("Linli"),
    "SITE_SUBHEADER": _("Registers"),
    "SITE_URL": "/",
    "SITE_ICON": _mark,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": STONE,
        "primary": PINE,
        "font": {
            "subtle-light": "var(--color-base-600)",
            "subtle-dark": "var(--color-base-300)",
            "default-light": "var(--color-base-900)",
            "default-dark": "var(--color-base-100)",
            "important-light": "var(--color-base-950)",
            "important-dark": "var(--color-base-50)",
        },
    },
    "STYLES": [_tokens, _admin_css],
    "SCRIPTS": [_admin_js],
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
}
