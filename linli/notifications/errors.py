"""How the messages' room may say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Refusal


class LinkExpired(Refusal):
    """The link in a message is too old, or was not made by us."""

    code = "link-expired"
    status = 410
    default_sentence = _("This link no longer works. Call the duty desk of the community.")
