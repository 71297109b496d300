"""``LINLI_DEMO_WEBHOOK``: one address that hears what every demo contact and post would be sent, before any other way."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db.models import Q

from config.demo.writing import POINT_COLUMNS, WEBHOOK
from linli.core.bulk import insert_rows
from linli.core.errors import Refusal
from linli.registry import keeping
from linli.registry.models import Community, Contact, ContactPoint, Post


class NotAWebhook(Refusal):
    """LINLI_DEMO_WEBHOOK is not an http address."""

    code = "not-a-webhook"
    status = 422
    default_sentence = "LINLI_DEMO_WEBHOOK must be an address that begins with http:// or https://"


def check_webhook(url: str) -> None:
    """Raises NotAWebhook."""
    parts = urlsplit(url)
    if url and not (parts.scheme in {"http", "https"} and parts.netloc):
        raise NotAWebhook


def point_everybody_to(*, community: Community, url: str, before: str) -> int:
    """Replace the webhook ``before`` by ``url`` ("" is none) and give it to whoever has none yet. Returns the rows written."""
    if before and before != url:
        stale = ContactPoint.objects.filter(community=community, kind="webhook", address_hash=_hash(before))
        stale.filter(position=WEBHOOK).delete()
    if not url:
        return 0
    lacking = ~Q(
        pk__in=ContactPoint.objects.filter(address_hash=_hash(url), contact__isnull=False).values("contact_id")
    )
    contacts = Contact.objects.filter(lacking, community=community, ended_on__isnull=True).values_list("pk", flat=True)
    lacking = ~Q(pk__in=ContactPoint.objects.filter(address_hash=_hash(url), post__isnull=False).values("post_id"))
    posts = Post.objects.filter(lacking, community=community, until_on__isnull=True).values_list("pk", flat=True)
    holders = [*((pk, None) for pk in contacts.order_by("pk")), *((None, pk) for pk in posts.order_by("pk"))]
    rows = [(community.pk, contact, post, "webhook", url, _hash(url), WEBHOOK) for contact, post in holders]
    insert_rows(ContactPoint, columns=POINT_COLUMNS, rows=rows)
    return len(rows)


def _hash(url: str) -> str:
    return keeping.address_columns(kind="webhook", address=url)["address_hash"]
