"""The components of `ui/components/` as tags and filters: `{% load linli %}`. Each is shown with its states on /ui/gallery/."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from linli.core.rooms import desk_lines_now
from linli.ui import states, times
from linli.ui.icons import ICONS

register = template.Library()


def _ident(prefix: str, *parts: object) -> str:
    """An element id that is the same on every render and in every process."""
    return f"{prefix}-{crc32('|'.join(map(str, parts)).encode()):08x}"


@register.filter
def ago(at: datetime | None) -> str:
    """`3 minutes ago`, with the exact time on hover; the page keeps it fresh."""
    return times.ago(at=at)


@register.filter
def clock(at: datetime | None) -> str:
    """`today 14:05`, with the exact time on hover."""
    return times.clock(at=at)


@register.simple_tag
def icon(name: str, *, label: str = "", size: str = "") -> SafeString:
    """One of our own icons. Without a label it is decoration, and hidden from screen readers. Raises KeyError for an unknown name."""
    return _icon(name, str(label), size)


@lru_cache(maxsize=512)
def _icon(name: str, label: str, size: str) -> SafeString:
    """Few different ones are drawn again and again: a list of thirty rows holds some two hundred."""
    shape = mark_safe(ICONS[name])  # noqa: S308 - our own constant
    css = f"icon icon-{size}" if size else "icon"
    if label:
        return format_html('<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', css, label, shape)
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', css, shape)


@register.simple_tag
def badge(state: str, word: str = "", *, icon: str = "", extra: str = "") -> SafeString:
    """A state as icon, word and colour. States: danger, soon, hand, done, unknown (KeyError for any other)."""
    return _badge(state, str(word or states.STATES[state].word), icon, extra)


@lru_cache(maxsize=512)
def _badge(state: str, word: str, icon: str, extra: str) -> SafeString:
    look = states.STATES[state]
    shape = mark_safe(ICONS[icon or look.icon])  # noqa: S308 - our own constant
    return format_html(
        '<span class="badge state-{}{}"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
        "<span>{}</span></span>",
        state,
        f" {extra}" if extra else "",
        shape,
        word,
    )


@register.inclusion_tag("ui/components/button.html")
def button(
    text: str,
    *,
    kind: str = "primary",
    href: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    big: bool = False,
    key: str = "",
    verdict: Any = None,
    type: str = "submit",
    opens: str = "",
) -> dict[str, Any]:
    """A button, or a link that looks like one when `href` is given. A falsy `verdict` greys it and says why."""
    refused = verdict is not None and not verdict
    return {
        "text": text,
        "kind": kind,
        "href": href,
        "icon": icon,
        "name": name,
        "value": value,
        "form": form,
        "big": big,
        "key": key,
        "type": "button" if opens else type,
        "opens": opens,
        "refused": refused,
        "why": verdict.refusal.sentence if refused and verdict.refusal else "",
        "why_id": _ident("why", text, name, value, href),
    }


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """`{% capture as name %}…{% endcapture %}`: keeps a piece of page to print it twice, or to ask whether it is empty."""
    return mark_safe(content.strip())  # noqa: S308 - already rendered by the template engine


@register.simple_block_tag
def card(
    content: SafeString, title: str = "", *, state: str = "", icon: str = "", href: str = "", level: int = 2
) -> str:
    """A bordered block with a heading; `state` colours its edge and names the state in a badge."""
    return render_to_string(
        "ui/components/card.html",
        {"content": content, "title": title, "state": state, "icon": icon, "href": href, "level": level},
    )


@register.simple_block_tag
def table(content: SafeString, caption: str, *, count: int | None = None, note: str = "", ident: str = "") -> str:
    """Says what it holds, how many, and what is filtered; scrolls sideways inside itself with the first column fixed on phones."""
    return render_to_string(
        "ui/components/table.html",
        {
            "content": content,
            "caption": caption,
            "count": count,
            "note": note,
            "ident": ident or f"table-{slugify(caption, allow_unicode=True) or 'list'}",
        },
    )


@register.simple_block_tag
def details(content: SafeString, summary: str, *, open: bool = False) -> str:
    """More for whoever wants it."""
    return render_to_string("ui/components/details.html", {"content": content, "summary": summary, "open": open})


@register.inclusion_tag("ui/components/empty.html")
def empty(
    *,
    title: str,
    text: str = "",
    action_label: str = "",
    action_url: str = "",
    import_url: str = "",
    icon: str = "list",
) -> dict[str, Any]:
    """Nothing here yet: what this is, the one button to press, a link to import."""
    return {
        "title": title,
        "text": text,
        "action_label": action_label,
        "action_url": action_url,
        "import_url": import_url,
        "icon": icon,
    }


@register.inclusion_tag("ui/components/notice.html")
def notice(state: str, text: str, *, icon: str = "", href: str = "", link: str = "") -> dict[str, Any]:
    """One sentence across the column, in one of the five states."""
    return {"state": state, "icon": icon or states.STATES[state].icon, "text": text, "href": href, "link": link}


@register.inclusion_tag("ui/forms/summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form, each line a link to its field. Prints nothing when nothing is wrong."""
    return {"form": form, "lines": summary_lines(form)}


@register.filter
def summary_lines(form: BaseForm) -> list[dict[str, str]]:
    """(where to jump, what is wrong) for every error of a form, its hidden fields' included."""
    lines = [{"href": "", "text": str(e)} for e in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else bound.id_for_label or bound.auto_id
        lines += [{"href": target, "text": str(e), "label": str(bound.label)} for e in bound.errors]
    return lines


@register.simple_tag
def field(bound: BoundField) -> str:
    """One field of a form, drawn as our renderer draws it."""
    return bound.as_field_group()


@register.inclusion_tag("ui/components/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """What happened, oldest or newest first as given. Entry: at, text, and optionally who, state, icon, detail."""
    return {"entries": entries}


@register.inclusion_tag("ui/components/masked.html", takes_context=True)
def masked(context: Context, value: str, *, label: str, reveal_url: str = "", ident: str = "") -> dict[str, Any]:
    """A masked value with a button that asks the reason before it shows the whole."""
    return {
        "value": value,
        "label": label,
        "reveal_url": reveal_url,
        "ident": ident or _ident("masked", reveal_url, label),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/components/revealed.html")
def revealed(value: str, *, label: str, phone: bool = False) -> dict[str, Any]:
    """The answer of a reveal: the whole value, and a call button if it is a phone."""
    return {"value": value, "label": label, "phone": phone}


@register.inclusion_tag("ui/components/call.html")
def call(phone: str, *, name: str = "", big: bool = False, kind: str = "plain") -> dict[str, Any]:
    """A button that rings somebody. Keeps digits and a leading + only."""
    digits = "".join(c for c in phone if c.isdigit())
    return {
        "href": f"tel:{'+' if phone.strip().startswith('+') else ''}{digits}",
        "phone": phone,
        "name": name,
        "big": big,
        "kind": kind,
    }


@register.inclusion_tag("ui/components/steps.html")
def steps(labels: list[str], *, current: int = 1) -> dict[str, Any]:
    """Where one is in a job of several pages; `current` counts from 1."""
    return {"steps": [{"label": label, "done": n < current, "now": n == current} for n, label in enumerate(labels, 1)]}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], *, param: str = "page") -> dict[str, Any]:
    """Earlier, later and the page numbers between; the other query parameters stay."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def link(number: int | str) -> str:
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    numbers = [
        {"number": n, "href": link(n) if isinstance(n, int) else "", "current": n == page.number}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/sound.html")
def sound_controls() -> dict[str, Any]:
    """Test, volume, mute for two minutes, and "turn the sound on" where the browser waits for a tap."""
    return {}


@register.inclusion_tag("ui/components/own_state.html")
def own_state() -> dict[str, Any]:
    """What is wrong with Linli itself, in every room's words; nothing while all is well. For pages that people watch alarms on."""
    return {"lines": desk_lines_now(now=timezone.now())}


@register.simple_tag
def icon_names() -> SafeString:
    """Every icon with its name, for the gallery."""
    return format_html_join("", "<li>{}<code>{}</code></li>", ((icon(name, size="large"), name) for name in ICONS))
