"""Model fields for personal data."""

from __future__ import annotations

from typing import Any

from django.db import models

from linli.core import secrets


class Sealed(str):
    """Text that ``sealed`` has encrypted already."""


def sealed(text: str) -> Sealed:
    """Encrypt for an ``EncryptedTextField`` ahead of time: a thousand rows cost no transaction the seconds it takes."""
    return Sealed(secrets.encrypt(text))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that is encrypted in the database and plain in Python. It cannot be searched: keep a keyed hash beside it."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return str(value)
        return secrets.encrypt(value) if value else ""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:
        return secrets.decrypt(value) if value else ""
