"""What the requests say that a journey writes down: in the community's language, which is Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

LONGEST_OUTCOME: Final = 1000
MOST_LINES: Final = 20


def hose_text(*, place: str, happened_at: datetime, cause: str, outcome: str) -> str:
    """``happened_at`` in local time."""
    what = outcome.strip()[:LONGEST_OUTCOME].rstrip("。")
    done = f"现场处置：{what}。" if what else ""
    return (
        f"{place} {happened_at:%Y-%m-%d %H:%M} 燃气报警，查明原因：{cause}。{done}"
        "请上门看看燃气软管，到期或老化的联系燃气公司更换。"
    )


def smoke_text(*, place: str, days: int, alarms: Sequence[tuple[datetime, str]]) -> str:
    """``alarms`` are local times of closing and causes, the first first; the last of them are named."""
    lines = "；".join(f"{at:%m-%d %H:%M} {cause}" for at, cause in alarms[-MOST_LINES:])
    return f"{place} {days} 天内有 {len(alarms)} 次烟感误报：{lines}。请到楼道看看：烟感要不要清洁、换位置，居民要不要提醒。"
