"""Keys of programs: who may write requests over Open311."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.actors import actor_of_request
from linli.casework.actions.open311 import end_api_key, make_api_key
from linli.casework.context import reach_for
from linli.casework.forms.open311 import ALL, KeyForm
from linli.casework.queries.open311 import communities_to_arrange, keys_for


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("casework.arrange", raise_exception=True)
def keys_page(request: HttpRequest) -> HttpResponse:
    """The keys of my communities; a POST makes a new one, which is shown this once."""
    reach, now = reach_for(request.user), timezone.now()
    communities, extra = communities_to_arrange(reach=reach), [ALL] if reach.scope.everything else []
    form, plain, made = KeyForm(request.POST or None, communities=communities, extra=extra), "", None
    if request.method == "POST" and form.is_valid():
        made, plain = make_api_key(
            by=actor_of_request(request),
            now=now,
            community_id=form.community_id(),
            name=form.cleaned_data["name"],
            per_minute=form.cleaned_data["per_minute"],
        )
        form = KeyForm(communities=communities, extra=extra)
    context = {
        "form": form,
        "lines": keys_for(reach=reach, now=now),
        "made": made,
        "plain": plain,
        "discovery": request.build_absolute_uri("/open311/v2/discovery.xml"),
    }
    return render(request, "casework/open311/keys.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("casework.arrange", raise_exception=True)
def end_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """The program can write no more."""
    end_api_key(by=actor_of_request(request), now=timezone.now(), key_id=key_id)
    return redirect("casework:keys")
