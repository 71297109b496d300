"""What officers may type."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.incidents.models import Cause, IncidentKind
from linli.incidents.queries import HistoryFilter, Period
from linli.incidents.queries.search import ANY, CLOSED, EVERY, NO, OPEN, YES
from linli.registry.models import Building, Community

USUAL: Final = timedelta(days=7 * 12 - 1)
LONGEST: Final = timedelta(days=3 * 366)


class NoteForm(forms.Form):
    """A line for the timeline."""

    text = forms.CharField(
        label=_("Write a note"),
        max_length=1000,
        error_messages={"required": _("Write the note before you save it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )


class CloseForm(forms.Form):
    """Why it happened and what was done. Whether words are needed depends on the cause: the incidents' rules decide."""

    cause = forms.ChoiceField(
        label=_("What was the cause?"),
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the cause.")},
    )
    outcome = forms.CharField(
        label=_("What was done?"),
        help_text=_("One sentence is enough. Only a false alarm with a known cause may leave this empty."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, causes: list[Cause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["cause"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            (c.code, _("%(cause)s (false alarm)") % {"cause": c.title} if c.false_alarm else c.title) for c in causes
        ]


class TakeManyForm(forms.Form):
    """The incidents that were ticked, and one note for all of them."""

    note = forms.CharField(label=_("Note for all of them"), max_length=200, required=False)

    def chosen(self) -> list[int]:
        """The ticked incidents; what is no number is left out."""
        ticked = self.data.getlist("incident") if hasattr(self.data, "getlist") else []
        return [int(one) for one in ticked if one.isascii() and one.isdecimal() and len(one) < 18]


class WallLinkForm(forms.Form):
    """A new link to a wall."""

    community = forms.TypedChoiceField(label=_("Community"), coerce=int, choices=())
    name = forms.CharField(
        label=_("Where does the screen hang?"),
        help_text=_("So that you know later which link to end, for example: hall on the ground floor."),
        max_length=60,
        error_messages={"required": _("Say where the screen hangs.")},
    )

    def __init__(self, *args: Any, communities: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["community"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(str(one.pk), one.name) for one in communities]
        if len(communities) == 1:
            choice.initial = str(communities[0].pk)
            choice.widget = forms.HiddenInput()


class SilenceForm(forms.Form):
    """What should be silent, why, and until when."""

    community = forms.TypedChoiceField(label=_("Community"), coerce=int, choices=())
    source = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    source_label = forms.CharField(label=_("Detector"), required=False, max_length=80, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of alarm"), required=False)
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    reason = forms.CharField(
        label=_("Why should it be silent?"),
        help_text=_("Who looks at an alarm that rang nobody will read this."),
        max_length=200,
        error_messages={"required": _("Write why it should be silent.")},
    )
    hours = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        choices=((1, _("1 hour")), (4, _("4 hours")), (12, _("12 hours")), (24, _("1 day")), (72, _("3 days"))),
        initial=1,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        communities: list[Community],
        buildings: list[Building],
        kinds: list[IncidentKind],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        community, kind, building = self.fields["community"], self.fields["kind"], self.fields["building"]
        assert isinstance(community, forms.ChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(building, forms.ChoiceField)
        community.choices = [(str(one.pk), one.name) for one in communities]
        if len(communities) == 1:
            community.initial, community.widget = str(communities[0].pk), forms.HiddenInput()
        kind.choices = [("", _("every kind")), *((k.code, k.title) for k in kinds)]
        building.choices = [("", _("every building")), *((str(b.pk), str(b)) for b in buildings)]


class DrillForm(forms.Form):
    """An exercise: what it is called, what is pretended, and where."""

    community = forms.TypedChoiceField(label=_("Community"), coerce=int, choices=())
    title = forms.CharField(
        label=_("What is the drill called?"),
        max_length=60,
        error_messages={"required": _("Give the drill a name.")},
    )
    kind = forms.ChoiceField(label=_("What is pretended?"), widget=forms.RadioSelect)
    places = forms.CharField(
        label=_("Where?"),
        help_text=_("One address a line, as you would say it: 8-3-502, or 8-3 for a stairwell."),
        max_length=2000,
        error_messages={"required": _("Write at least one address.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, communities: list[Community], kinds: list[IncidentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community, kind = self.fields["community"], self.fields["kind"]
        assert isinstance(community, forms.ChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        community.choices = [(str(one.pk), one.name) for one in communities]
        if len(communities) == 1:
            community.initial, community.widget = str(communities[0].pk), forms.HiddenInput()
        kind.choices = [(k.code, k.title) for k in kinds]
        kind.initial = kinds[0].code if kinds else None


class EndDrillForm(forms.Form):
    """What the exercise taught."""

    lessons = forms.CharField(
        label=_("What did we learn?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenForm(forms.Form):
    """Why something closed must be open again."""

    reason = forms.CharField(
        label=_("Why must it be opened again?"),
        max_length=200,
        error_messages={"required": _("Write why it must be opened again.")},
    )


YES_OR_NO = ((YES, _("yes")), (NO, _("no")))


class HistoryForm(forms.Form):
    """What to look for among incidents; all of it may stay empty."""

    words = forms.CharField(label=_("Place, detector, words"), required=False, max_length=60)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    who = forms.CharField(label=_("Who was told, answered or acted"), required=False, max_length=40)
    false_alarm = forms.ChoiceField(label=_("False alarm"), required=False, choices=((ANY, _("all")), *YES_OR_NO))
    drill = forms.ChoiceField(label=_("Drill"), required=False, choices=((ANY, _("all")), *YES_OR_NO))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=((CLOSED, pgettext_lazy("incidents", "closed")), (OPEN, _("open")), (EVERY, _("both"))),
    )

    def __init__(
        self,
        *args: Any,
        communities: list[Community],
        buildings: list[Building],
        kinds: list[IncidentKind],
        causes: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        names = {one.pk: f"{one.name} " for one in communities} if len(communities) > 1 else {}
        self._offer("community", [(str(one.pk), one.name) for one in communities])
        self._offer("building", [(str(b.pk), f"{names.get(b.community_id, '')}{b}") for b in buildings])
        self._offer("kind", [(k.code, k.title) for k in kinds])
        self._offer("cause", causes)
        if not names:
            del self.fields["community"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *choices]

    def wanted(self) -> HistoryFilter:
        """The filter; what could not be read counts as left open and is marked in the form."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        return HistoryFilter(
            since_on=data.get("since"),
            until_on=data.get("until"),
            building_id=data.get("building"),
            community_id=data.get("community"),
            kind_code=data.get("kind", ""),
            cause_code=data.get("cause", ""),
            words=(data.get("words") or "").strip(),
            who=(data.get("who") or "").strip(),
            drill=data.get("drill", ANY),
            false_alarm=data.get("false_alarm", ANY),
            state=data.get("state", CLOSED),
        )


class StatisticsForm(forms.Form):
    """Of which incidents the pictures are."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    community = forms.TypedChoiceField(label=_("Community"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, communities: list[Community], kinds: list[IncidentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community, kind = self.fields["community"], self.fields["kind"]
        assert isinstance(community, forms.ChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        community.choices = [("", _("all")), *((str(one.pk), one.name) for one in communities)]
        kind.choices = [("", _("all alarms")), *((k.code, k.title) for k in kinds)]
        if len(communities) < 2:
            del self.fields["community"]

    def community_id(self) -> int | None:
        return getattr(self, "cleaned_data", {}).get("community")

    def period(self, *, today: date) -> Period:
        """The last twelve weeks where nothing was said; at most three years; an end before its beginning counts as one day."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        until = min(data.get("until") or today, today)
        since = data.get("since") or until - USUAL
        since = max(min(since, until), until - LONGEST)
        return Period(since_on=since, until_on=until, kind_code=data.get("kind", ""))
