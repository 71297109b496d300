"""The hand-over from one officer to the next."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.actors import actor_of_request
from linli.scheduling.actions import confirm_handover, write_handover
from linli.scheduling.forms import NoteForm
from linli.scheduling.queries.people import duty_to_hand_over, notes_of, notes_waiting, own_posts
from linli.scheduling.rules.deciding import WRITES_UNTIL
from linli.scheduling.views.entry import community_in, needs
from linli.scheduling.words import span_words
from linli.ui.form_parts import refusals_in

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs("scheduling.edit")
def handover_page(request: HttpRequest) -> HttpResponse:
    """What the officer before left to me; what I leave to the next."""
    community, now = community_in(request), timezone.now()
    own = own_posts(user_id=request.user.pk, on=timezone.localdate(now))
    duty = duty_to_hand_over(post_ids=own, since=now - WRITES_UNTIL, now=now)
    form = NoteForm(request.POST or None) if duty is not None else None
    if request.method == "POST" and duty is not None and form is not None and form.is_valid():
        with refusals_in(form):
            text = form.cleaned_data["text"]
            write_handover(by=actor_of_request(request), now=now, duty_id=duty.pk, text=text)
            return redirect(f"{reverse('scheduling:handover')}?community={duty.community_id}")
    context = {
        "community": community,
        "duty": duty,
        "span": span_words(begin=duty.starts_at, finish=duty.ends_at, zone=ZoneInfo(duty.community.time_zone))
        if duty
        else "",
        "form": form,
        "waiting": notes_waiting(community_ids=[community.pk]),
        "me": request.user.pk,
        "page": Paginator(notes_of(community_id=community.pk), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "scheduling/handover.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
@needs("scheduling.edit")
def confirm(request: HttpRequest, note_id: int) -> HttpResponse:
    """Read and taken over."""
    note = confirm_handover(by=actor_of_request(request), now=timezone.now(), note_id=note_id)
    return redirect(f"{reverse('scheduling:handover')}?community={note.community_id}")
