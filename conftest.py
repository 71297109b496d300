"""For every test in the house."""

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Before the database of the tests is made: as quickly as the house makes its own."""
    from config.quick_states import quick_states  # noqa: PLC0415 - only once Django is set up

    with quick_states():
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_may_be_emptied():
    """A test that commits leaves empty tables behind it; the books let nobody empty them, but for whoever puts a backup back."""
    from django.db import connection  # noqa: PLC0415 - only once Django is set up

    from linli.ledger.triggers import FILLING  # noqa: PLC0415 - the same

    flush = connection.ops.sql_flush
    if connection.vendor == "postgresql":
        lift, drop = (f"SELECT set_config('{FILLING}', '{value}', false)" for value in ("yes", ""))
        connection.ops.sql_flush = lambda *args, **more: [lift, *flush(*args, **more), drop]
    yield
    connection.ops.sql_flush = flush


def pytest_collection_modifyitems(items):
    """A test that commits empties the tables behind it. Each must lay down first what migrations did, or the next finds less or more."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        asked = mark.kwargs if mark else {}
        commits = asked.get("transaction") or "transactional_db" in item.fixturenames
        if commits and not (asked.get("serialized_rollback") or "django_db_serialized_rollback" in item.fixturenames):
            message = f"{item.nodeid} commits: it needs serialized_rollback=True, or django_db_serialized_rollback."
            raise pytest.UsageError(message)


@pytest.fixture(autouse=True)
def a_fresh_rulebook():
    """Each test has its own database: what was kept of the last one's must go."""
    from linli.incidents.rulebook import forget_rulebook  # noqa: PLC0415 - only once Django is set up
    from linli.notifications.carriers.book import forget_book  # noqa: PLC0415 - the same
    from linli.notifications.standing import forget_standing  # noqa: PLC0415

    forget_rulebook()
    forget_book()
    forget_standing()


@pytest.fixture(autouse=True)
def a_fresh_rota():
    """Who is on duty is kept for some seconds, too."""
    from linli.scheduling.queries import forget_on_duty  # noqa: PLC0415 - only once Django is set up

    forget_on_duty()


@pytest.fixture(autouse=True)
def in_chinese():
    """A page asked for in English leaves its thread in English: each test begins in the house's own language."""
    from django.conf import settings  # noqa: PLC0415 - only once Django is set up
    from django.utils import translation  # noqa: PLC0415 - the same

    translation.activate(settings.LANGUAGE_CODE)
