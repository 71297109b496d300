"""What the trail's verbs about repeats, matters and tasks are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS_OF_REPEATS: Final[Mapping[str, str | Promise]] = {
    "found_repeat": _("found to keep coming back:"),
    "came_back": _("found more of what was put away:"),
    "put_away_repeat": _("put away the suggestion"),
    "accepted_repeat": _("made a matter of the suggestion"),
    "opened_matter": _("opened the matter"),
    "closed_matter": _("closed the matter"),
    "joined_matter": _("put into a matter the request"),
    "left_matter": _("took out of its matter the request"),
    "planned_task": _("planned the task"),
    "changed_task": _("changed the task"),
    "started_task": _("began the task"),
    "finished_task": _("finished the task"),
    "dropped_task": _("dropped the task"),
    "measured_task": _("measured the task"),
}
