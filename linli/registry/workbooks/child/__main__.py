"""One question on standard input, the file's values on standard output, a line of JSON each."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from linli.registry.workbooks import limits
from linli.registry.workbooks.child.answers import Answer, No
from linli.registry.workbooks.child.opening import open_file


def main() -> int:
    """Answer with kind, sheets and end, or with one ``no`` and why. Whatever else happens, the parent sees no end."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.buffer.read())
    answer = Answer(sys.stdout.buffer)
    try:
        open_file(Path(asked["path"]).read_bytes(), password=asked["password"], answer=answer)
    except No as no:
        answer.line({"no": no.code, "what": no.what})
    except MemoryError:
        answer.line({"no": "workbook-too-large", "what": {"reason": "memory"}})
    return 0


if __name__ == "__main__":
    sys.exit(main())
