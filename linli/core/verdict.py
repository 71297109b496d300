"""The answer of a rule to "may I?"."""

from __future__ import annotations

from dataclasses import dataclass

from linli.core.errors import Refusal


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; otherwise it carries the Refusal, so that a template can say why and an action can raise it."""

    refusal: Refusal | None = None

    def __bool__(self) -> bool:
        return self.refusal is None

    def enforce(self) -> None:
        """Raise the carried Refusal, if there is one."""
        if self.refusal is not None:
            raise self.refusal


YES = Verdict()
