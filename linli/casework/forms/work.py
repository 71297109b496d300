"""What is typed while working on a request: one small form for each deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.forms.entry import category_choices
from linli.casework.forms.fields import question_fields
from linli.casework.models import Assistant, Category, Question, Reporter, Request, Team
from linli.core.masking import mask_phone
from linli.registry.models import Post
from linli.ui.form_parts import lines_field

MOST_PARTS = 10
REASON = _("Write why. It stays in the history.")


@dataclass(frozen=True, slots=True)
class Around:
    """What the forms offer to choose from."""

    posts: Sequence[Post] = ()
    teams: Sequence[Team] = ()
    categories: Sequence[Category] = ()
    reporters: Sequence[Reporter] = ()
    questions: Sequence[Question] = ()
    assistants: Sequence[Assistant] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    public_text: str = ""


class DeedForm(forms.Form):
    """``seen`` is the version of the request that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label: ClassVar[Any] = ""
    button: ClassVar[Any] = ""

    def __init__(self, *args: Any, around: Around, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(around)

    def offer(self, around: Around) -> None:
        """Put what can be chosen into the fields."""

    def choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        chooser = self.fields[name]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = choices


class TakeForm(DeedForm):
    label, button = _("I deal with it"), _("I deal with it")


class ResolveForm(DeedForm):
    label, button = _("Answer it"), _("Answered: tell the resident")
    text = lines_field(
        _("What was done?"), rows=4, error_messages={"required": _("Write what was done: the resident reads it.")},
        help_text=_("The resident reads this."),
    )  # fmt: skip


class AskForm(DeedForm):
    label, button = _("Ask the resident"), _("Ask, and stop the clock")
    reporter = forms.TypedChoiceField(label=_("Whom?"), coerce=int)
    text = lines_field(_("What do you want to know?"), error_messages={"required": _("Write what you want to know.")})

    def offer(self, around: Around) -> None:
        self.choose(
            "reporter",
            [
                (one.pk, f"{one.name or _('somebody without a name')} {mask_phone(one.phone)}")
                for one in around.reporters
            ],
        )


class OutsideForm(DeedForm):
    label, button = _("Pass to an outside party"), _("Make the link")
    to_name = forms.CharField(
        label=_("To whom?"), max_length=60, help_text=_("Gas company, property company, street office …")
    )
    to_phone = forms.CharField(label=_("Their phone"), max_length=30, required=False)
    text = lines_field(_("What are they asked?"), error_messages={"required": _("Write what they are asked to do.")})


class HandForm(DeedForm):
    label, button = _("Hand on"), _("Hand on")
    to = forms.ChoiceField(label=_("To whom?"), error_messages={"required": _("Choose who takes it.")})
    text = lines_field(_("Why?"), rows=2, required=False)

    def offer(self, around: Around) -> None:
        teams = [(f"team:{one.pk}", one.name) for one in around.teams]
        posts = [(f"post:{one.pk}", post_words(one)) for one in around.posts]
        self.choose("to", [("", _("choose …")), (_("Teams"), teams), (_("People"), posts)])

    @property
    def target(self) -> dict[str, int]:
        """post_id or team_id, as the action takes it."""
        kind, _colon, number = self.cleaned_data["to"].partition(":")
        return {f"{kind}_id": int(number)}


class ReturnForm(DeedForm):
    label, button = _("Send it back: not mine"), _("Send it back")
    text = lines_field(_("Why, and who should have it?"), rows=2, error_messages={"required": REASON})


class RaiseForm(DeedForm):
    label, button = _("Raise it to the next level"), _("Raise it")
    text = lines_field(_("Why?"), rows=2, error_messages={"required": REASON})


class NoteForm(DeedForm):
    label, button = _("Write a note"), _("Save the note")
    text = lines_field(_("Note"), most=4000)


class ContactForm(DeedForm):
    label, button = _("I spoke with the resident"), _("Save")
    text = lines_field(_("What was said?"), rows=2, required=False)


class ResumeForm(DeedForm):
    label, button = _("Go on with it"), _("Go on with it")
    text = lines_field(_("What has changed?"), rows=2, required=False)


class ReopenForm(DeedForm):
    label, button = _("Deal with it again"), _("Deal with it again")
    text = lines_field(_("Why?"), rows=2, error_messages={"required": REASON})


class CloseForm(DeedForm):
    label, button = _("Close the request"), _("Close the request")
    text = lines_field(_("Why?"), rows=2, required=False)


class CancelForm(DeedForm):
    label, button = _("Take it back"), _("Take it back")
    text = lines_field(_("Why?"), rows=2, error_messages={"required": REASON})


class SortForm(DeedForm):
    label, button = _("Category"), _("Change the category")
    category = forms.TypedChoiceField(label=_("Category"), coerce=int)

    def offer(self, around: Around) -> None:
        self.choose("category", category_choices(list(around.categories)))


class RankForm(DeedForm):
    label, button = _("Priority"), _("Change the priority")
    priority = forms.TypedChoiceField(label=_("How urgent?"), choices=Request.Priority.choices, coerce=int)


class PlaceForm(DeedForm):
    label, button = _("Place"), _("Change the place")
    words = forms.CharField(label=_("Where?"), max_length=120)


class TimeForm(DeedForm):
    label, button = _("Another due time"), _("Change the due time")
    due_at = forms.DateTimeField(
        label=_("Due"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    text = lines_field(_("Why?"), rows=2, error_messages={"required": REASON})


class QuestionsForm(DeedForm):
    label, button = _("Questions of the category"), _("Save the answers")

    def offer(self, around: Around) -> None:
        self.fields.update(question_fields(list(around.questions), dict(around.answers)))


class AssistantForm(DeedForm):
    label, button = _("Call somebody to help"), _("Call them")
    post = forms.TypedChoiceField(label=_("Who?"), coerce=int)

    def offer(self, around: Around) -> None:
        self.choose("post", [(one.pk, post_words(one)) for one in around.posts])


class EndAssistantForm(DeedForm):
    label, button = _("They help no longer"), _("They help no longer")
    post = forms.TypedChoiceField(label=_("Who?"), coerce=int)

    def offer(self, around: Around) -> None:
        self.choose("post", [(one.post_id, one.post.holder_name) for one in around.assistants])


class TagForm(DeedForm):
    label, button = _("Tag"), _("Add the tag")
    tag = forms.CharField(
        label=_("Tag"), max_length=30, help_text=_("law, diet, fire_safety are counted as wishes for lectures.")
    )


class PublicForm(DeedForm):
    label, button = _("Public text"), _("Publish this text")
    public_text = lines_field(
        _("What may be read outside"),
        most=4000,
        required=False,
        help_text=_("No names, no doors, no phones. Empty takes it back."),
    )


class MergeForm(DeedForm):
    label, button = _("Join to another"), _("Join")
    into = forms.CharField(label=_("Number of the other"), max_length=20)


class SplitForm(DeedForm):
    """Pairs text_1, category_1 … text_10, category_10."""

    label, button = _("Split into parts"), _("Split")

    def offer(self, around: Around) -> None:
        choices = category_choices(list(around.categories))
        for n in range(1, MOST_PARTS + 1):
            self.fields[f"text_{n}"] = lines_field(_("Part %(n)d") % {"n": n}, rows=2, most=4000, required=False)
            self.fields[f"category_{n}"] = forms.TypedChoiceField(
                label=_("Category of part %(n)d") % {"n": n},
                coerce=int,
                required=False,
                choices=choices,
                empty_value=None,
            )

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The parts that have words."""
        told = self.cleaned_data
        pairs = [(told[f"text_{n}"], told[f"category_{n}"] or 0) for n in range(1, MOST_PARTS + 1)]
        return [(text, category) for text, category in pairs if text]

    @property
    def few(self) -> list[forms.BoundField]:
        return [self[f"{name}_{n}"] for n in range(1, 4) for name in ("text", "category")]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[f"{name}_{n}"] for n in range(4, MOST_PARTS + 1) for name in ("text", "category")]


class AlsoForm(DeedForm):
    label, button = _("Somebody else told us the same"), _("Keep them, too")
    who = forms.CharField(label=_("Name"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class ObjectForm(forms.Form):
    text = lines_field(_("Why is the rating not fair?"), rows=2, error_messages={"required": REASON})


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("rejected", _("the rating counts")), ("upheld", _("the rating does not count"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = lines_field(_("Why?"), rows=2, error_messages={"required": REASON})


def post_words(post: Post) -> str:
    """A post as a choice names it: the holder, the role, the place."""
    place = post.unit or post.building or post.grid
    return f"{post.holder_name} · {post.get_role_display()}" + (f" · {place}" if place else "")
