"""The addresses of the books, under ``/ledger/``."""

from __future__ import annotations

from django.urls import path

from linli.ledger.views import accounts, closes, journals

app_name = "ledger"
urlpatterns = [
    path("", accounts.accounts_page, name="accounts"),
    path("accounts/<int:account_id>/", accounts.statement_page, name="statement"),
    path("accounts/<int:account_id>/file/", accounts.statement_file, name="statement-file"),
    path("accounts/<int:account_id>/count/", accounts.count_page, name="count"),
    path("journals/<int:journal_id>/", journals.journal_page, name="journal"),
    path("closes/<int:book_id>/", closes.closes_page, name="closes"),
    path("closes/<int:book_id>/<str:sort>/", closes.close, name="close"),
]
