"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from linli.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("ping/", views.ping, name="ping"),
    path("profile/", views.profile, name="profile"),
    path("profile/language/", views.change_language, name="change-language"),
    path("profile/password/", views.change_password, name="change-password"),
]
