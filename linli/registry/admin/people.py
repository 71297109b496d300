"""Registers of households, residents and the relatives to call. Phones and ID numbers are masked; a new one is typed anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from linli.accounts.registers.base import Lines, Register
from linli.accounts.registers.deriving import DerivingForm, language_field
from linli.core.masking import mask_id_number, mask_phone
from linli.registry import keeping
from linli.registry.admin import bulk
from linli.registry.cells.phones import phones_in
from linli.registry.errors import PhoneNotUnderstood
from linli.registry.import_words import masked_text
from linli.registry.models import Contact, ContactPoint, Household, Resident
from linli.registry.models.people import new_reference

STAYS = _("On file: %(masked)s. Type a new one to replace it; empty leaves it as it is; a single - takes it away.")


def retyped(label: Any) -> forms.CharField:
    """A field for a new value of what is kept masked."""
    return forms.CharField(
        label=label, required=False, max_length=200, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )


def phones_kept(text: str) -> str:
    """Several numbers, each with what was said of it, as an import keeps them. Raises PhoneNotUnderstood."""
    found = phones_in(text)
    if not all(phone.number for phone in found):
        raise PhoneNotUnderstood
    return "、".join(f"{phone.number}（{phone.note}）" if phone.note else phone.number for phone in found)


def masked_address(point: ContactPoint) -> str:
    """A phone masked; of any other address only its beginning: chat addresses hold keys."""
    if point.kind in keeping.NUMBERED:
        return mask_phone(point.address)
    if point.kind == ContactPoint.Kind.PUSH:
        return "…"
    return f"{point.address[:8]}…" if point.address else ""


class HouseholdForm(DerivingForm):
    derived = ("community",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = False
            self.fields["number"].help_text = _(
                "That of the household register. Empty or 0: Linli makes a key of its own."
            )

    def clean_number(self) -> str:
        """Never blank and never 0: households without a number would all be one."""
        number = keeping.same_width(self.cleaned_data.get("number") or "")
        return number if number.strip("0") else new_reference()

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        community = self.chosen("dwelling").community
        if self.instance.pk and self.instance.community_id != community.pk:
            self.add_error(
                "dwelling", gettext("This door is in another community: let the household move out here, and in there.")
            )
        return {"community": community}


@admin.register(Household)
class HouseholdRegister(Register):
    leaves_with = "registry.export"
    form = HouseholdForm
    icon = "family_home"
    place = 60
    fields = ("dwelling", "number", "moved_in_on", "moved_out_on")
    list_display = ("dwelling", "number", "moved_in_on", "moved_out_on", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), ("moved_out_on", admin.EmptyFieldListFilter))
    list_select_related = ("dwelling", "community")
    search_fields = ("dwelling__label", "=number")
    autocomplete_fields = ("dwelling",)
    ordering = ("dwelling_id", "-moved_in_on")


class ResidentForm(DerivingForm):
    derived = (
        "community", "name_pinyin", "name_initials", "phone", "phone_hash", "phone_tail_hash", "other_phones",
        "id_number", "id_number_hash",
    )  # fmt: skip
    new_phone = retyped(_("phone"))
    new_other_phones = retyped(_("other phones"))
    new_id_number = retyped(_("ID number"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {
            "new_phone": mask_phone(self.instance.phone),
            "new_other_phones": masked_text(self.instance.other_phones),
            "new_id_number": mask_id_number(self.instance.id_number),
        }
        for field, masked in kept.items():
            if masked and field in self.fields:
                self.fields[field].help_text = STAYS % {"masked": masked}

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        columns: dict[str, Any] = {"community": self.chosen("household").community}
        columns |= keeping.name_columns(self.chosen("name"))
        if phone := typed.get("new_phone"):
            with self.beside("new_phone"):
                columns |= keeping.phone_columns(phone.strip("-") and phone)
        if phones := typed.get("new_other_phones"):
            with self.beside("new_other_phones"):
                columns["other_phones"] = phones.strip("-") and phones_kept(phones)
        if number := typed.get("new_id_number"):
            columns |= keeping.id_number_columns(number.strip("-") and number)
        return columns


@admin.register(Resident)
class ResidentRegister(Register):
    file_page = "registry:list"
    form = ResidentForm
    icon = "person"
    place = 70
    fieldsets = (
        (None, {"fields": ("household", "name", "sex", "born_on", "born_known", "relation", "is_head")}),
        (_("Numbers"), {"fields": ("new_phone", "new_other_phones", "new_id_number")}),
        (
            _("How they are here"),
            {"fields": ("residence", "registered_address", "moved_in_on", "moved_out_on", "died_on")},
        ),
        (_("More"), {"fields": ("ethnicity", "politics", "education", "marriage", "workplace", "note")}),
    )
    list_display = ("name", "household", "relation", "is_head", "sex", "born_on", "phone_masked", "id_number_masked")
    list_filter = (
        ("community", admin.RelatedOnlyFieldListFilter), "sex", "relation", "is_head", "residence", "politics",
        ("moved_out_on", admin.EmptyFieldListFilter), ("died_on", admin.EmptyFieldListFilter),
    )  # fmt: skip
    list_select_related = ("household__dwelling",)
    search_fields = ("name", "name_pinyin__startswith", "name_initials__startswith", "household__dwelling__label")
    search_help_text = _("Name, initials, address; or a whole phone or ID number, or a phone's last four digits")
    autocomplete_fields = ("household",)
    ordering = ("household_id", "-is_head", "id")
    actions = ("set_residence", "set_moved_out")

    @admin.action(permissions=["change"], description=_("Set the residence of residents"))
    def set_residence(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bulk.set_residence(self, request, queryset)

    @admin.action(permissions=["change"], description=_("Record that residents moved out"))
    def set_moved_out(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bulk.set_moved_out(self, request, queryset)

    @admin.display(description=_("phone"))
    def phone_masked(self, obj: Resident) -> str:
        return mask_phone(obj.phone) or "—"

    @admin.display(description=_("ID number"))
    def id_number_masked(self, obj: Resident) -> str:
        return mask_id_number(obj.id_number) or "—"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Digits are looked up by their keyed hashes: numbers are not kept in clear."""
        digits = "".join(search_term.split())
        if not (digits[:-1].isdigit() and len(digits) >= 4):
            found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
            return found
        wanted = Q(phone_hash=keeping.phone_hash(digits)) | Q(id_number_hash=keeping.id_number_hash(digits.upper()))
        if len(digits) == 4:
            wanted |= Q(phone_tail_hash=keeping.phone_tail_hash(digits))
        return queryset.filter(wanted | Q(household__dwelling__label__contains=digits)), False


class PointForm(DerivingForm):
    derived = ("address", "address_hash")
    new_address = retyped(_("address or number"))

    class Meta:
        model = ContactPoint
        fields = ("kind", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        masked = masked_address(self.instance)
        if masked and "new_address" in self.fields:
            self.fields["new_address"].widget.attrs["placeholder"] = masked

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        address = typed.get("new_address") or ("" if "kind" in self.changed_data else self.instance.address)
        if not address and typed["kind"] != ContactPoint.Kind.INBOX:
            self.add_error("new_address", _("Type the number or address."))
            return {}
        with self.beside("new_address"):
            columns = keeping.address_columns(kind=typed["kind"], address=address)
            # Another number, or another way: what failed before says nothing about it.
            renewed = {"bounces": 0, "dead_since": None, "dead_reason": ""}
            return {**columns, **renewed} if {"new_address", "kind"} & set(self.changed_data) else columns
        return {}

    def has_changed(self) -> bool:
        """An inbox has no address, so a new line that differs in its kind alone is a line."""
        return super().has_changed() or bool(self.data.get(f"{self.prefix}-new_address"))


class PointLines(Lines):
    model = ContactPoint
    form = PointForm
    fields = ("kind", "new_address", "position")
    verbose_name_plural = _("how to reach them, first way first")
    ordering = ("position", "id")


class ContactForm(DerivingForm):
    language = language_field()
    derived = ("community", "name_pinyin", "name_initials")

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"community": self.chosen("household").community, **keeping.name_columns(self.chosen("name"))}


@admin.register(Contact)
class ContactRegister(Register):
    leaves_with = "registry.export"
    form = ContactForm
    icon = "contact_phone"
    place = 80
    fields = ("household", "name", "relation", "call_order", "language", "consent", "ended_on")
    list_display = ("name", "relation", "household", "call_order", "language", "consent", "ended_on")
    list_filter = (
        ("community", admin.RelatedOnlyFieldListFilter),
        "relation",
        "consent",
        "language",
        ("ended_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("household__dwelling",)
    search_fields = ("name", "household__dwelling__label")
    autocomplete_fields = ("household",)
    ordering = ("household_id", "call_order")
    inlines = (PointLines,)
    actions = ("set_consent",)

    @admin.action(permissions=["change"], description=_("Set whether relatives agree to be called"))
    def set_consent(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return bulk.set_consent(self, request, queryset)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        save_points(form=form, formset=formset)


def save_points(*, form: Any, formset: Any) -> None:
    """A contact point belongs to the community of its holder, who may have been added this very moment."""
    for point in formset.save(commit=False):
        point.community_id = form.instance.community_id
        point.save()
    for point in formset.deleted_objects:
        point.delete()
