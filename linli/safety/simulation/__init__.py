"""Detectors that do not exist: thousands of them on real MQTT connections, for `linli simulate`, the benches and the tests."""

from linli.safety.simulation.command import add_arguments, run

__all__ = ["add_arguments", "run"]
