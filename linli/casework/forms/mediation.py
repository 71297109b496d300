"""A mediation as forms: what it is about, what was agreed, how it ended, whether it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.actions.mediating import MediationGiven, PartyGiven
from linli.casework.models import Mediation, Party
from linli.casework.queries.mediation import Beginning
from linli.casework.rules.mediation import LEAST_PARTIES, MOST_PARTIES
from linli.core.masking import mask_phone
from linli.registry.models import Post
from linli.ui.form_parts import day_field, lines_field, offer, row_field

WAYS = (Mediation.Fulfilment.KEPT, Mediation.Fulfilment.PARTLY, Mediation.Fulfilment.BROKEN)


class MediationForm(forms.Form):
    """Two people at least; the fields of a third to sixth stay folded until they are needed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind of dispute"), choices=Mediation.Kind.choices)
    place = forms.CharField(label=_("Where"), max_length=120, required=False)
    about = lines_field(
        _("What it is about"),
        rows=4,
        most=4000,
        error_messages={"required": _("Write in a few words what it is about.")},
    )
    mediator = row_field(_("Who mediates"), required=False)
    mediator_name = forms.CharField(
        label=_("Or somebody without a post"),
        max_length=60,
        required=False,
        help_text=_("For example a lawyer, or a judge of the court."),
    )
    opened_on = day_field(_("Begun on"))

    def __init__(self, *args: Any, posts: Sequence[Post], parties: Sequence[Party] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "mediator", [(post.pk, str(post)) for post in posts])
        self._party_ids = [party.pk for party in parties]
        for number in range(1, MOST_PARTIES + 1):
            party = parties[number - 1] if number <= len(parties) else None
            self._add_party(number, party)

    def _add_party(self, number: int, party: Party | None) -> None:
        name = forms.CharField(
            label=_("Name"), max_length=60, required=number <= LEAST_PARTIES,
            error_messages={"required": _("A dispute has at least two sides: write the name.")},
        )  # fmt: skip
        phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
        place = forms.CharField(
            label=_("Where they live"),
            max_length=120,
            required=False,
            help_text=_("3-2-501: who is in the register is found."),
        )
        if party is not None:
            name.initial, place.initial = party.name, party.place
            if party.phone:
                kept = {"masked": mask_phone(party.phone)}
                phone.help_text = _("%(masked)s stays while this is empty; a hyphen deletes it.") % kept
        self.fields |= {f"p{number}_name": name, f"p{number}_phone": phone, f"p{number}_place": place}

    @property
    def blocks(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """Each party's fields, and whether they are folded away."""
        found = []
        for number in range(1, MOST_PARTIES + 1):
            fields = [self[f"p{number}_{part}"] for part in ("name", "phone", "place")]
            filled = any(field.value() or field.errors for field in fields)
            found.append((number, fields, number > LEAST_PARTIES and not filled))
        return found

    def given(self) -> MediationGiven:
        """As the actions take it; a party without a name is none."""
        typed = self.cleaned_data
        return MediationGiven(
            kind=typed["kind"], about=typed["about"], parties=self._parties(), opened_on=typed["opened_on"], place=typed["place"],
            mediator_id=typed["mediator"], mediator_name=typed["mediator_name"],
        )  # fmt: skip

    def _parties(self) -> list[PartyGiven]:
        found = []
        for number in range(1, MOST_PARTIES + 1):
            name, phone, place = (self.cleaned_data.get(f"p{number}_{part}", "") for part in ("name", "phone", "place"))
            if not (name or phone or place):
                continue
            known = self._party_ids[number - 1] if number <= len(self._party_ids) else None
            typed = None if known and not phone else phone.strip("-－ ")
            found.append(PartyGiven(name=name, phone=typed, place=place, party_id=known))
        return found


def mediation_initial(mediation: Mediation) -> dict[str, Any]:
    """What stands in the form at first."""
    name = (
        ""
        if mediation.mediator and mediation.mediator.holder_name == mediation.mediator_name
        else mediation.mediator_name
    )
    return {
        "seen": mediation.version, "kind": mediation.kind, "place": mediation.place, "about": mediation.about,
        "mediator": mediation.mediator_id, "mediator_name": name, "opened_on": mediation.opened_on,
    }  # fmt: skip


def beginning_initial(beginning: Beginning | None, own_post: int | None, on: date) -> dict[str, Any]:
    """What stands in a new form: what the request says, where there is one."""
    known: dict[str, Any] = {"mediator": own_post, "opened_on": on}
    if beginning is not None:
        known |= {
            "kind": beginning.kind, "place": beginning.place, "about": beginning.about, "p1_name": beginning.name,
        }  # fmt: skip
    return known


class AgreeForm(forms.Form):
    """What they agreed on."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    agreement = lines_field(
        _("What they agreed on"), rows=6, most=4000, help_text=_(
            "Who does what by when, in the words of the people. It is printed to be signed."
        ),
        error_messages={"required": _("Write what they agreed on.")},
    )  # fmt: skip
    agreed_on = day_field(_("Agreed on"))
    fulfil_by = day_field(
        _("To be kept by"), required=False, help_text=_("On that day it stands on Today. Empty: nothing is left to do.")
    )


class FailForm(forms.Form):
    """Why there is no agreement."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    outcome = lines_field(
        _("Why there is no agreement, and where they can go now"), rows=4, most=4000,
        error_messages={"required": _("Write why, and where they can go now.")},
    )  # fmt: skip


class FulfilmentForm(forms.Form):
    """Whether the agreement is kept."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    fulfilment = forms.ChoiceField(
        label=_("Is the agreement kept?"), choices=[(way.value, way.label) for way in WAYS],
        widget=forms.RadioSelect, error_messages={"required": _("Choose how it went.")},
    )  # fmt: skip
    on = day_field(_("Seen on"))
    again_on = day_field(_("If only in part: look at it again on"), required=False)
    outcome = lines_field(_("What was seen, what happens now"), rows=3, most=4000, required=False)


class MediationFilterForm(forms.Form):
    """What a list shows."""

    words = forms.CharField(label=_("Number, name, place"), max_length=60, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("due", _("to be looked at now")), *Mediation.State.choices],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Mediation.Kind.choices])
    since_on = day_field(_("Begun from"), required=False)
    until_on = day_field(_("to"), required=False)
