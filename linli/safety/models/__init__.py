"""Devices, where they hang, how they get in, and what they said."""

from linli.safety.models.commissioning import CommissioningWindow
from linli.safety.models.credentials import EarlierSecret, OwedCutOff
from linli.safety.models.devices import Device, DeviceModel, DeviceState, Installation
from linli.safety.models.doors import Gateway, QuarantinedSignal
from linli.safety.models.readings import Reading
from linli.safety.models.troubles import CareRule, DeviceMemory, DeviceTrouble, IntakeOutage, IntakeStamp

__all__ = [
    "CareRule",
    "CommissioningWindow",
    "Device",
    "DeviceMemory",
    "DeviceModel",
    "DeviceState",
    "DeviceTrouble",
    "EarlierSecret",
    "Gateway",
    "Installation",
    "IntakeOutage",
    "IntakeStamp",
    "OwedCutOff",
    "QuarantinedSignal",
    "Reading",
]
