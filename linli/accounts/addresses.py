"""Where somebody may be sent after signing in: inside Linli, nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def inside_address(*, request: HttpRequest, address: str) -> str:
    """``address`` if it is a page of ours, as path and query; otherwise the first page. Never a page that signs in or out."""
    first = resolve_url(settings.LOGIN_REDIRECT_URL)
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(address) if ours else urlsplit("")
    if not parts.path.startswith("/") or parts.path.startswith("//") or parts.path in _not_after_sign_in():
        return first
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _not_after_sign_in() -> set[str]:
    return {
        reverse(f"accounts:{name}") for name in ("sign-in", "sign-out", "ping", "change-language", "change-password")
    }
