"""How much a spreadsheet may hold, and how much reading it may cost. Known to both processes.

A community of 20,000 people with a register of 30 columns fills 600,000 cells.
"""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 50_000_000
UNPACKED_BYTES: Final = 300_000_000
ENTRIES: Final = 5_000
RATIO: Final = 300
"""One packed file of this many times its packed size is no spreadsheet; looked at from RATIO_BYTES on."""
RATIO_BYTES: Final = 20_000_000

FILLED_ROWS: Final = 30_000
"""Several times the people of a community; comparing and writing so many takes some 400 MB."""
COLUMNS: Final = 256
LAST_ROW: Final = 100_000
"""No value may stand below this row, however many empty ones lie between."""
FILLED_CELLS: Final = 2_000_000
AREA: Final = FILLED_ROWS * COLUMNS
STRAYS: Final = 1_000
"""Up to this many values far away are strays that somebody can delete; more are a sheet that is too large."""
SHEETS: Final = 500
SPANS: Final = 100_000
LONGEST_TEXT: Final = 2_000

MEMORY_BYTES: Final = 480_000_000
CPU_SECONDS: Final = 25
WALL_SECONDS: Final = 30
ANSWER_BYTES: Final = 64_000_000
LINE_BYTES: Final = 4_000_000
