"""Registers of holidays, shifts and rotas, which people keep; duties are planned on the rota's own page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.accounts.registers.base import Lines, ReadOnlyRegister, Register
from linli.scheduling.models import CalendarDay, CalendarYear, Duty, HandoverNote, Rota, Shift, Swap
from linli.scheduling.queries import forget_on_duty


class DayForm(forms.ModelForm):
    """A day that somebody types is kept when the year is filled in again."""

    class Meta:
        model = CalendarDay
        fields = ("on", "kind", "name")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        year = self.data.get("year") or self.instance.year_id
        if year and str(on.year) != str(year):
            raise forms.ValidationError(_("This day is in another year."))
        return on

    def save(self, commit: bool = True) -> Any:
        self.instance.by_hand = True
        return super().save(commit)


class DayLines(Lines):
    model = CalendarDay
    form = DayForm
    fields = ("on", "kind", "name")
    ordering = ("on",)


@admin.register(CalendarYear)
class YearRegister(Register):
    """Public holidays and make-up workdays, the same for all communities."""

    community = ""
    icon = "event"
    place = 40
    list_display = ("year", "source", "filled_at")
    search_fields = ("=year", "source")
    fields = ("year", "source")
    inlines = (DayLines,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year",) if obj else ()


@admin.register(Shift)
class ShiftRegister(Register):
    """Hours that duties are planned with stay: a shift is ended, and a new one begun."""

    icon = "schedule"
    place = 10
    fields = (
        "community",
        "name",
        "starts",
        "ends",
        "on_workdays",
        "on_weekends",
        "on_holidays",
        "since_on",
        "until_on",
    )
    list_display = (
        "name",
        "starts",
        "ends",
        "on_workdays",
        "on_weekends",
        "on_holidays",
        "since_on",
        "until_on",
        "community",
    )
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("community",)
    search_fields = ("name",)
    ordering = ("community", "starts", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        planned = obj is not None and Duty.objects.filter(shift=obj).exists()
        return ("community", "starts", "ends") if planned else ()


@admin.register(Rota)
class RotaRegister(Register):
    """Whether alarms go by the rota, and how far ahead it is planned."""

    icon = "calendar_month"
    place = 20
    fields = ("community", "is_kept", "weeks_ahead")
    list_display = ("community", "is_kept", "weeks_ahead")
    list_select_related = ("community",)
    search_fields = ("community__name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("community",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_on_duty()


@admin.register(Duty)
class DutyRegister(ReadOnlyRegister):
    icon = "badge"
    place = 30
    list_display = ("on", "shift", "post", "by_hand", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "by_hand")
    list_select_related = ("shift", "post", "community")
    search_fields = ("post__holder_name", "shift__name")
    date_hierarchy = "on"
    ordering = ("-on", "starts_at")
    fields = readonly_fields = ("community", "shift", "on", "starts_at", "ends_at", "post", "by_hand")


@admin.register(Swap)
class SwapRegister(ReadOnlyRegister):
    icon = "swap_horiz"
    place = 50
    list_display = ("asked_at", "asker", "asked", "duty", "state")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "state")
    list_select_related = ("asker", "asked", "duty__shift")
    search_fields = ("asker__holder_name", "asked__holder_name")
    ordering = ("-asked_at",)
    fields = readonly_fields = (
        "community", "duty", "in_return", "asker", "asked", "note", "state", "asked_at", "asked_by", "answered_at", "answered_by",
    )  # fmt: skip


@admin.register(HandoverNote)
class NoteRegister(ReadOnlyRegister):
    icon = "edit_note"
    place = 60
    list_display = ("written_at", "written_by", "text", "confirmed_by", "confirmed_at")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("text", "written_by", "confirmed_by")
    ordering = ("-written_at",)
    fields = readonly_fields = ("community", "duty", "text", "written_at", "written_by", "confirmed_at", "confirmed_by")
