"""What one can do with detectors: take in what they say, keep what cannot be read and settle it, register, hang up and try out
devices, change their secrets."""

from linli.safety.actions.ageing import end_troubles_of_the_gone, judge_batteries, judge_lives, miss_self_tests
from linli.safety.actions.chatter import calm_sensors, raise_unheeded_alarms
from linli.safety.actions.commissioning import (
    PutUp,
    end_commissioning,
    open_commissioning,
    put_up_device,
    take_down_device,
)
from linli.safety.actions.credentials import (
    confirm_new_secrets,
    readmit_device,
    rotate_secret,
    settle_cut_offs,
    strike_off_device,
)
from linli.safety.actions.devices import install_device, register_device, register_gateway
from linli.safety.actions.intake import renew_intake_stamp
from linli.safety.actions.quarantine import Note, quarantine_notes
from linli.safety.actions.settling import Replayed, dismiss_signals, replay_signals, treat_signal
from linli.safety.actions.signals import Taken, take_signals
from linli.safety.actions.silence import Swept, sweep_silence

__all__ = [
    "Note",
    "PutUp",
    "Replayed",
    "Swept",
    "Taken",
    "calm_sensors",
    "confirm_new_secrets",
    "dismiss_signals",
    "end_commissioning",
    "end_troubles_of_the_gone",
    "install_device",
    "judge_batteries",
    "judge_lives",
    "miss_self_tests",
    "open_commissioning",
    "put_up_device",
    "quarantine_notes",
    "raise_unheeded_alarms",
    "readmit_device",
    "register_device",
    "register_gateway",
    "renew_intake_stamp",
    "replay_signals",
    "rotate_secret",
    "settle_cut_offs",
    "strike_off_device",
    "sweep_silence",
    "take_down_device",
    "take_signals",
    "treat_signal",
]
