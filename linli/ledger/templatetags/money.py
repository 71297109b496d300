"""Money as people write it."""

from __future__ import annotations

from django import template

from linli.ledger.errors import yuan

register = template.Library()
register.filter("yuan", yuan)
