"""What people may type about visits, lists and health notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.registry.groups import Group
from linli.registry.models import HomeVisit, LegalBasis
from linli.registry.queries import PersonCard
from linli.ui.form_parts import day_field, lines_field


class VisitForm(forms.Form):
    """Three questions at the door. Day and visitor are set already; they are changed when a paper form is typed in."""

    found = forms.ChoiceField(
        label=_("How was it?"),
        choices=HomeVisit.Found.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was.")},
    )
    note = lines_field(_("What was seen?"), rows=3, required=False)
    to_do = lines_field(_("What has to be done?"), rows=3, required=False)
    visited_on = day_field(_("Visited on"), error_messages={"required": _("Type the day of the visit.")})
    visitor_name = forms.CharField(
        label=_("Visitor"), max_length=60, error_messages={"required": _("Type who was there.")}
    )


class PersonForm(forms.Form):
    """Something about somebody of a household."""

    person = forms.TypedChoiceField(label=pgettext_lazy("household", "Who"), coerce=int, choices=())

    def __init__(self, *args: Any, people: Sequence[PersonCard], **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["person"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(person.id, person.name) for person in people]


class ListForm(PersonForm):
    """On which list somebody of a household is put."""

    group = forms.ChoiceField(label=_("List"), choices=(), error_messages={"required": _("Choose one of the lists.")})
    since_on = day_field(_("Since"))
    basis = forms.CharField(
        label=_("Basis"),
        max_length=100,
        required=False,
        help_text=_("Who decided it, or the number of the certificate."),
    )
    grade = forms.CharField(label=_("Category or grade"), max_length=40, required=False)
    every_days = forms.IntegerField(
        label=_("Visit every … days"),
        min_value=0,
        max_value=730,
        required=False,
        help_text=_("Empty: as usual for this list. 0: nobody has to visit."),
    )
    helper_name = forms.CharField(label=_("Helper"), max_length=60, required=False)

    def __init__(self, *args: Any, groups: Collection[str], **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["group"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "—"), *((code, label) for code, label in Group.choices if code in groups)]


class NoteForm(PersonForm):
    """What helpers have to know of somebody's health, and why that may be kept."""

    text = lines_field(_("What to know"), rows=3)
    purpose = forms.CharField(
        label=_("What for"),
        max_length=100,
        help_text=_("For example: carrying her down in a fire. Others see this line."),
    )
    legal_basis = forms.ChoiceField(label=_("Legal basis"), choices=LegalBasis.choices, widget=forms.RadioSelect)
    review_on = day_field(_("Look at it again on"))
