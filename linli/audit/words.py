"""What the trail's verbs and kinds of things are called on a page. A verb nobody has named is shown as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

_verbs: dict[str, str | Promise] = {
    "added": _("added"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "revealed": _("saw in full"),
    "revealed_phone": _("saw the phone number of"),
    "revealed_id_number": _("saw the ID number of"),
    "exported": _("exported"),
    "imported": _("imported"),
    "signed_in": _("signed in"),
    "signed_out": _("signed out"),
    "sign_in_failed": _("tried to sign in, in vain"),
    "name_locked": _("was locked out"),
    "name_unlocked": _("unlocked"),
    "password_set": _("set the password of"),
    "registered": _("registered"),
    "installed": _("installed"),
    "opened": _("raised"),
    "cleared": _("reported back to normal"),
    "acknowledged": _("took in hand"),
    "answered": _("answered"),
    "noted": _("wrote a note on"),
    "closed": _("closed"),
    "told": _("told people of"),
    "moved_in": _("moved in"),
    "moved_out": _("moved out"),
    "appointed": _("gave a post to"),
    "ended": _("ended"),
}
_parts: dict[str, str | Promise] = {}


def verbs_mean(words: Mapping[str, str | Promise]) -> None:
    """A room above says in its ``ready()`` what its own verbs are called."""
    _verbs.update(words)


def parts_mean(words: Mapping[str, str | Promise]) -> None:
    """A room above says in its ``ready()`` what the parts of Linli are called that act in it by themselves."""
    _parts.update(words)


def part_word(*, part: str) -> str:
    return str(_parts.get(part, part))


def verb_word(*, verb: str) -> str:
    return str(_verbs.get(verb, verb.replace("_", " ")))


def verb_choices() -> list[tuple[str, str]]:
    """Every verb with its word, sorted by the word as the reader sees it."""
    return sorted(((verb, str(word)) for verb, word in _verbs.items()), key=lambda pair: pair[1])


def thing_word(*, object_type: str) -> str:
    """The name of the model that is called so; as written, if none is."""
    return _things().get(object_type.rpartition(".")[2].replace("_", ""), object_type.replace("_", " "))


def thing_choices(*, types: list[str]) -> list[tuple[str, str]]:
    return sorted(((t, thing_word(object_type=t)) for t in types), key=lambda pair: pair[1])


def _things() -> dict[str, str]:
    return {
        str(model._meta.model_name): capfirst(str(model._meta.verbose_name))
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
    }


KIND_WORDS: Mapping[str, str | Promise] = {
    "user": _("user"),
    "visitor": _("somebody not signed in"),
    "contact": _("relative"),
    "post": _("holder of a post"),
    "gateway": _("gateway"),
    "device": _("device"),
    "system": _("Linli itself"),
}

_details: Mapping[str, str | Promise] = {
    "failures": _("failures in a row"),
    "fields": _("fields"),
    "until": _("until"),
    "kind": _("kind"),
    "reason": _("why"),
}


def detail_word(*, key: str) -> str:
    return str(_details.get(key, key.replace("_", " ")))
