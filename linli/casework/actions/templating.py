"""Answers to begin with: kept by the community, checked for variables that nobody fills in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from linli.casework.access import ARRANGE, reach_of_actor
from linli.casework.actions.arranging import arranging, changed_fields, tell_arranged
from linli.casework.errors.arranging import ArrangementNotFound, ArrangementWrong, VariableUnknown
from linli.casework.models import Category, Request, ResponseTemplate
from linli.casework.rules.templates import unknown_variables
from linli.core.actors import Actor
from linli.core.errors import Text

STATES: Final = ("resolved", "waiting", "outside", "returned", "reopened", "cancelled")
"""The states that are entered with words."""
SAYS_WHICH: Final = _("{{{name}}} is not known. Use {{number}}, {{place}}, {{category}}, {{due}} and {{reporter}}.")


@dataclass(frozen=True, slots=True)
class TemplateGiven:
    """What it is called and says, for which state, and for which category (None: for all)."""

    state: str
    title: str
    text: str
    category_id: int | None = None
    position: int = 1


@transaction.atomic
def add_template(*, by: Actor, now: datetime, community_id: int, given: TemplateGiven) -> ResponseTemplate:
    """One more. Raises NotAllowed, ArrangementNotFound, ArrangementWrong, VariableUnknown."""
    arranging(by=by, now=now, community_id=community_id)
    template = ResponseTemplate(community_id=community_id)
    _set(template, given)
    template.save()
    tell_arranged(row=template, community_id=community_id, by=by, now=now, verb="added")
    return template


@transaction.atomic
def change_template(*, by: Actor, now: datetime, template_id: int, given: TemplateGiven) -> ResponseTemplate:
    """Say it otherwise; answers that were given stay. Raises NotAllowed, ArrangementNotFound, ArrangementWrong, VariableUnknown."""
    template = _template(by, now, template_id)
    changed = _set(template, given)
    if changed:
        template.save()
        tell_arranged(row=template, community_id=template.community_id, by=by, now=now, verb="changed", fields=changed)
    return template


@transaction.atomic
def delete_template(*, by: Actor, now: datetime, template_id: int) -> None:
    """No longer offered. Raises NotAllowed, ArrangementNotFound."""
    template = _template(by, now, template_id)
    tell_arranged(row=template, community_id=template.community_id, by=by, now=now, verb="deleted")
    template.delete()


def _template(by: Actor, now: datetime, template_id: int) -> ResponseTemplate:
    reach_of_actor(by=by, now=now).need(ARRANGE)
    community_id = ResponseTemplate.objects.filter(pk=template_id).values_list("community_id", flat=True).first()
    if community_id is None:
        raise ArrangementNotFound
    arranging(by=by, now=now, community_id=community_id)
    found = ResponseTemplate.objects.filter(pk=template_id).first()
    if found is None:
        raise ArrangementNotFound
    return found


def _set(template: ResponseTemplate, given: TemplateGiven) -> list[str]:
    wrong: dict[str, Text] = {}
    if given.state not in STATES or given.state not in Request.State.values:
        wrong["state"] = _("Choose one of the states.")
    for name in ("title", "text"):
        if not getattr(given, name).strip():
            wrong[name] = _("Write something here.")
    categories = Category.objects.filter(community_id=template.community_id)
    if given.category_id is not None and not categories.filter(pk=given.category_id).exists():
        wrong["category"] = _("Choose one of the categories.")
    same = ResponseTemplate.objects.filter(
        Q(category_id=given.category_id) if given.category_id is not None else Q(category__isnull=True),
        community_id=template.community_id, state=given.state, title=given.title.strip(),
    )  # fmt: skip
    if same.exclude(pk=template.pk).exists():
        wrong["title"] = _("There is one of this name already, for this state and category.")
    if wrong:
        raise ArrangementWrong(fields=wrong)
    if unknown := unknown_variables(text=given.text):
        raise VariableUnknown(fields={"text": format_lazy(SAYS_WHICH, name=unknown[0][:30])})
    values = {**asdict(given), "title": given.title.strip()[:60], "text": given.text.strip()[:2000]}
    return changed_fields(row=template, values=values)
