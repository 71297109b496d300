"""One request: what it is, who told us, what happened, and what can be done now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.access import Reach
from linli.casework.actions.reporters import reveal_reporter_phone, reveal_request_text
from linli.casework.addresses import link_path, track_path, whole
from linli.casework.context import reach_for
from linli.casework.deeds import FORMS, Offer, offers_for
from linli.casework.forms.work import Around, DecideForm, DeedForm, ObjectForm
from linli.casework.masked import masked_words
from linli.casework.models import Request
from linli.casework.queries import requests as ask
from linli.casework.queries.hands import posts_that_lead, teams_that_lead
from linli.casework.queries.settings import categories_of
from linli.casework.queries.templates import filled_templates
from linli.casework.words import due_badge, history, link_badge, state_badge, step_line
from linli.core.masking import mask_phone


@never_cache
@require_safe
@permission_required("casework.view", raise_exception=True)
def request_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """All of one request within reach."""
    reach = reach_for(request.user)
    case = ask.request_for(reach=reach, request_id=request_id)
    return render(request, "casework/request.html", page_of(case=case, reach=reach, bound={}))


def page_of(
    *, case: Request, reach: Reach, bound: Mapping[str, DeedForm], changed_since: int | None = None
) -> dict[str, Any]:
    """What the page shows. ``bound`` are forms that were refused, with all that was typed; ``changed_since``: the version that their
    writer saw, to show what somebody else changed meanwhile."""
    now = timezone.now()
    around = around_of(case=case)
    offers = offers_for(case=case, reach=reach)
    forms = [(offer, bound.get(offer.what) or _fresh(offer, case, around)) for offer in offers]
    changes = ask.steps_since(request=case, version=changed_since) if changed_since is not None else []
    sees_reporters = reach.may("casework.reporters")
    return {
        "case": case,
        "state": state_badge(state=case.state),
        "has_numbers": sees_reporters and masked_words(case.text) != case.text,
        "due": due_badge(request=case, now=now),
        "lines": history(steps=ask.steps_of(request=case)),
        "changes": [step_line(step=one) for one in changes],
        "primary": next(((o, f) for o, f in forms if o.primary), None),
        "offers": [(o, f) for o, f in forms if not o.primary],
        "reporters": [(one, mask_phone(one.phone)) for one in around.reporters],
        "sees_reporters": sees_reporters,
        "links": [(one, link_badge(link=one), whole(link_path(link_id=one.pk))) for one in ask.links_of(request=case)],
        "track": whole(track_path(request_id=case.pk)),
        "ratings": ask.ratings_of(request=case),
        "object_form": ObjectForm(),
        "decide_form": DecideForm(),
        "now": now,
        "may_decide": reach.may("casework.decide"),
        "before": ask.told_before(reach=reach, request=case) if sees_reporters else [],
        "assistants": around.assistants,
        "answers": [
            (q.title, _said(q, case.attributes[q.code])) for q in around.questions if q.code in case.attributes
        ],
        "parts": ask.parts_of(request=case),
        "templates": filled_templates(request=case, state="resolved", reach=reach),
    }


def around_of(*, case: Request) -> Around:
    """What the forms offer to choose from."""
    on = timezone.localdate()
    return Around(
        posts=posts_that_lead(community_id=case.community_id, on=on),
        teams=teams_that_lead(community_id=case.community_id, on=on),
        categories=categories_of(community_id=case.community_id, on=on),
        reporters=ask.reporters_of(request=case),
        questions=ask.questions_of(request=case),
        assistants=ask.assistants_of(request=case),
        answers=case.attributes,
        place=case.place,
        public_text=case.public_text,
    )


@require_POST
@never_cache
def reporter_phone(request: HttpRequest, reporter_id: int) -> HttpResponse:
    """The number a reporter left, whole, with a reason."""
    number = reveal_reporter_phone(
        by=actor_of_request(request), now=timezone.now(), reporter_id=reporter_id, reason=request.POST.get("reason", "")
    )
    template = "casework/parts/revealed.html" if request.headers.get("HX-Request") else "casework/revealed.html"
    return render(request, template, {"value": number, "label": _("Phone")})


@require_POST
@never_cache
def request_text(request: HttpRequest, request_id: int) -> HttpResponse:
    """The words of a request with the numbers in them whole, with a reason."""
    text = reveal_request_text(
        by=actor_of_request(request), now=timezone.now(), request_id=request_id, reason=request.POST.get("reason", "")
    )
    template = (
        "casework/parts/revealed_text.html" if request.headers.get("HX-Request") else "casework/revealed_text.html"
    )
    return render(request, template, {"value": text, "label": _("Numbers in the words")})


def _fresh(offer: Offer, case: Request, around: Around) -> DeedForm:
    local = timezone.localtime(case.due_at)
    initial = {
        "seen": case.version, "category": case.category_id, "priority": case.priority, "words": case.place,
        "public_text": case.public_text, "due_at": local,
    }  # fmt: skip
    return FORMS[offer.what](initial=initial, around=around, auto_id=f"id_{offer.what}_%s")


def _said(question: Any, value: Any) -> str:
    """An answer in words: the words of a list, not its codes."""
    words = {
        str(choice[0]): str(choice[2 if question.title == question.title_en else 1]) for choice in question.choices
    }
    values = value if isinstance(value, list) else [value]
    return "、".join(words.get(str(one), str(one)) for one in values)
