"""An import from the upload to its undoing."""

from linli.registry.actions.imports.committing import commit_import
from linli.registry.actions.imports.planning import plan_import
from linli.registry.actions.imports.staging import (
    answer_moves,
    answer_question,
    ask_commit,
    ask_plan,
    ask_undo,
    discard_import,
    record_download,
    stage_import,
)
from linli.registry.actions.imports.undoing import undo_import
from linli.registry.actions.imports.working import claim_import, work_on_import

__all__ = [
    "answer_moves",
    "answer_question",
    "ask_commit",
    "ask_plan",
    "ask_undo",
    "claim_import",
    "commit_import",
    "discard_import",
    "plan_import",
    "record_download",
    "stage_import",
    "undo_import",
    "work_on_import",
]
