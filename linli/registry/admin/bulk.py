"""One change for many rows of a register: ticked in the list, looked at on a page, then done by the action that does it for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from linli.accounts.actors import actor_of_request
from linli.accounts.registers.base import Register
from linli.core.actors import Actor
from linli.core.errors import Refusal
from linli.registry import actions
from linli.registry.actions import groups
from linli.registry.models import Consent, Residence

MOST_ROWS: Final = 300
NAMED: Final = 20
FIELD_OF: Final = {"on": "moved_out_on"}
"""Which column a choice sets, where the two names differ."""
Do = Callable[[Actor, Any, int, Mapping[str, Any]], Any]
"""(by, now, the row's id, what was chosen): the action for one row."""


class ResidenceForm(forms.Form):
    """How these people are here."""

    residence = forms.ChoiceField(
        label=gettext_lazy("residence"), choices=Residence.choices, widget=UnfoldAdminSelectWidget()
    )


class LeavingForm(forms.Form):
    """On which day these people moved out."""

    on = forms.DateField(label=gettext_lazy("moved out on"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Please check the date."))
        return day


class ConsentForm(forms.Form):
    """Whether these relatives agreed to be kept and called."""

    consent = forms.ChoiceField(
        label=gettext_lazy("agrees to be called"), choices=Consent.choices, widget=UnfoldAdminSelectWidget()
    )


class OffListForm(forms.Form):
    """Which day is the last on the list."""

    until_on = forms.DateField(
        label=gettext_lazy("last day on the list"),
        initial=timezone.localdate,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )


class IntervalForm(forms.Form):
    """How often these people are visited."""

    every_days = forms.IntegerField(
        label=gettext_lazy("visit every … days"),
        min_value=0,
        max_value=730,
        help_text=gettext_lazy("0: nobody has to visit."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "number"}),
    )


def set_residence(register: Register, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """For residents."""

    def do(by: Actor, now: Any, pk: int, told: Mapping[str, Any]) -> None:
        actions.change_resident(by=by, now=now, resident_id=pk, changes={"residence": told["residence"]})

    title = _("Set the residence of residents")
    return _bulk(register, request, chosen, name="set_residence", title=title, form_class=ResidenceForm, do=do)


def set_moved_out(register: Register, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """For residents who left one by one; a household that leaves as a whole is closed in its own register."""

    def do(by: Actor, now: Any, pk: int, told: Mapping[str, Any]) -> None:
        actions.resident_moves_out(by=by, now=now, resident_id=pk, on=told["on"])

    title = _("Record that residents moved out")
    return _bulk(register, request, chosen, name="set_moved_out", title=title, form_class=LeavingForm, do=do)


def set_consent(register: Register, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """For relatives who were asked."""

    def do(by: Actor, now: Any, pk: int, told: Mapping[str, Any]) -> None:
        actions.change_contact(by=by, now=now, contact_id=pk, changes={"consent": told["consent"]})

    title = _("Set whether relatives agree to be called")
    return _bulk(register, request, chosen, name="set_consent", title=title, form_class=ConsentForm, do=do)


def take_off_list(register: Register, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """For people on lists of priority groups."""

    def do(by: Actor, now: Any, pk: int, told: Mapping[str, Any]) -> None:
        groups.take_off_list(by=by, now=now, membership_id=pk, until_on=told["until_on"])

    title = _("Take people off the list")
    return _bulk(register, request, chosen, name="take_off_list", title=title, form_class=OffListForm, do=do)


def set_interval(register: Register, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
    """For people on lists of priority groups."""

    def do(by: Actor, now: Any, pk: int, told: Mapping[str, Any]) -> None:
        groups.change_on_list(by=by, now=now, membership_id=pk, changes={"every_days": told["every_days"]})

    title = _("Set how often people are visited")
    return _bulk(register, request, chosen, name="set_interval", title=title, form_class=IntervalForm, do=do)


def _bulk(
    register: Register,
    request: HttpRequest,
    chosen: QuerySet[Any],
    *,
    name: str,
    title: str,
    form_class: type[forms.Form],
    do: Do,
) -> HttpResponse | None:
    """The page that asks, and then all of it or, where the programme fails, nothing. None leads back to the list."""
    rows = list(chosen[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        told = _("Choose at most %(n)d rows at once. A filter makes the list shorter.") % {"n": MOST_ROWS}
        register.message_user(request, told, messages.ERROR)
        return None
    form = form_class(request.POST if "sure" in request.POST else None)
    for field in form.fields.values():
        field.label = capfirst(str(field.label))
    if form.is_valid():
        _do_all(register, request, rows, dict(form.cleaned_data), do)
        return None
    shown = {
        **register.admin_site.each_context(request),
        "title": title,
        "opts": register.model._meta,
        "media": register.media,
        "form": form,
        "rows": rows,
        "named": rows[:NAMED],
        "more": max(len(rows) - NAMED, 0),
        "action": name,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "registry/admin/bulk.html", shown, status=422 if form.errors else 200)


def _do_all(register: Register, request: HttpRequest, rows: list[Model], told: Mapping[str, Any], do: Do) -> None:
    """What one row refuses does not keep the others; each row that changed has it in its history."""
    by, now, left = actor_of_request(request), timezone.now(), []
    columns = {FIELD_OF.get(name, name): value for name, value in told.items()}
    with override(None):  # as Django keeps them: the history says them in the language of who reads it
        labels = [str(register.model._meta.get_field(column).verbose_name) for column in columns]
    with transaction.atomic():
        for row in rows:
            if all(getattr(row, column) == value for column, value in columns.items()):
                left.append(f"{row} ({_('it says so already')})")
                continue
            try:
                do(by, now, row.pk, told)
            except Refusal as refusal:
                left.append(f"{row} ({refusal})")
            else:
                register.log_told(request, row, [{"changed": {"fields": labels}}])
    done = len(rows) - len(left)
    if done:
        said = ngettext("%(n)d row changed.", "%(n)d rows changed.", done) % {"n": done}
        register.message_user(request, said, messages.SUCCESS)
    if left:
        shown = "; ".join([*left[:NAMED], "…"] if len(left) > NAMED else left)
        register.message_user(request, _("Left as they were: %(rows)s") % {"rows": shown}, messages.WARNING)
