"""Categories, questions, clocks, rules, teams and answers to begin with, as forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.casework.actions.arranging import CategoryGiven, QuestionGiven
from linli.casework.actions.grading import GradeGiven, PolicyGiven
from linli.casework.actions.templating import STATES, TemplateGiven
from linli.casework.models import Category, ClockGrade, Policy, Question, Request, ResponseTemplate, Team
from linli.casework.models.categories import Runs
from linli.registry.models import Post
from linli.ui.form_parts import day_field, lines_field, offer, row_field

UNITS: Final[Mapping[int, Any]] = {60: _("minutes"), 3600: _("hours"), 86400: _("days")}


class MainCategoryForm(forms.Form):
    """A main category: what it is called, its order and the clock that new ones below it begin with."""

    title_zh = forms.CharField(label=_("Chinese title"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=60)
    grade = forms.ChoiceField(label=_("Clock"), required=False, choices=())
    position = forms.IntegerField(label=_("Order"), min_value=1, max_value=999, initial=1)

    def __init__(self, *args: Any, grades: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "grade", grades)

    def given(self) -> CategoryGiven:
        """As the actions take it."""
        typed = dict(self.cleaned_data)
        return CategoryGiven(**{("team_id" if name == "team" else name): value for name, value in typed.items()})


class CategoryForm(MainCategoryForm):
    """A category below a main one."""

    team = row_field(_("Goes to the team"), required=False, help_text=_("Where no routing sentence is true."))
    keywords = forms.CharField(
        label=_("Words that point to it"),
        max_length=400,
        required=False,
        help_text=_("With spaces between: 漏水 跑水 水管."),
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=100,
        required=False,
        help_text=_("Such as law, diet or fire_safety, with spaces between."),
    )
    urgent_zh = forms.CharField(
        label=_("Say first, in Chinese"), max_length=200, required=False,
        help_text=_("What is more urgent than writing it down: “call 119 first”. It stands above the form."),
    )  # fmt: skip
    urgent_en = forms.CharField(label=_("Say first, in English"), max_length=200, required=False)
    sensitive = forms.BooleanField(
        label=_("For the office only"),
        required=False,
        help_text=_("Captains do not see these requests unless they are in their hands."),
    )
    published = forms.BooleanField(
        label=_("Published over Open311"), required=False,
        help_text=_(
            "Anybody on the internet then sees that there is such a request, in which building, and its state. "
            "No door, no name, no phone; its words only once somebody has looked at them."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, teams: Sequence[Team], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "team", [(one.pk, one.name) for one in teams])

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("published") and typed.get("sensitive"):
            self.add_error("published", _("What is for the office only cannot be published."))
        return typed


def category_initial(category: Category) -> dict[str, Any]:
    """What stands in the form at first."""
    names = (
        "title_zh",
        "title_en",
        "grade",
        "position",
        "keywords",
        "tags",
        "urgent_zh",
        "urgent_en",
        "published",
        "sensitive",
    )
    return {name: getattr(category, name) for name in names} | {"team": category.team_id}


class QuestionForm(forms.Form):
    """A question that a category asks."""

    title_zh = forms.CharField(label=_("Question in Chinese"), max_length=60)
    title_en = forms.CharField(label=_("Question in English"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=Question.Kind.choices, initial=Question.Kind.STRING)
    choices = lines_field(
        _("Answers to choose from"), rows=5, most=4000, required=False,
        help_text=_("One a line, Chinese and English with a stroke between: 厨房 | kitchen. Only for the kinds with a list."),
    )  # fmt: skip
    required = forms.BooleanField(
        label=_("Must be answered over Open311"),
        required=False,
        help_text=_("At the counter nothing has to be answered."),
    )
    position = forms.IntegerField(label=_("Order"), min_value=1, max_value=99, initial=1)

    def given(self) -> QuestionGiven:
        """As the actions take it."""
        typed = dict(self.cleaned_data)
        lines = [line.partition("|") for line in typed.pop("choices").splitlines() if line.strip()]
        pairs = [(zh.strip(), en.strip()) for zh, _stroke, en in lines if zh.strip()]
        return QuestionGiven(choices=pairs, **typed)


def question_initial(question: Question) -> dict[str, Any]:
    """What stands in the form at first."""
    names = ("title_zh", "title_en", "kind", "required", "position")
    lines = "\n".join(f"{zh} | {en}" for _code, zh, en in question.choices)
    return {name: getattr(question, name) for name in names} | {"choices": lines}


class GradeForm(forms.Form):
    """How long requests of a grade may take, from a day on."""

    title_zh = forms.CharField(label=_("Chinese title"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=60)
    amount = forms.IntegerField(label=_("May take"), min_value=1, max_value=9999)
    unit = forms.TypedChoiceField(label=pgettext_lazy("of time", "Unit"), coerce=int, choices=list(UNITS.items()))
    respond_amount = forms.IntegerField(label=_("Contact the reporter within"), min_value=1, max_value=9999)
    respond_unit = forms.TypedChoiceField(
        label=pgettext_lazy("of time", "Unit"), coerce=int, choices=list(UNITS.items())
    )
    runs = forms.ChoiceField(label=_("The clock runs"), choices=Runs.choices, widget=forms.RadioSelect)
    warn_percent = forms.IntegerField(label=_("Warn when so much of it is over (percent)"), min_value=1, max_value=99)
    since_on = day_field(
        _("From which day on"), help_text=_("Requests whose clock runs already keep the time they have.")
    )

    def given(self) -> GradeGiven:
        """As the actions take it."""
        typed = self.cleaned_data
        return GradeGiven(
            title_zh=typed["title_zh"], title_en=typed["title_en"], seconds=typed["amount"] * typed["unit"],
            respond_seconds=typed["respond_amount"] * typed["respond_unit"], runs=typed["runs"],
            warn_percent=typed["warn_percent"],
        )  # fmt: skip


def grade_initial(grade: ClockGrade, on: date) -> dict[str, Any]:
    """What stands in the form at first: as it is now, from today on."""
    amount, unit = in_units(grade.seconds)
    respond_amount, respond_unit = in_units(grade.respond_seconds)
    names = ("title_zh", "title_en", "runs", "warn_percent")
    return {name: getattr(grade, name) for name in names} | {
        "amount": amount, "unit": unit, "respond_amount": respond_amount, "respond_unit": respond_unit, "since_on": on,
    }  # fmt: skip


def in_units(seconds: int) -> tuple[int, int]:
    """The largest unit that says it in whole numbers."""
    unit = next((one for one in sorted(UNITS, reverse=True) if seconds % one == 0), 60)
    return max(seconds // unit, 1), unit


class PolicyForm(forms.Form):
    """What a community decides for its requests, from a day on."""

    since_on = day_field(_("From which day on"))
    response_weight = forms.DecimalField(label=_("Weight of the response rate"), max_digits=4, decimal_places=3)
    resolution_weight = forms.DecimalField(label=_("Weight of the resolution rate"), max_digits=4, decimal_places=3)
    satisfaction_weight = forms.DecimalField(
        label=_("Weight of the satisfaction rate"),
        max_digits=4,
        decimal_places=3,
        help_text=_("The three together make 1."),
    )
    mostly_weight = forms.DecimalField(label=_("What “mostly satisfied” counts"), max_digits=4, decimal_places=3)
    least_for_percent = forms.IntegerField(label=_("Percentages from so many cases on"), min_value=0, max_value=10_000)
    question_days = forms.IntegerField(label=_("A question to the resident is open (days)"))
    outside_days = forms.IntegerField(label=_("A link for an outside party is open (days)"))
    rating_days = forms.IntegerField(label=_("A rating can be given (days)"))
    objection_days = forms.IntegerField(label=_("Objections to a rating (days)"))
    duplicate_days = forms.IntegerField(label=_("Hint at the same matter within (days)"))
    wake_grace_hours = forms.IntegerField(label=_("After waiting, no alarm before (hours)"), min_value=0, max_value=168)
    late_factor = forms.IntegerField(label=_("Badly late after so many times its time"))
    returns_to_arbiter = forms.IntegerField(label=_("So many returns go to the arbiter"))
    arbiter = row_field(_("Arbiter"), required=False, help_text=_("Empty: the secretary."))

    def __init__(self, *args: Any, posts: Sequence[Post], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "arbiter", [(one.pk, str(one)) for one in posts])

    def given(self) -> PolicyGiven:
        """As the actions take it."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "since_on"}
        hours, arbiter = typed.pop("wake_grace_hours"), typed.pop("arbiter")
        return PolicyGiven(wake_grace_seconds=hours * 3600, arbiter_id=arbiter, **typed)


def policy_initial(policy: Policy, on: date) -> dict[str, Any]:
    """What stands in the form at first: as it is now, from today on."""
    found = {name: getattr(policy, name) for name in PolicyForm.base_fields if hasattr(policy, name)}
    found = {name: value.normalize() if isinstance(value, Decimal) else value for name, value in found.items()}
    return found | {
        "since_on": on, "arbiter": policy.arbiter_id, "wake_grace_hours": policy.wake_grace_seconds // 3600,
    }  # fmt: skip


class TeamForm(forms.Form):
    """A team and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    posts = forms.TypedMultipleChoiceField(
        label=_("Who is in it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple, choices=(),
        help_text=_("Whoever of them takes a request leads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, posts: Sequence[Post], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "posts", [(one.pk, str(one)) for one in posts], none=None)


class TemplateForm(forms.Form):
    """An answer to begin with."""

    state = forms.ChoiceField(label=_("For the state"), choices=())
    category = row_field(_("Category"), required=False, help_text=_("Empty: for all categories."))
    title = forms.CharField(label=_("Called"), max_length=60)
    text = lines_field(_("Text"), rows=6, most=2000)
    position = forms.IntegerField(label=_("Order"), min_value=1, max_value=999, initial=1)

    def __init__(self, *args: Any, categories: Sequence[Category], **more: Any) -> None:
        super().__init__(*args, **more)
        words = dict(Request.State.choices)
        offer(self, "state", [(state, words[Request.State(state)]) for state in STATES], none=None)
        below = [(one.pk, f"{main.title}·{one.title}") for main in categories for one in main.children.all()]
        offer(self, "category", below)

    def given(self) -> TemplateGiven:
        """As the actions take it."""
        typed = dict(self.cleaned_data)
        return TemplateGiven(category_id=typed.pop("category"), **typed)


def template_initial(template: ResponseTemplate) -> dict[str, Any]:
    """What stands in the form at first."""
    names = ("state", "title", "text", "position")
    return {name: getattr(template, name) for name in names} | {"category": template.category_id}
