"""The register's addresses, under /registry/."""

from __future__ import annotations

from django.urls import path

from linli.registry import views

app_name = "registry"
urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("households/<int:household_id>/", views.household_page, name="household"),
    path("residents/<int:resident_id>/phone/", views.resident_phone, name="resident-phone"),
    path("residents/<int:resident_id>/id-number/", views.resident_id_number, name="resident-id-number"),
    path("phones/<int:point_id>/", views.contact_phone, name="contact-phone"),
]
