"""Addresses of the journeys."""

from __future__ import annotations

from django.urls import path

from linli.journeys import views

app_name = "journeys"
urlpatterns = [
    path("lectures/", views.lectures_page, name="lectures"),
    path("lectures.xlsx", views.lectures_file, name="lectures-file"),
]
