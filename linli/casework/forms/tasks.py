"""What people may type about proactive tasks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.actions.tasks import MOST_MEASURE_DAYS, TaskGiven
from linli.casework.forms.repeats import choices_of
from linli.casework.models import Category
from linli.casework.rules.aims import OLDEST, Aim
from linli.registry.groups import Group
from linli.registry.models import Post
from linli.ui.form_parts import lines_field


class TaskForm(forms.Form):
    """What is to be done, by whom, when, and by what it is measured."""

    title = forms.CharField(
        label=_("What is the task called?"),
        max_length=120,
        error_messages={"required": _("Give the task a short name.")},
    )
    what = lines_field(
        _("What is to be done at each door?"), error_messages={"required": _("Write what is to be done.")}
    )
    planned_on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )
    lead = forms.TypedChoiceField(label=_("Who leads it?"), required=False, coerce=int, empty_value=None)
    category = forms.TypedChoiceField(
        label=_("Measured by requests of the category"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Linli compares how many there were before and after. Empty: it is not measured."),
    )
    measure_days = forms.IntegerField(
        label=_("Compared over days"), min_value=1, max_value=MOST_MEASURE_DAYS, initial=30
    )

    def __init__(self, *args: Any, posts: list[Post], categories: list[Category], **more: Any) -> None:
        super().__init__(*args, **more)
        self._offer("lead", [("", _("nobody yet")), *((one.pk, str(one)) for one in posts)])
        choices: list[Any] = [("", _("not measured")), *choices_of(categories)[1:]]
        self._offer("category", choices)

    def given(self) -> TaskGiven:
        """What was typed; only of a valid form."""
        told = self.cleaned_data
        return TaskGiven(
            told["title"], told["what"], told["planned_on"], told["lead"], told["category"], told["measure_days"]
        )

    def _offer(self, name: str, choices: list[Any]) -> None:
        chooser = self.fields[name]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = choices


class PlanForm(TaskForm):
    """A new task with the parts of its aim; every part that is filled in narrows it."""

    places = forms.CharField(
        label=_("Buildings and stairwells"),
        required=False,
        max_length=400,
        help_text=_("Such as 8 for a whole building, 8-3 for a stairwell; several with spaces between."),
    )
    riser = forms.CharField(
        label=_("On the same riser as the door"),
        required=False,
        max_length=40,
        help_text=_("Such as 8-3-502: the doors of that stairwell that end in 02."),
    )
    floor_from = forms.IntegerField(label=_("From floor"), required=False, min_value=-3, max_value=99)
    floor_to = forms.IntegerField(
        label=_("To floor"), required=False, min_value=-3, max_value=99, help_text=_("1 is the ground floor only.")
    )
    group = forms.ChoiceField(label=_("Priority group"), required=False)
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=OLDEST)
    age_to = forms.IntegerField(label=_("Age to"), required=False, min_value=0, max_value=OLDEST)
    alone = forms.BooleanField(label=_("Living alone only"), required=False)
    told_category = forms.TypedChoiceField(
        label=_("Only households that told us of"), required=False, coerce=int, empty_value=None
    )
    told_days = forms.IntegerField(
        label=_("In the last days"), required=False, min_value=1, max_value=3660, initial=365
    )

    AIM: Final = (
        "places", "riser", "floor_from", "floor_to", "group", "age_from", "age_to", "alone", "told_category", "told_days",
    )  # fmt: skip

    def __init__(self, *args: Any, groups: Collection[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self._offer("group", [("", _("any")), *((code, Group(code).label) for code in groups)])
        self._offer("told_category", choices_of(more["categories"]))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for low, high in (("age_from", "age_to"), ("floor_from", "floor_to")):
            first, second = told.get(low), told.get(high)
            if first is not None and second is not None and first > second:
                self.add_error(high, _("The second number is smaller than the first."))
        if told.get("places") and told.get("riser"):
            self.add_error("riser", _("Type either places or the door of a riser, not both."))
        return told

    def aim(self, *, buildings: list[int], units: list[int], column: str) -> Aim:
        """What was typed, with the places already looked up; only of a valid form."""
        told = self.cleaned_data
        return Aim(
            buildings=tuple(buildings), units=tuple(units), column=column, floor_from=told["floor_from"],
            floor_to=told["floor_to"], group=told["group"], age_from=told["age_from"], age_to=told["age_to"],
            alone=told["alone"], told_category_id=told["told_category"], told_days=told["told_days"] or 365,
        )  # fmt: skip

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.AIM]

    @property
    def whom(self) -> list[forms.BoundField]:
        return [self[name] for name in self.AIM[:2]]

    @property
    def narrower(self) -> list[forms.BoundField]:
        return [self[name] for name in self.AIM[2:]]


class MarkForm(forms.Form):
    """A word about a door."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)
