"""Ways to point up a storey, or sideways, that are not import statements at the top of a module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import House, Source, called, functions, imported, may_know, room_of, storeys, strings

HEIGHTS = storeys()
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "GenericRelation", "GenericForeignKey"}
LOADERS = {"import_module", "import_string", "get_model", "__import__"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
ANOTHERS_DOORS = {"forms", "views", "api", "admin"}


def relations_only_point_down(house: House) -> list[str]:
    """A foreign key may name a model of its own room or of a lower storey, in a migration too."""
    found = []
    for source in house.sources:
        if source.room not in HEIGHTS or source.part == "tests":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and called(node) in RELATIONS:
                for target in _targets(node):
                    if not may_know(room=source.room, other=target, heights=HEIGHTS):
                        found.append(source.at(node, f"a relation of {source.room} points up to {target}"))
    return found


def _targets(node: ast.Call) -> Iterator[str]:
    for text in strings(node):
        if text.count(".") == 1:
            yield text.split(".")[0].lower()
    for value in [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "to")]:
        if isinstance(value, ast.Attribute) and value.attr == "AUTH_USER_MODEL":
            yield "accounts"


def types_only_point_down(house: House) -> list[str]:
    """Knowing an upper room for its types alone is knowing it."""
    found = []
    for source in house.code():
        for node in ast.walk(source.tree):
            for module in imported(node):
                if source.room in HEIGHTS and not may_know(room=source.room, other=room_of(module), heights=HEIGHTS):
                    found.append(source.at(node, f"{source.room} imports {module}, which is not below it"))
    return found


def no_room_is_imported_inside_a_function(house: House) -> list[str]:
    """A lazy import hides an arrow of the map. A room may load its own parts late, another room never. The exception is
    apps.py: it is read before models exist, so that ready() must load what it wires up (import-linter sees it there)."""
    found = []
    for source in house.code():
        if source.part == "apps":
            continue
        for function in functions(source.tree):
            for node in ast.walk(function):
                rooms = {room_of(module) for module in imported(node)}
                if called(node) in LOADERS and isinstance(node, ast.Call):
                    rooms |= {_loaded_room(text) for text in strings(node)}
                if others := rooms - {"", source.room}:
                    found.append(source.at(node, f"{', '.join(sorted(others))} is loaded inside a function"))
    return found


def _loaded_room(text: str) -> str:
    label = text.split(".")[0].lower()
    return room_of(text) or (label if label in HEIGHTS else "")


def no_room_enters_by_anothers_door(house: House) -> list[str]:
    """A room calls another room's actions and queries; its forms and views are its own."""
    return [
        source.at(node, f"{source.room} imports {module}, a door of another room")
        for source in house.code()
        for node in ast.walk(source.tree)
        for module in imported(node)
        if room_of(module) not in {"", source.room}
        and _part_of(module) in ANOTHERS_DOORS
        and room_of(module) in HEIGHTS
        # The one shell offers shared form renderers and pieces of pages to everybody.
        and room_of(module) not in {"core", "ui"}
    ]


def _part_of(module: str) -> str:
    names = module.split(".")
    return names[2] if len(names) > 2 else ""


def no_django_signals(house: House) -> list[str]:
    """What happened is told by linli.core.events, where one can see who hears it."""
    return [
        source.at(node, f"{module}: rooms tell each other by linli.core.events")
        for source in house.code()
        for node in ast.walk(source.tree)
        for module in imported(node)
        if module.startswith(SIGNALS)
    ]


def names_for_people_are_all_of_django_in_a_pure_part(house: House) -> list[str]:
    """errors may import Django's lazy translation; rules and events nothing of Django."""
    allowed = {
        "django.utils.translation",
        "django.utils.translation.gettext_lazy",
        "django.utils.translation.ngettext_lazy",
    }
    return [
        source.at(node, f"{source.part} imports {module}")
        for source in house.code("rules", "events", "errors")
        if source.room != "core"
        for node in _runtime_imports(source)
        for module in imported(node)
        if module.split(".")[0] == "django" and not (source.part == "errors" and module in allowed)
    ]


def _runtime_imports(source: Source) -> Iterator[ast.AST]:
    typed = {
        inner
        for node in ast.walk(source.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    return (node for node in ast.walk(source.tree) if node not in typed)


PLANTED = [
    (
        relations_only_point_down,
        "linli/registry/models.py",
        'a = models.ForeignKey("safety.Device", on_delete=models.CASCADE)',
    ),
    (relations_only_point_down, "linli/registry/models.py", 'a = ManyToManyField(Grid, through="incidents.Link")'),
    (
        relations_only_point_down,
        "linli/core/models.py",
        "a = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)",
    ),
    (
        relations_only_point_down,
        "linli/canteen/models.py",
        'a = models.ForeignKey("safety.Device", on_delete=models.CASCADE)',
    ),
    (
        relations_only_point_down,
        "linli/registry/migrations/0001_initial.py",
        'a = ("a", models.ForeignKey(to="safety.device"))',
    ),
    (types_only_point_down, "linli/core/a.py", "if TYPE_CHECKING:\n    from linli.registry.models import Resident"),
    (types_only_point_down, "linli/portal/a.py", "from linli.desk import shell"),
    (no_room_is_imported_inside_a_function, "linli/core/a.py", "def f():\n    from linli.registry import models"),
    (no_room_is_imported_inside_a_function, "linli/desk/a.py", "async def f():\n    import linli.registry.models"),
    (
        no_room_is_imported_inside_a_function,
        "linli/core/a.py",
        'def f():\n    return apps.get_model("registry", "Grid")',
    ),
    (
        no_room_is_imported_inside_a_function,
        "linli/core/a.py",
        'def f():\n    return import_module("linli.registry.models")',
    ),
    (no_room_enters_by_anothers_door, "linli/desk/a.py", "from linli.safety.forms import DeviceForm"),
    (no_room_enters_by_anothers_door, "linli/desk/a.py", "from linli.safety import views"),
    (no_django_signals, "linli/safety/a.py", "from django.dispatch import receiver"),
    (no_django_signals, "linli/safety/a.py", "from django.db.models import signals"),
    (
        names_for_people_are_all_of_django_in_a_pure_part,
        "linli/safety/rules.py",
        "from django.utils.translation import gettext_lazy",
    ),
    (names_for_people_are_all_of_django_in_a_pure_part, "linli/safety/events.py", "import django.db"),
    (names_for_people_are_all_of_django_in_a_pure_part, "linli/safety/errors.py", "from django.http import Http404"),
]
LAWFUL = [
    (
        relations_only_point_down,
        "linli/safety/models.py",
        'a = models.ForeignKey("registry.Dwelling", on_delete=models.CASCADE)',
    ),
    (relations_only_point_down, "linli/safety/models.py", 'a = models.ForeignKey("self", on_delete=models.CASCADE)'),
    (types_only_point_down, "linli/desk/a.py", "from linli.safety.queries import devices_of"),
    (
        no_room_is_imported_inside_a_function,
        "linli/safety/apps.py",
        "def ready(self):\n    from linli.safety import tick",
    ),
    (no_room_enters_by_anothers_door, "linli/safety/urls.py", "from linli.safety import views"),
    (no_django_signals, "linli/safety/a.py", "from linli.core.events import hear"),
    (
        names_for_people_are_all_of_django_in_a_pure_part,
        "linli/safety/errors.py",
        "from django.utils.translation import gettext_lazy as _",
    ),
    (
        names_for_people_are_all_of_django_in_a_pure_part,
        "linli/safety/rules.py",
        "if TYPE_CHECKING:\n    from django.db import models",
    ),
]
LAWS = sorted({law for law, _, _ in PLANTED}, key=lambda law: law.__name__)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps(law: Callable[[House], list[str]], the_house: House) -> None:
    assert law(the_house) == []


@pytest.mark.parametrize(("law", "path", "text"), PLANTED)
def test_a_planted_violation_is_caught(law, path, text, breaks) -> None:
    assert breaks(law, {path: text})


@pytest.mark.parametrize(("law", "path", "text"), LAWFUL)
def test_the_lawful_way_passes(law, path, text, breaks) -> None:
    assert not breaks(law, {path: text})


def test_the_map_names_every_storey() -> None:
    assert HEIGHTS["core"] == 0
    assert HEIGHTS["core"] < HEIGHTS["ui"] < HEIGHTS["accounts"] < HEIGHTS["audit"] < HEIGHTS["registry"]
    assert HEIGHTS["registry"] < HEIGHTS["notifications"] < HEIGHTS["incidents"] < HEIGHTS["safety"] < HEIGHTS["desk"]
    assert HEIGHTS["safety"] == HEIGHTS["canteen"]
