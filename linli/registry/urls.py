"""The register's addresses, under /registry/."""

from __future__ import annotations

from django.urls import path

from linli.registry.views import care, corrections, forms, imports, kept, lists, register, visits

app_name = "registry"
urlpatterns = [
    path("search/", register.search_page, name="search"),
    path("list/", lists.list_page, name="list"),
    path("list/file/", lists.list_file, name="list-file"),
    path("list/sheets/", lists.sheet_page, name="sheet"),
    path("households/<int:household_id>/", register.household_page, name="household"),
    path("residents/<int:resident_id>/phone/", register.resident_phone, name="resident-phone"),
    path("residents/<int:resident_id>/id-number/", register.resident_id_number, name="resident-id-number"),
    path("residents/<int:resident_id>/kept/", kept.kept_page, name="kept"),
    path("phones/<int:point_id>/", register.contact_phone, name="contact-phone"),
    path("households/<int:household_id>/visit/", visits.visit_page, name="visit"),
    path("households/<int:household_id>/care/", care.care_page, name="care"),
    path("households/<int:household_id>/care/lists/<int:membership_id>/off/", care.take_off, name="take-off"),
    path("households/<int:household_id>/care/notes/<int:note_id>/end/", care.end_note, name="end-note"),
    path("health-notes/<int:note_id>/", care.health_note, name="health-note"),
    path("visits/", visits.visits_page, name="visits"),
    path("visits/paper/", visits.visits_paper, name="visits-paper"),
    path("visits/<int:visit_id>/", visits.visit_saved, name="visit-saved"),
    path("households/<int:household_id>/correct/", corrections.choose_page, name="correct-choose"),
    path("households/<int:household_id>/correct/<slug:about>/", corrections.correct_page, name="correct"),
    path("corrections/", corrections.corrections_page, name="corrections"),
    path("corrections/<int:request_id>/", corrections.answer_correction, name="correction-answer"),
    path("corrections/<int:request_id>/number/", corrections.correction_number, name="correction-number"),
    path("forms/", forms.forms_page, name="forms"),
    path("forms/<int:form_id>/", forms.form_page, name="form"),
    path("forms/<int:form_id>/columns/", forms.form_columns, name="form-columns"),
    path("forms/<int:form_id>/file/", forms.form_file, name="form-file"),
    path("forms/<int:form_id>/away/", forms.form_away, name="form-away"),
    path("imports/", imports.imports_page, name="imports"),
    path("imports/template/", imports.template_file, name="import-template"),
    path("imports/<int:batch_id>/", imports.import_page, name="import"),
    path("imports/<int:batch_id>/columns/", imports.columns_page, name="import-columns"),
    path("imports/<int:batch_id>/progress/", imports.progress_part, name="import-progress"),
    path("imports/<int:batch_id>/errors/", imports.errors_file, name="import-errors"),
    path("imports/<int:batch_id>/do/", imports.do_import, name="import-do"),
    path("imports/rows/<int:row_id>/", imports.answer_row, name="import-answer"),
]
