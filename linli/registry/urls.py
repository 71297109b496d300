"""The register's addresses, under /registry/."""

from __future__ import annotations

from django.urls import path

from linli.registry.views import imports, register

app_name = "registry"
urlpatterns = [
    path("search/", register.search_page, name="search"),
    path("households/<int:household_id>/", register.household_page, name="household"),
    path("residents/<int:resident_id>/phone/", register.resident_phone, name="resident-phone"),
    path("residents/<int:resident_id>/id-number/", register.resident_id_number, name="resident-id-number"),
    path("phones/<int:point_id>/", register.contact_phone, name="contact-phone"),
    path("imports/", imports.imports_page, name="imports"),
    path("imports/template/", imports.template_file, name="import-template"),
    path("imports/<int:batch_id>/", imports.import_page, name="import"),
    path("imports/<int:batch_id>/columns/", imports.columns_page, name="import-columns"),
    path("imports/<int:batch_id>/progress/", imports.progress_part, name="import-progress"),
    path("imports/<int:batch_id>/errors/", imports.errors_file, name="import-errors"),
    path("imports/<int:batch_id>/do/", imports.do_import, name="import-do"),
    path("imports/rows/<int:row_id>/", imports.answer_row, name="import-answer"),
]
