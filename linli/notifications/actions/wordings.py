"""A community's own words in the place of the built-in ones. Nothing is overwritten: the newest version holds."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.notifications import wording
from linli.notifications.models import WordingVersion
from linli.notifications.rules import may_word
from linli.notifications.spelling import kept_form
from linli.notifications.standing import forget_standing


@transaction.atomic
def word_message(
    *, by: Actor, now: datetime, community_id: int, code: str, language: str, form: str, title: str, text: str
) -> WordingVersion:
    """Let messages of this wording, language ("zh" or "en") and form ("long", "short", "spoken") say this from now on.

    Variables may be written by their Chinese names and with wide braces. Raises NotFound for a wording that nobody laid down,
    and WordingRefused with a sentence for each field that will not do.
    """
    laid = _laid(code, language, form)
    kept_title = kept_form(title, codes=wording.codes_of(laid)) if form == wording.LONG else ""
    kept_text = kept_form(text, codes=wording.codes_of(laid))
    may_word(
        form=form,
        title=kept_title,
        text=kept_text,
        known=laid.knows_in(language),
        needed=laid.needs,
        names=wording.names_of(laid, language=language),
        samples=wording.samples_of(laid, language=language),
    ).enforce()
    version = WordingVersion(
        community_id=community_id, code=code, language=language, form=form, title=kept_title, text=kept_text
    )
    return _added(by, now, version, verb="changed")


@transaction.atomic
def reset_wording(
    *, by: Actor, now: datetime, community_id: int, code: str, language: str, form: str
) -> WordingVersion:
    """Back to the built-in words, from now on. Raises NotFound."""
    _laid(code, language, form)
    version = WordingVersion(community_id=community_id, code=code, language=language, form=form)
    return _added(by, now, version, verb="reset")


def _added(by: Actor, now: datetime, version: WordingVersion, *, verb: str) -> WordingVersion:
    version.at, version.author, version.author_ref = now, by.label[:120], by.ref
    version.save(force_insert=True)
    label = f"{wording.wording_laid_down(version.code).called} · {version.language} · {version.form}"
    record_traces(by=by, now=now, traces=[Trace(verb, "wordingversion", str(version.pk), version.community_id, label)])
    transaction.on_commit(forget_standing)
    return version


def _laid(code: str, language: str, form: str) -> wording.Laid:
    try:
        laid = wording.wording_laid_down(code)
    except KeyError as unknown:
        raise NotFound from unknown
    if language not in wording.LANGUAGES or form not in wording.FORMS:
        raise NotFound
    return laid
