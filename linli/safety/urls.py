"""The room's addresses, under /safety/. Each part of the room keeps its own list."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "safety"
HEALTH: list[URLPattern] = []
urlpatterns = [*HEALTH]
