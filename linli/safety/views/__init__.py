"""The room's pages: devices' health, hanging a device, its credentials, what could not be read."""
