"""How this room may say no about routing sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class SentenceNotFound(NotFound):
    """No such sentence, or not in a community that this person looks after."""

    code = "routing-sentence-not-found"
    default_sentence = _("There is no such sentence. Perhaps somebody has just deleted it.")


class SentenceWrong(Invalid):
    """A sentence that names a category, place, team or post of another community, or goes to nobody; ``fields`` says which."""

    code = "routing-sentence-wrong"
    default_sentence = _("This sentence is not right yet. Look at the marked fields.")


class SentencesChanged(Refusal):
    """The sentences are not those that were tried: somebody changed one meanwhile."""

    code = "routing-sentences-changed"
    default_sentence = _(
        "Somebody changed the sentences after they were tried. Look at the trial below, then switch them on."
    )


class TooManySentences(Refusal):
    """More than sixty: nobody reads them any more."""

    code = "routing-too-many-sentences"
    default_sentence = _(
        "There are sixty sentences already. Join some of them, or delete those that are no longer needed."
    )
