"""Devices, where they hang, how they get in, and what they said."""

from linli.safety.models.devices import Device, DeviceModel, DeviceState, Installation
from linli.safety.models.doors import Gateway, QuarantinedSignal
from linli.safety.models.readings import Reading

__all__ = ["Device", "DeviceModel", "DeviceState", "Gateway", "Installation", "QuarantinedSignal", "Reading"]
