"""The registers of places, people, posts, lists, visits and health notes."""

from linli.registry.admin import care, people, places, posts

__all__ = ["care", "people", "places", "posts"]
