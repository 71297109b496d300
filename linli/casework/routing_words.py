"""A routing sentence as one reads it: if it is about …, at …, then it goes to …"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.casework.models import Category, RoutingRule


def category_words(*, category: Category) -> str:
    """The main category and the one below it: 水电气暖·漏水跑水."""
    return f"{category.parent.title}·{category.title}" if category.parent is not None else category.title


def sentence_words(*, rule: RoutingRule) -> str:
    """The whole sentence. ``rule`` has its category (with the main one), places, team and post at hand."""
    parts = [part for part in (_about(rule), _channel(rule), _place(rule), _time(rule)) if part]
    target = str(rule.team or rule.post or "")
    if not parts:
        return _("Whatever it is → it goes to [%(target)s]") % {"target": target}
    condition = pgettext("between conditions", ", ").join(parts)
    return _("If %(condition)s → it goes to [%(target)s]") % {"condition": condition, "target": target}


def _about(rule: RoutingRule) -> str:
    if rule.category is None:
        return ""
    return _("it is about [%(category)s]") % {"category": category_words(category=rule.category)}


def _channel(rule: RoutingRule) -> str:
    return _("it came [%(channel)s]") % {"channel": rule.get_channel_display()} if rule.channel else ""


def _place(rule: RoutingRule) -> str:
    places = [str(place) for place in (rule.grid, rule.building) if place is not None]
    return _("in [%(place)s]") % {"place": " ".join(places)} if places else ""


def _time(rule: RoutingRule) -> str:
    days = {"working": _("working days"), "free": _("days off")}.get(rule.days, "")
    hours = ""
    if rule.begins is not None and rule.ends is not None and rule.begins != rule.ends:
        pattern = _("%(begins)s–%(ends)s the next day") if rule.ends < rule.begins else "%(begins)s–%(ends)s"
        hours = pattern % {"begins": f"{rule.begins:%H:%M}", "ends": f"{rule.ends:%H:%M}"}
    said = " ".join(part for part in (days, hours) if part)
    return _("on [%(time)s]") % {"time": said} if said else ""
