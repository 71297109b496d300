"""Proactive tasks, for whom they are and whether they helped, as pages say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from linli.casework.models import ProactiveTask, TaskTarget
from linli.casework.queries.aims import AimNames
from linli.casework.queries.tasks import Comparison, Progress
from linli.casework.rules.aims import Aim
from linli.casework.rules.measuring import AS_MANY, FEWER, MORE, TOO_FEW
from linli.casework.words import Badge
from linli.registry.groups import Group
from linli.ui.bars import Bar, lying_bars

TONES: Final = {
    "planned": ("unknown", "calendar"), "doing": ("hand", "person"), "done": ("done", "check"), "measured": ("done", "bars"),
    "dropped": ("unknown", "cross"),
}  # fmt: skip
TARGET_TONES: Final = {"to_do": ("soon", "clock"), "done": ("done", "check"), "skipped": ("unknown", "cross")}
VERDICTS: Final[Mapping[str, tuple[str, str, str | Promise]]] = {
    FEWER: (
        "done",
        "check",
        gettext_lazy("Fewer than before: %(before)d in the %(days)d days before, %(after)d in the %(days)d days after."),
    ),
    AS_MANY: (
        "soon",
        "warning",
        gettext_lazy("About as many as before: %(before)d in the %(days)d days before, %(after)d in the %(days)d days after."),
    ),
    MORE: (
        "soon",
        "warning",
        gettext_lazy("More than before: %(before)d in the %(days)d days before, %(after)d in the %(days)d days after."),
    ),
    TOO_FEW: (
        "unknown",
        "unknown",
        gettext_lazy("%(before)d in the %(days)d days before, %(after)d in the %(days)d days after: too few to say whether it helped."),
    ),
}  # fmt: skip


def task_badge(*, task: ProactiveTask) -> Badge:
    """A task's state as icon, word and colour."""
    tone, icon = TONES[task.state]
    return Badge(tone, str(task.get_state_display()), icon)


def target_badge(*, target: TaskTarget) -> Badge:
    """Whether a door is done, as icon, word and colour."""
    tone, icon = TARGET_TONES[target.state]
    return Badge(tone, str(target.get_state_display()), icon)


def progress_words(*, progress: Progress) -> str:
    """12 of 40 done, 3 not needed, 25 to do."""
    told = {"done": progress.done, "total": progress.total, "skipped": progress.skipped, "left": progress.to_do}
    if progress.skipped:
        return _("%(done)d of %(total)d done, %(skipped)d not needed, %(left)d to do") % told
    return _("%(done)d of %(total)d done, %(left)d to do") % told


def aim_words(*, aim: Aim, names: AimNames) -> str:
    """For whom it is: building 8, stairwell 3 · riser 02 · ground floor · passbook user, 70 or older."""
    said = [_("Building %(building)s") % {"building": number} for number in names.buildings]
    said += [_("Building %(building)s, stairwell %(unit)d") % {"building": b, "unit": u} for b, u in names.units]
    parts = [_("; ").join(said)] if said else []
    if aim.column:
        parts.append(_("riser of the doors ending in %(column)s") % {"column": aim.column})
    parts += [part for part in (_floors(aim), _people(aim)) if part]
    if names.category is not None:
        told = {"category": names.category.title, "days": aim.told_days}
        parts.append(_("told us of “%(category)s” in the last %(days)d days") % told)
    return " · ".join(parts)


def meant_words(*, aim: Aim, n: int) -> str:
    """23 households, or 23 people."""
    if aim.is_for_people:
        return ngettext("%(n)d person", "%(n)d people", n) % {"n": n}
    return ngettext("%(n)d household", "%(n)d households", n) % {"n": n}


def verdict_words(*, comparison: Comparison) -> str:
    """Fewer, as many, more, or too few to say."""
    told = {"before": comparison.before, "after": comparison.after, "days": comparison.days}
    return str(VERDICTS[comparison.verdict][2]) % told


def verdict_badge(*, comparison: Comparison) -> Badge:
    """The same in a word."""
    tone, icon, _sentence = VERDICTS[comparison.verdict]
    word = {
        FEWER: pgettext("measured", "fewer"),
        AS_MANY: pgettext("measured", "as many"),
        MORE: pgettext("measured", "more"),
        TOO_FEW: pgettext("measured", "too few to say"),
    }
    return Badge(tone, word[comparison.verdict], icon)


def comparison_picture(*, comparison: Comparison) -> SafeString:
    """Two bars: before and after."""
    bars = [
        Bar(pgettext("measured", "before"), comparison.before),
        Bar(pgettext("measured", "after"), comparison.after),
    ]
    return lying_bars(bars=bars, says=verdict_words(comparison=comparison))


def _floors(aim: Aim) -> str:
    if aim.floor_from is None and aim.floor_to is None:
        return ""
    if aim.floor_to == 1 and (aim.floor_from or 1) == 1:
        return _("ground floor")
    if aim.floor_from is None:
        return _("up to floor %(to)d") % {"to": aim.floor_to}
    if aim.floor_to is None:
        return _("from floor %(from)d") % {"from": aim.floor_from}
    return _("floors %(from)d to %(to)d") % {"from": aim.floor_from, "to": aim.floor_to}


def _people(aim: Aim) -> str:
    said = []
    if aim.group:
        said.append(str(Group(aim.group).label))
    if aim.alone:
        said.append(_("living alone"))
    if aim.age_from is not None and aim.age_to is not None:
        said.append(_("%(from)d to %(to)d years old") % {"from": aim.age_from, "to": aim.age_to})
    elif aim.age_from is not None:
        said.append(_("%(from)d or older") % {"from": aim.age_from})
    elif aim.age_to is not None:
        said.append(_("%(to)d or younger") % {"to": aim.age_to})
    return _(", ").join(said)
