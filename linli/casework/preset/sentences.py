"""Detection sentences and answers to begin with."""

from __future__ import annotations

from typing import Final

DETECTIONS: Final = (
    ("place", 7, 3),
    ("unit", 7, 2),
    ("person", 30, 2),
    ("last_year", 7, 2),
    ("season", 30, 5),
)
"""Kind, days, how many at least."""

TEMPLATES: Final = (
    ("resolved", "已修好", "您反映的{place}{category}问题（编号{number}）已经处理好了。如果还有问题，请随时告诉我们。"),
    ("resolved", "已答复", "您咨询的{category}（编号{number}）答复如下："),
    (
        "resolved",
        "暂时办不了",
        "您反映的{category}（编号{number}）目前还不能解决，原因是：。我们会在  月  日前再给您答复。",
    ),
    ("waiting", "请补充情况", "为了尽快办好您反映的{category}，请告诉我们："),
    ("outside", "请协助处理", "居民反映{place}{category}（编号{number}），请协助处理并回复结果。"),
    ("returned", "不归我管", "这件事不归我负责，应由：  办理。"),
)
"""State, title, text."""
