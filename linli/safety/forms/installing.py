"""What an installer types, one thumb and forty seconds at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.safety.queries.installing import Hanging, ModelChoice
from linli.safety.queries.places import PlaceFound
from linli.safety.scanned import MOST_CHARACTERS, read_scan

BESIDE = "beside"
SPOTS = (_("kitchen"), _("gas meter"), _("bedroom"), _("living room"), _("stairwell"))


class ScanForm(forms.Form):
    """Anything that holds a serial: typed, pasted, or from the camera."""

    text = forms.CharField(
        label=_("Serial"),
        help_text=_("It is on the label of the device. Type it, or paste whatever a QR code says: a link will do."),
        max_length=MOST_CHARACTERS,
        error_messages={"required": _("Scan the code, or type the serial.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "enterkeyhint": "next"}
        ),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.scanned = read_scan(text)
        if not self.scanned.serial:
            raise forms.ValidationError(
                _("There is no serial in this. A serial has 3 to 40 letters, digits, hyphens and underscores.")
            )
        return text


class PlaceForm(forms.Form):
    """Which make, where, and instead of which. The choices of place and of what is replaced come once the place is known."""

    model = forms.TypedChoiceField(
        label=_("Make"), coerce=int, error_messages={"required": _("Choose the make.")}, widget=forms.Select
    )
    place = forms.CharField(
        label=_("Door or stairwell"),
        help_text=_("As you say it: 8-3-502, 8栋3单元502; 8-3 for the stairwell."),
        max_length=60,
        error_messages={"required": _("Say where it hangs.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    at = forms.ChoiceField(
        label=_("Which of these?"),
        choices=(),
        error_messages={"required": _("Choose which of these it is.")},
        widget=forms.RadioSelect,
    )
    replaces = forms.ChoiceField(
        label=_("Something hangs here already. Does the new one replace it?"),
        choices=(),
        error_messages={"required": _("Choose whether it replaces what hangs here.")},
        widget=forms.RadioSelect,
    )
    spot = forms.CharField(
        label=_("Spot"),
        help_text=_("Where in the room, for whoever looks for it."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "spots"}),
    )

    def __init__(
        self,
        *args: Any,
        models: Sequence[ModelChoice],
        found: Sequence[PlaceFound] = (),
        hanging: Sequence[Hanging] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("model", [("", _("Choose")), *((str(m.id), m.name) for m in models)])
        several = len({place.community_id for place in found}) > 1
        self._choose("at", [(p.key, f"{p.label} · {p.community_name}" if several else p.label) for p in found])
        old = [
            (str(h.device_id), _("It replaces %(serial)s") % {"serial": f"{h.serial} ({h.model}{_spot(h)})"})
            for h in hanging
        ]
        self._choose("replaces", [(BESIDE, _("No, it hangs beside it")), *old] if old else [])
        if not found:
            del self.fields["at"]
        if not old:
            del self.fields["replaces"]

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


def _spot(hanging: Hanging) -> str:
    return f", {hanging.spot}" if hanging.spot else ""


class RenewForm(forms.Form):
    """How long the old secret still works beside the new one."""

    grace_hours = forms.TypedChoiceField(
        label=_("How long may the old secret still work?"),
        help_text=_("It ends by itself as soon as the device has signed in with the new one."),
        coerce=int,
        initial=168,
        choices=(
            (24, _("one day")),
            (168, _("one week")),
            (720, _("thirty days")),
            (0, _("not at all: it is no longer trusted, cut the line now")),
        ),
        widget=forms.RadioSelect,
    )


class StrikeOffForm(forms.Form):
    """Why a device may not come in any more."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        error_messages={"required": _("Say in a few words why.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
