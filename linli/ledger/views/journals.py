"""One journal: what it moved, who wrote it, taking it back."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.actors import actor_of_request
from linli.ledger.access import REVERSE, VIEW, reach_of_user
from linli.ledger.actions.posting import reverse_journal
from linli.ledger.forms import ReverseForm
from linli.ledger.queries.listing import journal_for
from linli.ledger.rules import may_be_reversed
from linli.ledger.words import refusal_word, sort_word
from linli.ui.form_parts import refusals_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(VIEW, raise_exception=True)
def journal_page(request: HttpRequest, journal_id: int) -> HttpResponse:
    """A journal with its transfers, and the form that takes it back."""
    now = timezone.now()
    reach = reach_of_user(user=request.user, now=now)
    journal = journal_for(reach=reach, journal_id=journal_id)
    form = ReverseForm(request.POST if request.method == "POST" else None, initial={"key": uuid4().hex})
    if request.method == "POST":
        reach.need(REVERSE)
        if form.is_valid():
            with refusals_in(form):
                answer = reverse_journal(
                    by=actor_of_request(request), now=now, key=f"reverse/{form.cleaned_data['key']}", journal_id=journal.pk,
                    business_on=timezone.localdate(now), note=form.cleaned_data["reason"],
                )  # fmt: skip
                return redirect("ledger:journal", answer.enforce().pk)
    transfers = list(journal.transfers.all())
    left = may_be_reversed(
        transfers=[
            (
                one.kind,
                one.reverses_id is not None,
                one.amount_fen - sum(back.amount_fen for back in one.reversed_by.all()),
            )
            for one in transfers
        ]
    )
    shown = {
        "journal": journal,
        "word": sort_word(sort=journal.sort),
        "refusal": refusal_word(refusal=journal.refusal) if journal.refusal else "",
        "transfers": transfers,
        "form": form if left and request.user.has_perm(REVERSE) else None,
        "backs": sorted(
            {back.journal for one in transfers for back in one.reversed_by.all()}, key=lambda one: one.number
        ),
    }
    return render(request, "ledger/journal.html", shown, status=422 if form.errors else 200)
