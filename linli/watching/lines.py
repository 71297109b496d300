"""What the desk must be told about Linli itself, on every page that lists alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.rooms import DeskLine
from linli.watching.queries.path import own_path
from linli.watching.queries.troubles import disk_trouble, path_sentence, path_title


def own_state(now: datetime) -> Sequence[DeskLine]:
    """Red when alarms do not come through, amber when they come late or the disk is nearly full; else nothing. One query."""
    lines = []
    path = own_path(now=now)
    if path.state in {"slow", "silent"} and path.since is not None:
        words = {
            "title": path_title(part=path.part),
            "sentence": path_sentence(part=path.part),
            "since": f"{timezone.localtime(path.since):%H:%M:%S}",
        }
        text = _("%(title)s, last well at %(since)s. %(sentence)s") % words
        lines.append(DeskLine("danger" if path.state == "silent" else "soon", text))
    if (disk := disk_trouble()) is not None:
        lines.append(DeskLine("danger" if disk.endangers_alarms else "soon", str(disk.sentence)))
    return lines
