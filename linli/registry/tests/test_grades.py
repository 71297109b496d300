"""Every field of the register has a grade, and what is sensitive is encrypted or says why not."""

from __future__ import annotations

import pytest
from django.apps import apps

from linli.core.fields import EncryptedTextField
from linli.registry.grades import GRADES, PURPOSES, Grade, Purpose, Shown, fields_kept
from linli.registry.retention import KEPT

MODELS = {model._meta.model_name: model for model in apps.get_app_config("registry").get_models()}
FIELDS = {
    (name, field.name): field for name, model in MODELS.items() for field in model._meta.concrete_fields if not field.primary_key
}  # fmt: skip
GRADED = {(model, name): graded for model, fields in GRADES.items() for name, graded in fields.items()}
NUMBERS = {"phone", "other_phones", "id_number", "address"}


def test_every_field_has_a_grade_and_no_grade_is_left_over() -> None:
    assert set(GRADED) == set(FIELDS)


def test_what_is_sensitive_is_encrypted_or_says_why_not() -> None:
    for key, graded in GRADED.items():
        encrypted = isinstance(FIELDS[key], EncryptedTextField)
        if graded.grade == Grade.SENSITIVE:
            assert encrypted != bool(graded.in_clear), key
        else:
            assert not graded.in_clear, key


def test_what_is_encrypted_is_at_least_personal() -> None:
    assert {
        key for key, field in FIELDS.items() if isinstance(field, EncryptedTextField) and GRADED[key].grade < Grade.PERSONAL
    } == set()  # fmt: skip


def test_phone_and_id_numbers_are_never_shown_as_they_are() -> None:
    for (model, name), graded in GRADED.items():
        if name in NUMBERS:
            assert graded.shown in {Shown.PHONE, Shown.IDENTITY}, (model, name)


def test_hashes_and_pinyin_are_never_shown() -> None:
    for (model, name), graded in GRADED.items():
        if name.endswith(("_hash", "_pinyin", "_initials")):
            assert graded.shown == Shown.INNER, (model, name)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_its_reason_its_basis_and_its_time(purpose) -> None:
    assert all(str(part) for part in (PURPOSES[purpose].title, PURPOSES[purpose].why, PURPOSES[purpose].basis))
    assert KEPT[purpose]


def test_fields_are_given_by_model_and_purpose() -> None:
    assert [name for name, _graded in fields_kept(model="resident", purpose=Purpose.IDENTITY)] == ["id_number"]
