"""Bringing an empty database to this version takes a third of the time.

While Django migrates, it keeps a class for every model as it was at that point, and makes the classes of all that hang together
anew after most operations. In this house nearly everything hangs together over the community: sixty migrations made 21,000 classes.
Two of these renewals are not needed. Nothing points to a model that was only just created, so only its own class is made; and an
index or a constraint changes a list of its model, which is put into the class that is there.

The database becomes the same, which a test compares table by table (tests/processes/test_quick_states.py). Written for Django 5.2.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.db.migrations.state import ModelState, ProjectState

LISTS_CHANGE_IN = ("_append_option", "_remove_option", "_alter_option")


@contextlib.contextmanager
def quick_states() -> Iterator[None]:
    """As long as it lasts, states of migrations are renewed only where they must be."""
    names = ("add_model", *LISTS_CHANGE_IN)
    before = {name: getattr(ProjectState, name) for name in names}
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    for name in LISTS_CHANGE_IN:
        setattr(ProjectState, name, _in_place(before[name]))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(ProjectState, name, function)


def _add_model(self: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _in_place(change: Callable[..., None]) -> Callable[..., None]:
    def changed(self: Any, app_label: str, model_name: str, option: str, *rest: Any) -> None:
        apps = self.__dict__.pop("apps", None)  # without classes nothing is renewed
        change(self, app_label, model_name, option, *rest)
        if apps is not None:
            self.__dict__["apps"] = apps
            options = apps.get_model(app_label, model_name)._meta
            held = list(self.models[app_label, model_name].options[option])
            setattr(options, option, held)
            options.original_attrs[option] = held

    return changed
