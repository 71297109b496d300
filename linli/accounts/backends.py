"""Signing in by name and password; permissions come from the roles of a user's posts."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Django's own backend for now."""
