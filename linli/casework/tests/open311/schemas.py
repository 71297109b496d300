"""What the published JSON Schemas of GeoReport v2 demand, written down anew: ids and codes are texts, ``metadata`` and ``variable``
booleans, the status open or closed, dates full; texts that may be missing may be null. Nothing else may be there."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
SOME_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
INSTANT: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
MAYBE_INSTANT: dict[str, Any] = {"anyOf": [INSTANT, {"type": "null"}]}


def object_of(required: dict[str, Any], maybe: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | maybe, "additionalProperties": False}


def list_of(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


SERVICES = list_of(
    object_of(
        {"service_code": SOME_TEXT, "service_name": SOME_TEXT, "metadata": {"type": "boolean"},
         "type": {"enum": ["realtime", "batch", "blackbox"]}},
        {"description": MAYBE_TEXT, "keywords": MAYBE_TEXT, "group": MAYBE_TEXT},
    )
)  # fmt: skip
DEFINITION = object_of(
    {
        "service_code": SOME_TEXT,
        "attributes": list_of(
            object_of(
                {
                    "variable": {"type": "boolean"}, "code": SOME_TEXT, "required": {"type": "boolean"},
                    "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
                },
                {
                    "datatype_description": MAYBE_TEXT, "order": {"type": "integer", "minimum": 1}, "description": MAYBE_TEXT,
                    "values": list_of(object_of({"key": SOME_TEXT, "name": TEXT}, {})),
                },
            )
        ),
    },
    {},
)  # fmt: skip
REQUESTS = list_of(
    object_of(
        {
            "service_request_id": SOME_TEXT, "status": {"enum": ["open", "closed"]}, "service_code": SOME_TEXT,
            "requested_datetime": INSTANT,
        },
        {
            "status_notes": MAYBE_TEXT, "service_name": MAYBE_TEXT, "description": {"type": ["string", "null"], "maxLength": 4000},
            "agency_responsible": MAYBE_TEXT, "service_notice": MAYBE_TEXT, "updated_datetime": MAYBE_INSTANT,
            "expected_datetime": MAYBE_INSTANT, "address": MAYBE_TEXT, "address_id": MAYBE_TEXT, "zipcode": MAYBE_TEXT,
            "lat": {"type": ["number", "null"]}, "long": {"type": ["number", "null"]}, "media_url": MAYBE_TEXT,
        },
    )
)  # fmt: skip
RECEIVED = list_of(
    object_of({"service_request_id": SOME_TEXT}, {"service_notice": MAYBE_TEXT, "account_id": MAYBE_TEXT}),
    minItems=1, maxItems=1,
)  # fmt: skip
TOKENS = list_of(object_of({"service_request_id": SOME_TEXT, "token": SOME_TEXT}, {}), minItems=1, maxItems=1)
ERRORS = list_of(object_of({"code": {"type": ["integer", "string"]}, "description": SOME_TEXT}, {}), minItems=1)
DISCOVERY = object_of(
    {
        "changeset": INSTANT, "contact": SOME_TEXT, "key_service": SOME_TEXT,
        "endpoints": list_of(
            object_of(
                {
                    "specification": SOME_TEXT, "url": SOME_TEXT, "changeset": INSTANT, "type": {"enum": ["production", "test"]},
                    "formats": list_of({"enum": ["text/xml", "application/json"]}, minItems=1),
                },
                {},
            ),
            minItems=1,
        ),
    },
    {},
)  # fmt: skip
