"""How somebody wishes to be told of what can wait."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Invalid, NotAllowed, NotFound
from linli.notifications.actions import state_wishes
from linli.notifications.forms import WishForm
from linli.notifications.queries import routine_wordings, wish_of
from linli.registry.actions import choose_language
from linli.registry.context import scope_for
from linli.registry.queries import HolderCard, first_post_of, holder_for, post_of_user


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wishes_page(request: HttpRequest, kind: str, holder_id: int) -> HttpResponse:
    """A relative's or a post's wishes, for staff who keep the register; one's own post's for everybody."""
    holder = _holder(request, kind, holder_id)
    form = WishForm(
        request.POST or None, holder=holder, routine=routine_wordings(), wish=wish_of(holder=holder)
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        by, now = actor_of_request(request), timezone.now()
        try:
            state_wishes(by=by, now=now, holder=holder, wish=form.wish())
            choose_language(
                by=by, now=now, kind=kind, holder_id=holder.id, language=form.cleaned_data["language"]
            )  # fmt: skip
        except Invalid as refusal:
            for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
                form.add_error(name or None, str(sentence))
        else:
            messages.success(request, _("Saved."))
            if holder.household_id is not None:
                return redirect("registry:household", holder.household_id)
            return redirect("notifications:wishes", kind, holder.id)
    return render(
        request, "notifications/wishes.html", {"holder": holder, "form": form}, status=422 if form.errors else 200
    )


@require_safe
def my_wishes(request: HttpRequest) -> HttpResponse:
    """To the wishes of one's own post."""
    post_id = first_post_of(user_id=request.user.pk or 0, on=timezone.localdate())
    return redirect("notifications:wishes", "post", post_id)


def _holder(request: HttpRequest, kind: str, holder_id: int) -> HolderCard:
    if kind not in {"contact", "post"}:
        raise NotFound
    if kind == "post":
        try:
            return post_of_user(user_id=request.user.pk or 0, post_id=holder_id)
        except NotFound:
            pass  # somebody else's: only for those who keep the register
    if not request.user.has_perm("registry.edit"):
        raise NotAllowed
    return holder_for(scope=scope_for(request.user), kind=kind, holder_id=holder_id)
