"""What one can do with detectors: take in what they say, keep what cannot be read, register and install them."""

from linli.safety.actions.devices import install_device, register_device, register_gateway
from linli.safety.actions.quarantine import Note, quarantine_notes
from linli.safety.actions.signals import Taken, take_signals

__all__ = ["Note", "Taken", "install_device", "quarantine_notes", "register_device", "register_gateway", "take_signals"]
