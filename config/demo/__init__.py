"""The demo: an invented community of the size of a real one. Nobody in it exists.

``build_town`` writes it once and keeps its webhooks up to date afterwards; ``describe_demo`` is what ``linli demo --json`` prints.
"""

from config.demo.building import DemoTown, build_town
from config.demo.description import describe_demo
from config.demo.keys import NoDemoKeys, device_secrets

__all__ = ["DemoTown", "NoDemoKeys", "build_town", "describe_demo", "device_secrets"]
