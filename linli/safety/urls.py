"""The room's addresses, under /safety/. Each part of the room keeps its own list."""

from __future__ import annotations

from django.urls import path

from linli.safety.views import access, health, installing, quarantine

app_name = "safety"
HEALTH = [
    path("devices/", health.list_page, name="devices"),
    path("devices/replacements/", health.replacements_page, name="replacements"),
    path("devices/<int:device_id>/", health.device_page, name="device"),
]
INSTALL = [
    path("install/", installing.start_page, name="install"),
    path("install/<str:serial>/place/", installing.place_page, name="install-place"),
    path("install/<int:device_id>/sign-in/", installing.credentials_page, name="install-credentials"),
    path("install/<int:device_id>/secret/", installing.new_secret, name="install-secret"),
    path("install/<int:device_id>/test/", installing.test_page, name="install-test"),
    path("install/<int:device_id>/finish/", installing.finish, name="install-finish"),
]
ACCESS = [
    path("devices/<int:device_id>/access/", access.access_page, name="access"),
    path("devices/<int:device_id>/access/renew/", access.renew_secret, name="access-renew"),
    path("devices/<int:device_id>/access/strike-off/", access.strike_off, name="access-strike-off"),
    path("devices/<int:device_id>/access/readmit/", access.readmit, name="access-readmit"),
    path("devices/<int:device_id>/label/", access.label_page, name="label"),
]
QUARANTINE = [
    path("quarantine/", quarantine.list_page, name="quarantine"),
    path("quarantine/settle/", quarantine.settle, name="quarantine-settle"),
    path("quarantine/<int:signal_id>/", quarantine.signal_page, name="quarantine-signal"),
    path("quarantine/<int:signal_id>/treat/", quarantine.treat, name="quarantine-treat"),
]
urlpatterns = [*HEALTH, *INSTALL, *ACCESS, *QUARANTINE]
