"""Words that people wrote, as a page shows them."""

from __future__ import annotations

from django import template

from linli.registry.import_words import masked_text

register = template.Library()


@register.filter
def numbers_masked(text: str) -> str:
    """Every phone or ID number inside the words is masked: a page that is only opened gives no reason."""
    return masked_text(text or "")
