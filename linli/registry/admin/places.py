"""Registers of places. A place belongs to the community of the place above it, so nobody is asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from linli.accounts.registers.base import Register
from linli.accounts.registers.deriving import DerivingForm
from linli.registry.keeping import dwelling_label
from linli.registry.models import Building, Community, Dwelling, Grid, Unit


@admin.register(Community)
class CommunityRegister(Register):
    community = "id"
    icon = "location_city"
    place = 10
    list_display = ("name", "code", "subdistrict", "district", "city", "desk_phone")
    search_fields = ("name", "code", "subdistrict")
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new community is the business of whoever runs the installation."""
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Devices in the field name the code in their topics: it stays."""
        return ("code",) if obj else ()


@admin.register(Grid)
class GridRegister(Register):
    icon = "grid_view"
    place = 20
    list_display = ("name", "number", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("community",)
    search_fields = ("name", "number")
    ordering = ("community", "number")


class BuildingForm(DerivingForm):
    derived = ("community",)

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"community": self.chosen("grid").community}


@admin.register(Building)
class BuildingRegister(Register):
    form = BuildingForm
    icon = "apartment"
    place = 30
    fields = ("grid", "number", "floors")
    list_display = ("__str__", "grid", "floors", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), ("grid", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("grid", "community")
    search_fields = ("number",)
    autocomplete_fields = ("grid",)
    ordering = ("community", "id")


class UnitForm(DerivingForm):
    derived = ("community",)

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"community": self.chosen("building").community}


@admin.register(Unit)
class UnitRegister(Register):
    form = UnitForm
    icon = "stairs"
    place = 40
    fields = ("building", "number")
    list_display = ("__str__", "building", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("building", "community")
    search_fields = ("=building__number", "=number")
    autocomplete_fields = ("building",)
    ordering = ("building_id", "number")


class DwellingForm(DerivingForm):
    derived = ("community", "label")

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        unit, door = self.chosen("unit"), self.chosen("door")
        label = dwelling_label(building=unit.building.number, unit=unit.number, door=door)
        return {"community": unit.community, "label": label}


@admin.register(Dwelling)
class DwellingRegister(Register):
    form = DwellingForm
    icon = "door_front"
    place = 50
    fields = ("unit", "floor", "door", "label")
    readonly_fields = ("label",)
    list_display = ("label", "floor", "unit", "community")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "floor")
    list_select_related = ("unit__building", "community")
    search_fields = ("label",)
    autocomplete_fields = ("unit",)
    ordering = ("unit_id", "floor", "door")
