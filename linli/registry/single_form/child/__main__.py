"""One question on standard input, one answer on standard output, both a line of JSON."""

from __future__ import annotations

import base64
import json
import resource
import sys
from typing import Any

from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError


def main() -> int:
    """Answer with names or with a document, or with a ``no`` and why."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.WORD_MEMORY_BYTES, limits.WORD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.WORD_CPU_SECONDS, limits.WORD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.buffer.read())
    try:
        answer = _answer(asked)
    except TemplateError as error:
        answer = {"no": error.code, "facts": error.facts}
    except MemoryError:
        answer = {"no": "too-large", "facts": {"reason": "memory"}}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    return 0


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    from linli.registry.single_form.child.documents import filled_document, names_asked_for  # noqa: PLC0415 - after the limits

    data = base64.b64decode(asked["data"])
    if asked["job"] == "names":
        return {"names": names_asked_for(data)}
    made = filled_document(data, values=asked["values"], rows=asked["rows"], watermark=asked["watermark"])
    return {"data": base64.b64encode(made).decode()}


if __name__ == "__main__":
    sys.exit(main())
