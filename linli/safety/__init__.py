"""Gas and smoke detectors: what they report becomes an incident, and whoever must know is told.

Words: device model, device, installation, reading, signal (one message of a device), gateway (a platform that reports for devices),
doorkeeper (lets a device into the broker), listener (reads signals), quarantine (what could not be read, kept with its bytes).
Who enters: detectors over MQTT, NB-IoT platforms over HTTP; installers and the duty desk look after devices.
Promises: an acknowledged signal is recorded; a signal that comes twice counts once; what cannot be read is kept and shown.
Never: overrules a detector's own alarm flag by a number of ours; presents itself as the fire alarm system.
"""
