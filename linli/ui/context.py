"""What the shell needs to know about the request, for every page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info

from linli.core.rooms import MenuEntry, Section, menu_for

DEFAULT_URLS: Mapping[str, str] = {
    "home": "desk:today",
    "search": "desk:search",
    "sign_in": "accounts:sign-in",
    "sign_out": "accounts:sign-out",
    "account": "accounts:profile",
    "language": "set_language",
    "idle_ping": "accounts:ping",
}
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "linli_theme"


def _reverse_or_empty(url_name: str) -> str:
    """The address of a named URL; empty if this deployment has none, so that the shell leaves the part out."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


class Shell:
    """Computed on use: an error page that prints no menu asks for none."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> Any:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def name(self) -> str:
        """The signed-in person's name as colleagues say it; empty for a visitor."""
        return "" if self.user is None else str(self.user)

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """What this person may enter, each with `current` for the one the page belongs to."""
        if self.user is None:
            return []
        entries = menu_for(self.user)
        here = self._closest(entries=entries)
        return [
            {"label": e.label, "url": e.url, "icon": e.icon, "key": e.key, "section": e.section, "current": e is here}
            for e in entries
        ]

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The menu in its sections. `open`: what one needs daily, and where one is; the others open with a click."""
        found = []
        for section, entries in groupby(self.menu, key=lambda entry: entry["section"]):
            inside = list(entries)
            is_open = section != Section.HOUSE or any(entry["current"] for entry in inside)
            found.append({"code": section.value, "title": section.label, "entries": inside, "open": is_open})
        return found

    def _closest(self, *, entries: list[MenuEntry]) -> MenuEntry | None:
        """The entry whose address is the longest beginning of this page's address."""
        path = self._request.path
        matching = [e for e in entries if path == e.url or (e.url != "/" and path.startswith(e.url))]
        return max(matching, key=lambda e: len(e.url), default=None)

    @cached_property
    def urls(self) -> dict[str, str]:
        names = {**DEFAULT_URLS, **getattr(settings, "LINLI_SHELL_URLS", {})}
        return {key: _reverse_or_empty(name) for key, name in names.items()}

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def languages(self) -> list[dict[str, Any]]:
        """Each language in its own name (中文, English), with `current`."""
        short = {"zh-hans": "中文", "en": "English"}
        return [
            {
                "code": code,
                "name": short.get(code) or get_language_info(code)["name_local"],
                "current": code == self.language,
            }
            for code, _name in settings.LANGUAGES
        ]

    @cached_property
    def theme(self) -> str:
        """What the person chose; the script keeps the cookie equal to localStorage, so that the first paint is right."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def idle_seconds(self) -> int:
        return int(getattr(settings, "LINLI_IDLE_SECONDS", 0)) if self.user is not None else 0


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
