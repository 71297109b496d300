"""The one place where a Refusal becomes an answer: a page, an htmx fragment, or problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from linli.core.errors import Refusal

GetResponse = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The admin shell's Alpine.js evaluates its attributes as expressions.
ADMIN_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'")


class RefusalMiddleware:
    """Turns a Refusal raised by a view into its answer. Anything else passes through: it is a bug and ends as a logged 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_response(request, exception) if isinstance(exception, Refusal) else None


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as the caller can read it."""
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return problem(refusal, instance=request.path)
    fragment = bool(request.headers.get("HX-Request"))
    template = "refusal_fragment.html" if fragment else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def problem(refusal: Refusal, *, instance: str) -> JsonResponse:
    """RFC 9457 problem details."""
    body = {
        "type": f"about:blank#{refusal.code}",
        "title": refusal.code.replace("-", " "),
        "status": refusal.status,
        "detail": str(refusal),
        "instance": instance,
        "errors": {name: str(sentence) for name, sentence in refusal.fields.items()},
    }
    return JsonResponse(
        body, status=refusal.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


class ContentSecurityMiddleware:
    """A strict content security policy on every answer: our own files only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
