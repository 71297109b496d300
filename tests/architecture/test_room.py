"""The shape of one room: its plate, its names, its signatures, what its doors may do."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import DOORS, House, Source, called, public_functions

PLATE = ("Words:", "Who enters:", "Promises:", "Never:")
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "handler", "handlers", "misc"}
# Who may read the clock: doors in and out (registers are the pages of the admin shell), the processes of `linli up`, and what
# dresses a page. Everybody else is told the time. The first word counts: doorkeeper_jwt is the doorkeeper's.
CLOCK_READERS = DOORS | {
    "worker", "doorkeeper", "simulation", "broker", "channels", "middleware", "management", "templatetags", "context", "cards",
    "registers",
}  # fmt: skip
PAGE_CLOCK = "linli/ui/times.py"  # "three minutes ago", said while a page is drawn
CLOCKS = {
    ("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"), ("time", "time_ns"),
}  # fmt: skip


def every_room_wears_its_plate(house: House) -> list[str]:
    """The docstring of a room's __init__.py: purpose, its words, who enters, what it promises, what it never does."""
    found = []
    for room in house.rooms:
        name = f"linli/{room.name}/__init__.py"
        plate = (
            ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
            if (room / "__init__.py").exists()
            else None
        )
        if not plate:
            found.append(f"{name}: the room has no plate")
            continue
        if plate.splitlines()[0].startswith(PLATE) or len(plate.splitlines()[0]) < 15:
            found.append(f"{name}: the plate begins with the room's purpose, in one sentence")
        found += [
            f"{name}: the plate lacks {line!r}" for line in PLATE if not re.search(rf"^{line} *\S", plate, re.MULTILINE)
        ]
    return found


def modules_are_named_for_what_they_hold(house: House) -> list[str]:
    found = []
    for source in house.sources:
        names = source.name.removesuffix(".py").split("/")
        if any(FORBIDDEN_NAMES & set(name.split("_")) for name in names):
            found.append(f"{source.name}: a drawer for anything; name it for what it holds")
    return found


def action_names_are_unique(house: House) -> list[str]:
    """grep finds one thing."""
    places = defaultdict(list)
    for source in house.code("actions"):
        for function in public_functions(source.tree):
            places[function.name].append(source.at(function, f"action {function.name} has a namesake"))
    return [place for namesakes in places.values() if len(namesakes) > 1 for place in namesakes]


def signatures_are_keyword_only(house: House) -> list[str]:
    """Public actions, queries and rules take keyword arguments only, each by its name."""
    found = []
    for source in house.code("actions", "queries", "rules"):
        for function in public_functions(source.tree):
            arguments = function.args
            if _hears(function, source):
                continue
            if arguments.posonlyargs or arguments.args or arguments.vararg:
                found.append(source.at(function, f"{function.name} takes positional arguments"))
            if arguments.kwarg:
                found.append(source.at(function, f"{function.name} takes **{arguments.kwarg.arg}"))
    return found


def _hears(function: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> bool:
    """A hearer takes one thing, the event; linli.core.events calls it so."""
    events = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".events")
        for alias in node.names
    }
    arguments = function.args
    if len(arguments.args) != 1 or arguments.posonlyargs or arguments.vararg or arguments.kwonlyargs or arguments.kwarg:
        return False
    annotation = arguments.args[0].annotation
    return annotation is not None and ast.unparse(annotation) in events


def no_boolean_selects_behaviour(house: House) -> list[str]:
    """No bool among the arguments of an action or a query: two functions, or a named value. A rule may be told a fact
    (``answered: bool``), but a default would make it a switch."""
    found = []
    for source in house.code("actions", "queries", "rules"):
        for function in public_functions(source.tree):
            for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
                switch = isinstance(default, ast.Constant) and isinstance(default.value, bool)
                if switch or (_is_bool(argument.annotation) and source.part != "rules"):
                    found.append(source.at(function, f"{function.name}({argument.arg}) is a switch"))
    return found


def _is_bool(annotation: ast.expr | None) -> bool:
    return (
        annotation is not None
        and re.fullmatch(r"(bool|bool \| None|None \| bool|Optional\[bool\])", ast.unparse(annotation)) is not None
    )


def only_doors_read_the_clock(house: House) -> list[str]:
    """``now`` is an argument everywhere else, a field default included."""
    found = []
    for source in house.code():
        if source.part.split("_")[0] in CLOCK_READERS or source.name == PAGE_CLOCK:
            continue
        parents = {child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and _clock(node) in CLOCKS and not _converts(node, parents.get(node)):
                found.append(source.at(node, f"{ast.unparse(node)} is read here; take now as an argument"))
    return found


def _clock(node: ast.Attribute) -> tuple[str, str]:
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return ("datetime" if owner == "dt" else owner, node.attr)


def _converts(node: ast.Attribute, parent: ast.AST | None) -> bool:
    """``timezone.localtime(at)`` turns a time that was given; without an argument it reads the clock."""
    return (
        node.attr in {"localtime", "localdate"}
        and isinstance(parent, ast.Call)
        and bool(parent.args or parent.keywords)
    )


def doors_do_not_query(house: House) -> list[str]:
    """Views and the API parse, make one call, answer."""
    found = []
    for source in house.code("views", "api"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
                found.append(source.at(node, f"{ast.unparse(node)}: ask a query"))
            elif called(node) in {"get_object_or_404", "get_list_or_404", "aget_object_or_404"}:
                found.append(source.at(node, f"{called(node)}: ask a query, which refuses with NotFound"))
    return found


def views_are_functions(house: House) -> list[str]:
    return [
        source.at(node, f"{node.name} is a view in the shape of a class")
        for source in house.code("views")
        for node in _classes(source)
        if any(ast.unparse(base).endswith("View") for base in node.bases)
    ]


def a_refusal_says_when(house: House) -> list[str]:
    return [
        source.at(node, f"{node.name} does not say when it is raised")
        for source in house.code("errors")
        for node in _classes(source)
        if not ast.get_docstring(node)
    ]


def _classes(source: Source) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))


GOOD_PLATE = '"""Money and meals of the canteen.\n\nWords: meal.\nWho enters: the cook.\nPromises: no meal is lost.\nNever: sells.\n"""'
PLANTED = [
    (every_room_wears_its_plate, {"linli/canteen/__init__.py": ""}),
    (every_room_wears_its_plate, {"linli/canteen/models.py": ""}),
    (every_room_wears_its_plate, {"linli/canteen/__init__.py": GOOD_PLATE.replace("Never: sells.\n", "")}),
    (every_room_wears_its_plate, {"linli/canteen/__init__.py": GOOD_PLATE.replace("Words: meal.", "Words:")}),
    (
        every_room_wears_its_plate,
        {"linli/canteen/__init__.py": GOOD_PLATE.replace("Money and meals of the canteen.", "Canteen.")},
    ),
    (modules_are_named_for_what_they_hold, {"linli/canteen/utils.py": ""}),
    (modules_are_named_for_what_they_hold, {"linli/canteen/date_helpers.py": ""}),
    (modules_are_named_for_what_they_hold, {"linli/common/dates.py": ""}),
    (
        action_names_are_unique,
        {"linli/a/actions.py": "def open_it(): ...", "linli/b/actions/x.py": "def open_it(): ..."},
    ),
    (signatures_are_keyword_only, {"linli/a/actions.py": "def open_it(by): ..."}),
    (signatures_are_keyword_only, {"linli/a/actions.py": "from linli.b.models import Box\ndef open_it(box: Box): ..."}),
    (signatures_are_keyword_only, {"linli/a/queries/open.py": "async def open_ones(*args): ..."}),
    (signatures_are_keyword_only, {"linli/a/rules.py": "def may_open(*, by, **more): ..."}),
    (no_boolean_selects_behaviour, {"linli/a/actions.py": "def open_it(*, loud: bool): ..."}),
    (no_boolean_selects_behaviour, {"linli/a/queries.py": "def open_ones(*, closed: bool | None = None): ..."}),
    (no_boolean_selects_behaviour, {"linli/a/rules.py": "def may_open(*, closed=False): ..."}),
    (only_doors_read_the_clock, {"linli/a/actions.py": "def open_it(*, by):\n    at = timezone.now()"}),
    (only_doors_read_the_clock, {"linli/a/models.py": "at = models.DateTimeField(default=timezone.now)"}),
    (only_doors_read_the_clock, {"linli/a/rules.py": "import datetime\nday = datetime.date.today()"}),
    (only_doors_read_the_clock, {"linli/a/queries.py": "import datetime as dt\nday = dt.datetime.now(dt.UTC)"}),
    (only_doors_read_the_clock, {"linli/a/queries.py": "day = timezone.localdate()"}),
    (doors_do_not_query, {"linli/a/views.py": "def page(request):\n    return Device.objects.all()"}),
    (doors_do_not_query, {"linli/a/api/devices.py": "def page(request):\n    return get_object_or_404(Device, pk=1)"}),
    (views_are_functions, {"linli/a/views.py": "class Page(generic.ListView): ..."}),
    (a_refusal_says_when, {"linli/a/errors.py": "class TooLate(Refusal):\n    code = 'too-late'"}),
]
LAWFUL = [
    (every_room_wears_its_plate, {"linli/canteen/__init__.py": GOOD_PLATE}),
    (modules_are_named_for_what_they_hold, {"linli/canteen/meals.py": ""}),
    (
        action_names_are_unique,
        {"linli/a/actions.py": "def open_it(): ...\ndef _row(): ...", "linli/b/actions.py": "def _row(): ..."},
    ),
    (
        signatures_are_keyword_only,
        {"linli/a/actions.py": "def open_it(*, by): ...\ndef _row(x): ...\ndef all_of_it(): ..."},
    ),
    (
        signatures_are_keyword_only,
        {"linli/a/actions.py": "from linli.b.events import Failed\ndef note_failure(event: Failed) -> None: ..."},
    ),
    (no_boolean_selects_behaviour, {"linli/a/rules.py": "def may_open(*, answered: bool): ..."}),
    (only_doors_read_the_clock, {"linli/a/views.py": "at = timezone.now()"}),
    (only_doors_read_the_clock, {"linli/a/actions.py": "def f(*, now):\n    return timezone.localtime(now)"}),
    (doors_do_not_query, {"linli/a/queries.py": "Device.objects.all()"}),
    (views_are_functions, {"linli/a/views.py": "def page(request): ..."}),
    (a_refusal_says_when, {"linli/a/errors.py": 'class TooLate(Refusal):\n    """The round has left."""'}),
]
LAWS = sorted({law for law, _ in PLANTED}, key=lambda law: law.__name__)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps(law: Callable[[House], list[str]], the_house: House) -> None:
    assert law(the_house) == []


@pytest.mark.parametrize(("law", "files"), PLANTED)
def test_a_planted_violation_is_caught(law, files, breaks) -> None:
    assert breaks(law, files)


@pytest.mark.parametrize(("law", "files"), LAWFUL)
def test_the_lawful_way_passes(law, files, breaks) -> None:
    assert not breaks(law, files)
