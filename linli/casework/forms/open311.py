"""What people may type about keys of programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.models import Community

ALL: Final = "all"
USUAL_PER_MINUTE: Final = 30


class KeyForm(forms.Form):
    """A new key: of which community, whose program, how often."""

    community = forms.ChoiceField(label=_("Community"), choices=())
    name = forms.CharField(
        label=_("Whose program is it?"),
        help_text=_("So that you know later which key to end, for example: app of the subdistrict office."),
        max_length=80,
        error_messages={"required": _("Say whose program it is.")},
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute at most"), min_value=1, max_value=600, initial=USUAL_PER_MINUTE
    )

    def __init__(self, *args: Any, communities: Sequence[Community], extra: Sequence[str] = (), **more: Any) -> None:
        """``extra`` holds ALL where the person looks after every community."""
        super().__init__(*args, **more)
        choice = self.fields["community"]
        assert isinstance(choice, forms.ChoiceField)
        every = [(ALL, _("Every community"))] if ALL in extra else []
        choice.choices = [*((str(one.pk), one.name) for one in communities), *every]
        if len(communities) == 1 and not every:
            choice.initial = str(communities[0].pk)
            choice.widget = forms.HiddenInput()

    def community_id(self) -> int | None:
        """The community chosen; None for every one."""
        chosen = self.cleaned_data["community"]
        return None if chosen == ALL else int(chosen)
