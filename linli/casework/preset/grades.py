"""The four clocks of the hotline's standard (DB11/T 2021-2022 as drafted: emergencies 2 h, utilities 24 h, common 7 d, complex 15 d)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOUR, DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Grade:
    """``seconds`` and ``respond_seconds`` are running time; see ClockGrade."""

    code: str
    zh: str
    en: str
    seconds: int
    respond_seconds: int
    runs: str
    warn_percent: int = 75


GRADES: Final = (
    Grade("2h", "紧急（2 小时）", "Emergency (2 h)", 2 * HOUR, HOUR // 2, "always", 50),
    Grade("24h", "水电气暖（24 小时）", "Utilities (24 h)", 24 * HOUR, 2 * HOUR, "always"),
    Grade("7d", "一般（7 个工作日）", "Common (7 working days)", 7 * DAY, DAY, "working_days"),
    Grade("15d", "复杂（15 个工作日）", "Complex (15 working days)", 15 * DAY, DAY, "working_days"),
)
USUAL: Final = "7d"
BY_CODE: Final = {grade.code: grade for grade in GRADES}
