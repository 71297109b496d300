"""Plugs the house together: settings, addresses, processes, the ``linli`` command. Nobody imports it."""
