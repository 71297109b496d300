"""What the registers' shell (django-unfold) lacks for those who hear a page, put into its output: no template of it is copied.

A later version that brings its own main landmark is left as it is.
"""

from __future__ import annotations

import re
from itertools import count

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
_SCROLLING = re.compile(r"\bdata-simplebar(?=[\s>])")
_EMPTY_HEAD = re.compile(r"(<th\b[^>]*>)\s*(</th>)")


@register.simple_block_tag
def landmarks(content: SafeString) -> SafeString:
    """`{% landmarks %}…{% endlandmarks %}`: names the main part, each part that scrolls by itself, and empty heads of columns."""
    page = str(content)
    if "<main" not in page and 'role="main"' not in page:
        page = page.replace('<div id="main"', '<div id="main" role="main"', 1)
    numbers = count(1)
    page = _SCROLLING.sub(lambda found: f'{found.group()} data-simplebar-aria-label="{_part(next(numbers))}"', page)
    nothing = format_html('<span class="sr-only">{}</span>', _("for one row"))
    page = _EMPTY_HEAD.sub(lambda found: f"{found.group(1)}{nothing}{found.group(2)}", page)
    return mark_safe(page)  # noqa: S308 - rendered by the template engine, and our own words


def _part(number: int) -> str:
    return format_html("{}", _("scrolling part %(n)d") % {"n": number})
