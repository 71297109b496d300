"""Words about requests, as a page shows them."""

from __future__ import annotations

from django import template

from linli.casework.masked import masked_words

register = template.Library()
register.filter("words_masked", masked_words)
