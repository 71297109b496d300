"""Follow-up calls (回访): whom to call about an answer, and what they say."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.actions.rating import rate_by_call, record_call_try
from linli.casework.context import reach_for
from linli.casework.forms.public import CallForm, TryForm
from linli.casework.queries.calls import call_for, calls_to_make, tries_of
from linli.core.masking import mask_phone
from linli.ui.form_parts import refusals_in

MOST = 100


@never_cache
@require_safe
@permission_required("casework.reporters", raise_exception=True)
def calls_page(request: HttpRequest) -> HttpResponse:
    """Everybody who has to be asked how the answer was, the oldest answer first."""
    calls = calls_to_make(reach=reach_for(request.user), limit=MOST)
    tried = tries_of(reporters=calls)
    rows = [(one, mask_phone(one.phone), tried.get(one.pk)) for one in calls]
    return render(request, "casework/calls.html", {"rows": rows, "most": MOST})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.reporters", raise_exception=True)
def call_page(request: HttpRequest, reporter_id: int) -> HttpResponse:
    """The three questions as they are asked on the phone; or what came of the try."""
    reporter = call_for(reach=reach_for(request.user), reporter_id=reporter_id)
    in_vain = request.POST.get("in_vain") is not None
    form = CallForm(None if in_vain else request.POST or None)
    try_form = TryForm(request.POST if in_vain else None)
    by, now = actor_of_request(request), timezone.now()
    if request.method == "POST" and in_vain and try_form.is_valid():
        outcome = try_form.cleaned_data["outcome"]
        record_call_try(by=by, now=now, request_id=reporter.request_id, reporter_id=reporter.pk, outcome=outcome)
        messages.success(request, _("Written down. They stay on the list."))
        return redirect("casework:calls")
    if request.method == "POST" and not in_vain and form.is_valid():
        with refusals_in(form):
            rate_by_call(by=by, now=now, request_id=reporter.request_id, reporter_id=reporter.pk, rated=form.rated())
            messages.success(request, _("Written down. Thank you."))
            return redirect("casework:calls")
    shown = {
        "reporter": reporter,
        "case": reporter.request,
        "form": form,
        "try_form": try_form,
        "phone": mask_phone(reporter.phone),
    }
    return render(request, "casework/call.html", shown, status=422 if form.errors or try_form.errors else 200)
