"""Registers of device models, devices, where they hang, gateways, readings and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.accounts.actors import actor_of_request
from linli.accounts.registers.base import ReadOnlyRegister, Register
from linli.accounts.registers.deriving import DerivingForm
from linli.safety import actions
from linli.safety.models import CareRule, Device, DeviceModel, Gateway, Installation, QuarantinedSignal, Reading

TOLD_ONCE = _("The password of %(name)s is %(secret)s — write it down now, it is shown this once only.")


@admin.register(DeviceModel)
class DeviceModelRegister(Register):
    community = ""
    icon = "developer_board"
    place = 30
    list_display = ("maker", "name", "code", "raises", "is_gateway", "life_months", "report_seconds", "standard")
    list_display_links = ("maker", "name")
    list_filter = ("raises", "maker")
    list_select_related = ("raises",)
    search_fields = ("maker", "name", "code", "standard")
    ordering = ("maker", "name")


@admin.register(CareRule)
class CareRuleRegister(Register):
    deletable = True
    icon = "rule"
    place = 35
    list_display = ("model", "community", "offline_seconds", "visit_days", "low_battery_percent", "self_test_days")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("model", "community")
    autocomplete_fields = ("model",)
    ordering = ("community", "model")


class DeviceForm(ModelForm):
    def clean_uplink(self) -> Device | None:
        """A gateway of the same community."""
        uplink: Device | None = self.cleaned_data.get("uplink")
        if uplink is not None and (
            uplink.community_id != self.instance.community_id or not uplink.model.is_gateway or uplink == self.instance
        ):
            raise ValidationError(gettext("Choose a gateway of the same community."))
        return uplink


@admin.register(Device)
class DeviceRegister(Register):
    form = DeviceForm
    tells_itself = frozenset({"added"})
    icon = "sensors"
    place = 10
    list_display = ("serial", "model", "alarming", "last_seen_at", "battery", "is_active", "made_on")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "model", "is_active", "state__alarming")
    list_select_related = ("model", "state")
    search_fields = ("serial",)
    autocomplete_fields = ("model", "uplink")
    ordering = ("community", "serial")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        kept = ("community", "model", "serial", "made_on")
        return (*kept, "uplink", "is_active", "alarming", "last_seen_at", "battery") if obj else kept

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The serial is a device's name at the broker, and its topics name its community: both stay."""
        return ("community", "serial", "alarming", "last_seen_at", "battery") if obj else ()

    @admin.display(description=_("alarm"))
    def alarming(self, obj: Device) -> str | None:
        return gettext("alarming") if hasattr(obj, "state") and obj.state.alarming else None

    @admin.display(description=_("last seen at"), ordering="state__last_seen_at")
    def last_seen_at(self, obj: Device) -> Any:
        return obj.state.last_seen_at if hasattr(obj, "state") else None

    @admin.display(description=_("battery, %"), ordering="state__battery_percent")
    def battery(self, obj: Device) -> float | None:
        return obj.state.battery_percent if hasattr(obj, "state") else None

    def save_model(self, request: HttpRequest, obj: Device, form: Any, change: bool) -> None:
        if change:
            self._change(request, obj, form)
            return
        device, secret = actions.register_device(
            by=actor_of_request(request), now=timezone.now(), community_id=obj.community_id, model_id=obj.model_id,
            serial=obj.serial, made_on=obj.made_on,
        )  # fmt: skip
        obj.pk, obj._state.adding = device.pk, False
        messages.warning(request, TOLD_ONCE % {"name": device.serial, "secret": secret})

    def _change(self, request: HttpRequest, obj: Device, form: Any) -> None:
        """Whether it may connect is changed by the actions: they cut the open line, and the trail says so."""
        if "is_active" in form.changed_data:
            by, now, may_connect = actor_of_request(request), timezone.now(), obj.is_active
            if may_connect:
                actions.readmit_device(by=by, now=now, device_id=obj.pk)
            else:
                reason = gettext("switched off in the register")
                actions.strike_off_device(by=by, now=now, device_id=obj.pk, reason=reason)
        super().save_model(request, obj, form, change=True)


class InstallationForm(DerivingForm):
    derived = ("community",)

    def derive(self, *, typed: Mapping[str, Any]) -> Mapping[str, Any]:
        columns = {"community": self.chosen("device").community}
        dwelling, unit = self.chosen("dwelling"), self.chosen("unit")
        if dwelling is not None and dwelling.unit_id != unit.pk:
            self.add_error("dwelling", gettext("This door is not in the stairwell chosen above."))
        return columns


@admin.register(Installation)
class InstallationRegister(Register):
    form = InstallationForm
    icon = "home_pin"
    place = 20
    fields = ("device", "unit", "dwelling", "spot", "installed_on", "removed_on")
    list_display = ("device", "unit", "dwelling", "spot", "installed_on", "removed_on")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), ("removed_on", admin.EmptyFieldListFilter))
    list_select_related = ("device", "unit__building", "dwelling")
    search_fields = ("device__serial", "dwelling__label")
    autocomplete_fields = ("device", "unit", "dwelling")
    ordering = ("community", "id")


@admin.register(Gateway)
class GatewayRegister(Register):
    tells_itself = frozenset({"added"})
    icon = "router"
    place = 40
    list_display = ("name", "community", "is_active")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "is_active")
    list_select_related = ("community",)
    search_fields = ("name",)
    ordering = ("community", "name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("community", "name", "is_active") if obj else ("community", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("community",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Gateway, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        gateway, token = actions.register_gateway(
            by=actor_of_request(request), now=timezone.now(), community_id=obj.community_id, name=obj.name
        )
        obj.pk, obj._state.adding = gateway.pk, False
        messages.warning(request, TOLD_ONCE % {"name": gateway.name, "secret": token})


@admin.register(Reading)
class ReadingRegister(ReadOnlyRegister):
    icon = "monitoring"
    place = 50
    list_display = ("at", "device", "kind", "gas_percent_lel", "battery_percent", "clock_doubtful")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "kind", "clock_doubtful")
    list_select_related = ("device",)
    search_fields = ("device__serial",)
    ordering = ("-id",)
    fields = readonly_fields = (
        "community", "device", "kind", "at", "received_at", "clock_doubtful", "gas_percent_lel", "battery_percent", "payload",
    )  # fmt: skip


@admin.register(QuarantinedSignal)
class QuarantineRegister(ReadOnlyRegister):
    """What belongs to no community is seen by superusers alone: nobody knows yet whose it is."""

    icon = "block"
    place = 60
    list_display = ("received_at", "reason", "subject", "serial", "size_bytes")
    list_filter = (("community", admin.RelatedOnlyFieldListFilter), "reason")
    search_fields = ("subject", "serial")
    ordering = ("-id",)
    fields = ("community", "received_at", "reason", "explanation", "subject", "serial", "size_bytes", "first_bytes")
    readonly_fields = fields

    @admin.display(description=_("first bytes"))
    def first_bytes(self, obj: QuarantinedSignal) -> str:
        return bytes(obj.payload)[:512].decode("utf-8", errors="backslashreplace")
