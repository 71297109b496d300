"""Linli (邻里): what a residential community does for its people, run from one screen."""

__version__ = "0.1.0"
