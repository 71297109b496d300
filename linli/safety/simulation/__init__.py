"""Detectors that do not exist: thousands of them on real MQTT connections, for `linli simulate`, the benches and the tests."""
