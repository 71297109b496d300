"""One duty: giving it, exchanging it, asking somebody to take it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.registry.context import scope_for
from linli.scheduling.actions import accept_swap, arrange_swap, ask_swap, decline_swap, give_duty, withdraw_swap
from linli.scheduling.forms import AskForm, ExchangeForm, GiveForm
from linli.scheduling.models import Duty
from linli.scheduling.queries.people import duties_to_come, duty_for, officers_of, own_posts, swaps_of
from linli.scheduling.views.entry import needs
from linli.scheduling.words import span_words
from linli.ui.form_parts import refusals_in

ANSWERS = {"accept": accept_swap, "decline": decline_swap, "withdraw": withdraw_swap}


@require_safe
@needs("scheduling.view")
def duty_page(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Who has it, what was asked and changed, and what can be done about it."""
    duty = duty_for(scope=scope_for(request.user), duty_id=duty_id)
    return _page(request, duty, _Forms(request, duty, timezone.now()))


class _Forms:
    """The forms this person may use on this duty; a bound one takes the place of its empty twin."""

    def __init__(self, request: HttpRequest, duty: Duty, now: datetime, bound: str = "") -> None:
        zone = ZoneInfo(duty.community.time_zone)
        own = own_posts(user_id=request.user.pk, on=timezone.localdate(now))
        officers = officers_of(community_id=duty.community_id, on=duty.on)
        others = [post for post in officers if post.pk != duty.post_id and post.pk not in own]
        over = duty.ends_at <= now
        self.is_over, self.is_own = over, duty.post_id in own
        arranges = request.user.has_perm("scheduling.arrange") and not over
        asks = self.is_own and duty.starts_at > now and bool(others)
        theirs = duties_to_come(post_ids=[p.pk for p in others], now=now) if arranges or asks else []
        data: dict[str, Any] = {bound: request.POST}
        self.give = GiveForm(data.get("give"), duty=duty, officers=officers) if arranges else None
        self.exchange = (
            ExchangeForm(data.get("exchange"), duties=theirs, zone=zone, prefix="exchange")
            if arranges and duty.post_id and theirs
            else None
        )
        self.ask = AskForm(data.get("ask"), officers=others, duties=theirs, zone=zone, prefix="ask") if asks else None


def _page(request: HttpRequest, duty: Duty, forms: _Forms, *, status: int = 200) -> HttpResponse:
    zone = ZoneInfo(duty.community.time_zone)
    context = {
        "duty": duty,
        "span": span_words(begin=duty.starts_at, finish=duty.ends_at, zone=zone),
        "forms": forms,
        "swaps": swaps_of(duty_id=duty.pk),
    }
    return render(request, "scheduling/duty.html", context, status=status)


@require_POST
@needs("scheduling.edit")
def change_duty(request: HttpRequest, duty_id: int, how: str) -> HttpResponse:
    """``how`` is give, exchange or ask."""
    duty, now = duty_for(scope=scope_for(request.user), duty_id=duty_id), timezone.now()
    forms = _Forms(request, duty, now, bound=how)
    form = {"give": forms.give, "exchange": forms.exchange, "ask": forms.ask}.get(how)
    if form is None:
        raise NotFound
    if form.is_valid():
        told: dict[str, Any] = {"by": actor_of_request(request), "now": now, "duty_id": duty.pk}
        typed = form.cleaned_data
        with refusals_in(form):
            if isinstance(form, GiveForm):
                give_duty(post_id=form.post_id(), reason=typed["reason"], **told)
            elif isinstance(form, ExchangeForm):
                arrange_swap(other_id=typed["other"], reason=typed["reason"], **told)
            else:
                ask_swap(asked_post_id=typed["whom"], in_return_id=typed["in_return"], note=typed["note"], **told)
            return redirect("scheduling:duty", duty.pk)
    return _page(request, duty, forms, status=422)


@require_POST
@needs("scheduling.edit")
def answer_swap(request: HttpRequest, swap_id: int, answer: str) -> HttpResponse:
    """``answer`` is accept, decline or withdraw."""
    act = ANSWERS.get(answer)
    if act is None:
        raise NotFound
    swap = act(by=actor_of_request(request), now=timezone.now(), swap_id=swap_id)
    return redirect("scheduling:duty", swap.duty_id)
