"""Registers of who is on which list of a priority group, of home visits, and of health notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from linli.accounts.registers.base import ReadOnlyRegister, Register
from linli.accounts.registers.deriving import DerivingForm
from linli.registry.admin import bulk
from linli.registry.context import groups_for
from linli.registry.errors import HealthNoteIncomplete, NotHereAnymore
from linli.registry.groups import RULES, Group
from linli.registry.import_words import masked_text
from linli.registry.models import HealthNote, HomeVisit, Membership, Resident


class AboutSomebody(DerivingForm):
    """Something about a resident, in the community they live in. Nothing is begun for those who are gone."""

    derived = ("community",)

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        resident: Resident = self.chosen("resident")
        gone = resident.died_on or resident.moved_out_on or resident.household.moved_out_on
        if gone and self.instance._state.adding:
            self.add_error("resident", str(NotHereAnymore.default_sentence))
        return {"community": resident.community}


class MembershipForm(AboutSomebody):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "every_days" in self.fields and self.instance._state.adding:
            self.fields["every_days"].help_text = _("Empty: as usual for this list.")

    def clean_every_days(self) -> int | None:
        """As usual for the list, where somebody is put on it without a word about it."""
        days: int | None = self.cleaned_data.get("every_days")
        group = self.cleaned_data.get("group")
        return RULES[group].every_days if days is None and group and self.instance._state.adding else days


class GroupFilter(admin.SimpleListFilter):
    """The lists that the reader may see."""

    title, parameter_name = _("group"), "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        seen = groups_for(request.user)
        return [(code, label) for code, label in Group.choices if code in seen]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(group=self.value()) if self.value() else queryset


@admin.register(Membership)
class MembershipRegister(Register):
    leaves_with = "registry.export"
    form = MembershipForm
    icon = "groups"
    place = 72
    fields = ("resident", "group", "since_on", "until_on", "basis", "grade", "every_days", "helper_name")
    list_display = ("resident", "place_of", "group", "grade", "since_on", "until_on", "every_days", "helper_name")
    list_filter = (
        GroupFilter,
        ("community", admin.RelatedOnlyFieldListFilter),
        ("until_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("resident__household__dwelling", "community")
    search_fields = ("resident__name", "resident__name_initials__startswith", "helper_name", "basis")
    autocomplete_fields = ("resident",)
    ordering = ("group", "resident_id")
    actions = ("take_off_list", "set_interval")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Restricted lists do not exist for those who may not know of them."""
        rows: QuerySet[Any] = super().get_queryset(request).filter(group__in=groups_for(request.user))
        return rows.select_related("resident__household__dwelling")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose place it is and on which list stays; another one is another row."""
        return ("resident", "group") if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "group":
            seen = groups_for(request.user)
            kwargs["choices"] = [("", "—"), *((code, label) for code, label in Group.choices if code in seen)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("address"), ordering="resident__household__dwelling__label")
    def place_of(self, obj: Membership) -> str:
        return obj.resident.household.dwelling.label

    @admin.action(permissions=["change"], description=_("Take people off the list"))
    def take_off_list(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bulk.take_off_list(self, request, queryset)

    @admin.action(permissions=["change"], description=_("Set how often people are visited"))
    def set_interval(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bulk.set_interval(self, request, queryset)


@admin.register(HomeVisit)
class HomeVisitRegister(ReadOnlyRegister):
    leaves_with = "registry.export"
    icon = "door_front"
    place = 74
    fields = ("household", "visited_on", "found", "seen", "left_to_do", "visitor_name", "user", "written_at")
    list_display = ("household", "visited_on", "found", "visitor_name", "user")
    list_filter = ("found", "visited_on", ("community", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("household__dwelling", "user")
    search_fields = ("household__dwelling__label", "visitor_name")
    ordering = ("-visited_on", "-id")

    @admin.display(description=_("what was seen"))
    def seen(self, obj: HomeVisit) -> str:
        return masked_text(obj.note) or "—"

    @admin.display(description=_("what has to be done"))
    def left_to_do(self, obj: HomeVisit) -> str:
        return masked_text(obj.to_do) or "—"


class HealthNoteForm(AboutSomebody):
    new_text = forms.CharField(
        label=_("what to know"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "new_text" in self.fields and not self.instance._state.adding:
            self.fields["new_text"].help_text = _(
                "On file; it is read on the household's page, with a reason. Type a new text to replace it."
            )

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        columns = dict(super().derive(typed=typed))
        if new := typed.get("new_text", "").strip():
            columns["text"] = new
        elif self.instance._state.adding:
            self.add_error("new_text", str(HealthNoteIncomplete.default_sentence))
        review_on = typed.get("review_on")
        if review_on and "review_on" in self.changed_data and review_on <= timezone.localdate():
            self.add_error("review_on", str(HealthNoteIncomplete.default_sentence))
        return columns


@admin.register(HealthNote)
class HealthNoteRegister(Register):
    """What a note says is not shown here: reading one is written down, on the household's page."""

    leaves_with = "registry.export"

    form = HealthNoteForm
    icon = "medical_information"
    place = 76
    fields = ("resident", "new_text", "purpose", "legal_basis", "review_on", "ended_on")
    list_display = ("resident", "purpose", "legal_basis", "review_on", "written_at", "ended_on")
    list_filter = (
        "legal_basis",
        ("community", admin.RelatedOnlyFieldListFilter),
        ("ended_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("resident",)
    search_fields = ("resident__name", "resident__name_initials__startswith", "purpose")
    autocomplete_fields = ("resident",)
    ordering = ("review_on", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("resident",) if obj else ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_module_permission(request)) and self._may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_view_permission(request, obj)) and self._may_read(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self._may_read(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_read(request)

    def _may_read(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.health")

    def save_model(self, request: HttpRequest, obj: HealthNote, form: Any, change: bool) -> None:
        if not change:
            obj.written_at = timezone.now()
        super().save_model(request, obj, form, change)
