"""Model fields for personal data."""

from __future__ import annotations

from typing import Any

from django.db import models

from linli.core import secrets


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that is encrypted in the database and plain in Python. It cannot be searched: keep a keyed hash beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return secrets.encrypt(value) if value else ""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:
        return secrets.decrypt(value) if value else ""
