"""The registers of places, people and posts."""

from linli.registry.admin import people, places, posts

__all__ = ["people", "places", "posts"]
