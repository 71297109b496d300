"""How much a template may hold. It is an empty form: far less than a register, and it is opened as a whole."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 20_000_000
PART_BYTES: Final = 16_000_000
"""Of one part that we look into; pictures are never unpacked by us."""
PARTS_BYTES: Final = 24_000_000
"""Of all parts that we look into, together."""
ROWS: Final = 20_000
"""People one form may hold."""
BLANK_ROWS: Final = 5_000
"""Rows a sheet of a blank may speak of: reading them takes some five seconds and 150 MB."""
LAST_ROW: Final = 1_048_576
COLUMNS: Final = 256
FORMULA: Final = 8_192
FORMULAS: Final = 2_500_000
"""Characters of all formulas that are copied down."""
TEXT: Final = 32_767
MERGES: Final = 20_000

WORD_BYTES: Final = 10_000_000
WORD_UNPACKED: Final = 60_000_000
WORD_ENTRIES: Final = 2_000
WORD_MEMORY_BYTES: Final = 480_000_000
WORD_CPU_SECONDS: Final = 15
WORD_WALL_SECONDS: Final = 20
WORD_ANSWER_BYTES: Final = 30_000_000
