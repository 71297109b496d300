"""What messages about incidents say."""

from __future__ import annotations

from linli.notifications.wording import Wording, lay_down


def lay_down_wordings() -> None:
    """Make the incidents' wordings known to the messages' room."""
    lay_down(
        "incident.raised",
        zh=Wording(
            "【{kind}】{place}", "{community}：{clock} {place} {kind}。请马上确认屋里的人平安，并回复谁去处理。"
        ),
        en=Wording(
            "{kind}: {place}",
            "{community}: {kind} at {place}, {clock}. Please make sure everyone is safe, and answer who will see to it.",
        ),
    )
    lay_down(
        "incident.again",
        zh=Wording("【再次提醒·{kind}】{place}", "{community}：{clock} {place} {kind}，还没有处理完。请回复谁去处理。"),
        en=Wording(
            "Reminder, {kind}: {place}",
            "{community}: {kind} at {place} since {clock}, and it is not dealt with yet. Please answer who will see to it.",
        ),
    )
    lay_down(
        "incident.bundle",
        zh=Wording(
            "【再次提醒·{kind}】{building}等 {count} 处",
            "{community}：{building} 一带还有 {count} 处报警没有处理完：{places}。请到值班台逐条回复谁去处理。",
        ),
        en=Wording(
            "Reminder, {kind}: {building} and more, {count} places",
            "{community}: {count} alarms around {building} are not dealt with yet: {places}. Please answer each at the desk.",
        ),
    )
    lay_down(
        "incident.digest",
        zh=Wording("【今日待办】{count} 件", "{community}：今天有 {count} 件不急的事等您安排：{list_zh}。"),
        en=Wording("For today: {count}", "{community}: {count} matters that could wait are yours today. {list_en}."),
    )
