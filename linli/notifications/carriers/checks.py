"""What ``linli check`` asks of the providers of texts and calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from linli.core.rooms import Finding
from linli.notifications.carriers.queries import carriers_in_use
from linli.notifications.models import Carrier


def carriers_take_messages(now: datetime) -> Sequence[Finding]:
    """Every provider that is in use is set up whole, and did not refuse us when we last asked it. Asks no provider now."""
    return [_finding(carrier) for carrier in carriers_in_use()]


def _finding(carrier: Carrier) -> Finding:
    name = {"provider": carrier.get_provider_display(), "community": carrier.community.name}
    missing = missing_of(carrier)
    if missing:
        sentence = _("%(provider)s of %(community)s is in use but not set up: fill in %(fields)s.") % {
            **name,
            "fields": ", ".join(missing),
        }
    elif carrier.refusal and carrier.refused_at is not None:
        sentence = _(
            "%(provider)s refuses the messages of %(community)s since %(at)s: %(said)s. Look there whether the keys, the sign name,"
            " the template and the balance are in order; messages go over the other ways meanwhile."
        ) % {**name, "at": f"{localtime(carrier.refused_at):%Y-%m-%d %H:%M}", "said": carrier.refusal}
    else:
        sentence = _("%(provider)s takes the messages of %(community)s, as far as is known.") % name
    return Finding(part="carriers", fine=not missing and not carrier.refusal, sentence=sentence)


def missing_of(carrier: Carrier) -> list[str]:
    """The fields that this provider cannot do without, as far as they are empty."""
    wanted = ["key_id", "key_secret"]
    if carrier.sms_template:
        wanted.append("sms_sign")
    if carrier.provider == Carrier.Provider.TENCENT:
        wanted += ["sms_app"] * bool(carrier.sms_template) + ["voice_app"] * bool(carrier.voice_template)
    elif carrier.voice_after_key:
        wanted.append("voice_number")
    if not carrier.sms_template and not carrier.voice_template:
        wanted.append("sms_template")
    return [str(Carrier._meta.get_field(name).verbose_name) for name in wanted if not getattr(carrier, name)]  # type: ignore[union-attr]
