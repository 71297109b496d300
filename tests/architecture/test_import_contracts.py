"""The contracts of .importlinter: that each of them bites, shown on a small house with one violation planted for each."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import REPOSITORY, plant

LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
ROOMS = (
    "core",
    "ui",
    "accounts",
    "audit",
    "registry",
    "notifications",
    "scheduling",
    "incidents",
    "safety",
    "canteen",
    "casework",
    "portal",
    "desk",
    "journeys",
)
CLEAN = {f"linli/{room}/__init__.py": "" for room in ROOMS} | {
    "linli/__init__.py": "",
    "config/__init__.py": "",
    "config/urls.py": "from linli.safety import urls",
    "linli/core/errors.py": "from django.utils.translation import gettext_lazy",
    "linli/core/verdict.py": "from linli.core import errors",
    "linli/safety/models.py": "from django.db import models\nfrom linli.registry import models as places",
    "linli/registry/models.py": "from django.db import models",
    "linli/safety/rules.py": (
        "from typing import TYPE_CHECKING\nfrom linli.core import verdict\n"
        "if TYPE_CHECKING:\n    from linli.safety import models"
    ),
    "linli/safety/events.py": "",
    "linli/safety/errors.py": "from linli.core import errors",
    "linli/safety/queries.py": "from linli.safety import models, rules",
    "linli/safety/actions.py": "from linli.safety import errors, events, models, queries, rules",
    "linli/safety/forms.py": "from linli.safety import queries",
    "linli/safety/views.py": "from linli.safety import actions, forms, queries",
    "linli/safety/tick.py": "from linli.safety import actions",
    "linli/safety/listener.py": "from linli.safety import actions",
    "linli/safety/urls.py": "from linli.safety import views",
    "linli/safety/apps.py": "from linli.safety import tick",
    "linli/safety/tests/__init__.py": "",
    "linli/safety/tests/test_views.py": "from linli.safety import views\nfrom linli.desk import screens",
    "linli/desk/screens.py": "from linli.safety import queries",
    "linli/casework/open311_urls.py": "",
}
# (contract, importing module, import statement): the line of the report names the importing module.
PLANTED = [
    ("Storeys", "linli.core.menu", "from linli.ui import shell"),
    ("Storeys", "linli.incidents.opening", "from linli.safety import queries"),
    ("Storeys", "linli.canteen.round", "from linli.safety import queries"),
    ("Storeys", "linli.portal.home", "from linli.desk import screens"),
    ("Roof", "linli.ui.shell", "from config import urls"),
    ("models know no verbs", "linli.incidents.models", "from linli.incidents import actions"),
    ("queries do not act", "linli.incidents.queries", "from linli.incidents import actions"),
    ("does not know the door", "linli.incidents.actions", "from linli.incidents import forms"),
    ("nothing imports a door", "linli.desk.wall", "from linli.safety import views"),
    ("nothing imports a door", "linli.safety.forms", "from linli.safety import listener"),
    ("rules and events need no Django", "linli.incidents.rules", "import django.db"),
    ("rules and events need no Django", "linli.registry.rules", "from linli.registry import clock"),
    ("errors know no models", "linli.registry.errors", "from linli.registry import models"),
    ("Storeys", "linli.attic.boxes", ""),
]
FURTHER = {
    "linli/attic/__init__.py": "",
    "linli/incidents/forms.py": "",
    "linli/registry/clock.py": "from django.utils import timezone",
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(REPOSITORY / ".importlinter", root)
    return subprocess.run(
        LINT, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root), "COLUMNS": "200"}
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What lint-imports says about the house with every violation planted, by contract."""
    root = tmp_path_factory.mktemp("broken")
    planted = {f"{module.replace('.', '/')}.py": statement for _, module, statement in PLANTED}
    plant(root, CLEAN | FURTHER | planted)
    output = lint(root).stdout
    sections = re.split(r"^(.+)\n-+\n", output.split("Broken contracts")[-1], flags=re.MULTILINE)[1:]
    return dict(zip(sections[::2], sections[1::2], strict=True))


def test_a_clean_small_house_keeps_every_contract(tmp_path: Path) -> None:
    plant(tmp_path, CLEAN)
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "module", "statement"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    contract: str, module: str, statement: str, report: dict[str, str]
) -> None:
    found = [text for name, text in report.items() if contract in name]
    assert found, f"no broken contract is called {contract!r}: {sorted(report)}"
    wanted = rf"{re.escape(module)} -> " if statement else rf"- {re.escape(module.rpartition('.')[0])}"
    assert any(re.search(wanted, text) for text in found), found


def test_every_contract_has_its_plant(report: dict[str, str]) -> None:
    names = re.findall(r"^name = (.+)$", (REPOSITORY / ".importlinter").read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(report) == sorted(names)
