"""What we tell, as trees. A request is told without a name, a phone, a door or a word that nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.casework.errors.open311 import Problem
from linli.casework.models import Category, Question
from linli.casework.open311.formats import FORMATS
from linli.casework.open311.numbers import id_of
from linli.casework.open311.public import PublicRequest
from linli.casework.open311.tree import Document, Group, Node, Rows
from linli.registry.models import Community

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
LISTS: Final = frozenset({Question.Kind.ONE.value, Question.Kind.MANY.value})


def discovery(*, url: str, kind: str, changed_at: datetime, communities: Sequence[Community]) -> Document:
    """Where the service is and what it speaks. ``kind`` is production or test."""
    contacts = [f"{one.name} {one.desk_phone}".strip() for one in communities]
    changed = changed_at.isoformat(timespec="seconds")
    endpoint: Group = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": changed,
        "type": kind,
        "formats": Rows("format", [one.mime for one in FORMATS.values()]),
    }
    return Document(
        "discovery",
        {
            "changeset": changed,
            "contact": "; ".join(contacts) or _("The office of the community."),
            "key_service": _("Ask the office of the community for a key. Reading needs none."),
            "endpoints": Rows("endpoint", [endpoint]),
        },
    )


def services(*, categories: Iterable[Category]) -> Document:
    """The categories that are published, with their main category as group."""
    return Document("services", Rows("service", [_service(one) for one in categories]))


def _service(category: Category) -> Group:
    group = category.parent.title if category.parent else ""
    told = _("%(group)s: %(service)s.") % {"group": group, "service": category.title}
    return {
        "service_code": category.code,
        "service_name": category.title,
        "description": f"{told} {category.urgent}".strip(),
        "metadata": bool(category.questions.all()),
        "type": "realtime",
        "keywords": ", ".join(category.keywords.split()),
        "group": group,
    }


def definition(*, category: Category) -> Document:
    """What a service asks; an empty list if it asks nothing."""
    rows = [_attribute(order, one) for order, one in enumerate(category.questions.all(), start=1)]
    return Document("service_definition", {"service_code": category.code, "attributes": Rows("attribute", rows)})


def _attribute(order: int, question: Question) -> Group:
    told: dict[str, Node] = {
        "variable": True,
        "code": question.code,
        "datatype": question.kind,
        "required": question.required,
        "datatype_description": question.get_kind_display(),
        "order": order,
        "description": question.title,
    }
    if question.kind in LISTS:
        choices: list[Node] = [{"key": key, "name": name} for key, name in map(_named, question.choices)]
        told["values"] = Rows("value", choices)
    return told


def _named(choice: object) -> tuple[str, str]:
    """Key and name in the reader's language, of ["kitchen", "厨房", "kitchen"]; what is missing is said by what is there."""
    parts = [str(part) for part in choice] if isinstance(choice, list) and choice else [str(choice)]
    place = 2 if (get_language() or "").startswith("en") else 1
    return parts[0], parts[min(place, len(parts) - 1)]


def requests(*, rows: Iterable[PublicRequest], community: Community) -> Document:
    """Requests as the public may see them."""
    zone = ZoneInfo(community.time_zone)
    return Document("service_requests", Rows("request", [_request(one, community, zone) for one in rows]))


def _request(request: PublicRequest, community: Community, zone: ZoneInfo) -> Group:
    category = request.category
    return {
        "service_request_id": id_of(community=community.code, number=request.number),
        "status": request.told.status,
        "status_notes": str(request.told.note),
        "service_name": category.title,
        "service_code": category.code,
        "description": request.text or None,
        "agency_responsible": community.name,
        "service_notice": category.urgent or None,
        "requested_datetime": _clock(request.received_at, zone),
        "updated_datetime": _clock(request.updated_at, zone),
        "expected_datetime": _clock(request.due_at, zone),
        "address": _address(request, community),
        "address_id": None if request.building_id is None else str(request.building_id),
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _address(request: PublicRequest, community: Community) -> str:
    """The building, never more."""
    if request.building_id is None:
        return community.name
    told = {"number": request.building_number, "community": community.name}
    return _("Building %(number)s, %(community)s") % told


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def received(*, number: str, category: Category, community: Community, account_id: str) -> Document:
    """The answer to a request that was written down."""
    told: Group = {
        "service_request_id": id_of(community=community.code, number=number),
        "service_notice": category.urgent or None,
        "account_id": account_id or None,
    }
    return Document("service_requests", Rows("request", [told]))


def token(*, number: str, community: Community, asked: str) -> Document:
    """Our ids are given at once: a token is the id itself."""
    told: Group = {"service_request_id": id_of(community=community.code, number=number), "token": asked}
    return Document("service_requests", Rows("request", [told]))


def errors(*, problems: Iterable[Problem]) -> Document:
    """Everything that was wrong, each with its code and a sentence."""
    rows: list[Node] = [{"code": one.code, "description": str(one.sentence)} for one in problems]
    return Document("errors", Rows("error", rows))
