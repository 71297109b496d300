"""What the models promise stands in the database: Django can drop a unique index on the way, and say nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

MODELS = list(apps.get_app_config("registry").get_models())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_constraint_and_index_is_there(db, model) -> None:
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert {one.name for one in (*model._meta.constraints, *model._meta.indexes)} <= set(there)
