"""A form whose row has columns that follow from others: hashes, pinyin, the community of the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from linli.core.errors import Refusal

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class DerivingForm(ModelForm):
    """``derived`` names the columns that ``derive`` fills in; they are validated with the row, constraints included."""

    derived: ClassVar[tuple[str, ...]] = ()

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        """The derived columns. May raise a Refusal; leave a column out to leave it as it is."""
        return {}

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return typed
        try:
            for column, value in self.derive(typed=typed).items():
                setattr(self.instance, column, value)
        except Refusal as refusal:
            for field, sentence in (refusal.fields or {"": refusal.sentence}).items():
                self.add_error(field if field in self.fields else None, str(sentence))
        return typed

    @contextmanager
    def beside(self, field: str) -> Iterator[None]:
        """A refusal in this block stands beside ``field``."""
        try:
            yield
        except Refusal as refusal:
            self.add_error(field, str(refusal))

    def chosen(self, name: str) -> Any:
        """What was chosen for a field, or what the row has already if the form does not offer it."""
        return self.cleaned_data.get(name) or getattr(self.instance, name, None)

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # Django's own, not in the stubs
        return excluded if self.errors else excluded - set(self.derived)  # nothing was derived from what is wrong


def language_field() -> forms.ChoiceField:
    """A language that Linli speaks."""
    return forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget())
