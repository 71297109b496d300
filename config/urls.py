"""Every address of the house. A room's own addresses are in its ``urls`` module; those that have one are found here."""

from __future__ import annotations

from importlib import import_module, util

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from linli.core.rooms import rooms

# What stands before a room's own addresses; the desk is the front page, and the other rooms stand under their own name.
PREFIXES = {"linli.desk": "", "linli.portal": "", "linli.scheduling": "rota/", "linli.ui": "ui/"}
DEBUG_ONLY = {"linli.ui"}


@login_not_required
def served_beside_django(request: HttpRequest) -> HttpResponse:
    """These addresses have a name here, but `linli web` answers them itself (config.asgi): they must not wait for a thread."""
    return HttpResponse(
        "Live updates and health need `linli web`.", status=501, content_type="text/plain; charset=utf-8"
    )


def _of_rooms() -> list[URLResolver]:
    found = []
    for room in rooms():
        if util.find_spec(f"{room.name}.urls") is None or (room.name in DEBUG_ONLY and not settings.DEBUG):
            continue
        found.append(path(PREFIXES.get(room.name, f"{room.label}/"), include(f"{room.name}.urls")))
    return found


def _api() -> list[URLPattern | URLResolver]:
    """The one API: rooms that have an ``api`` module with a ``router`` hang it in."""
    from ninja import NinjaAPI

    api = NinjaAPI(title="Linli", version="1", urls_namespace="api", docs_url="docs" if settings.DEBUG else None)
    for room in rooms():
        if util.find_spec(f"{room.name}.api") is not None:
            api.add_router("", import_module(f"{room.name}.api").router)
    patterns, app, namespace = api.urls
    for pattern in patterns:
        assert pattern.callback is not None
        login_not_required(pattern.callback)  # programs bring a token; each router says which
    return [path("api/v1/", (patterns, app, namespace))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", served_beside_django, name="healthz"),
    path("readyz", served_beside_django, name="readyz"),
    path("metrics", served_beside_django, name="metrics"),
    path("live/", served_beside_django, name="live"),
    path("live/wall/<str:token>/", served_beside_django, name="live-wall"),
    path("live/demo/", served_beside_django, name="live-demo"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("open311/v2/", include("linli.casework.open311_urls")),
    *_api(),
    *_of_rooms(),
]
