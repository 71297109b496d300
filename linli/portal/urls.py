"""Addresses that need no login."""

from __future__ import annotations

from django.urls import path

from linli.portal import views

app_name = "portal"
urlpatterns = [
    path("l/<str:token>/", views.link_page, name="link"),
    path("l/<str:token>/wishes/", views.wishes_page, name="wishes"),
    path("demo/phones/", views.phones_page, name="phones"),
]
