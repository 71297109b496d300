"""What messages about incidents say: in full, short for an SMS, and spoken on the phone, where keys 1 to 3 answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.notifications.wording import Wording, lay_down, variable_means

KNOWS = ("community", "clock", "serial", "round")


def lay_down_wordings() -> None:
    """Make the incidents' wordings known to the messages' room."""
    variable_means("building", zh="楼门", sample_zh="8栋3单元502", sample_en="8栋3单元502")
    variable_means("count", zh="件数", sample_zh="12", sample_en="12")
    variable_means("places", zh="各处", sample_zh="8栋3单元501、8栋3单元502", sample_en="8栋3单元501, 8栋3单元502")
    variable_means("list_zh", zh="清单", sample_zh="电池电量低 3 件、报警器离线 2 件", sample_en="")
    variable_means("list_en", zh="list_en", sample_zh="", sample_en="Low battery: 3, Detector offline: 2")
    _first_and_reminder()
    lay_down(
        "incident.bundle",
        called=_("Reminder of several alarms at once"),
        zh=Wording(
            "【再次提醒·{kind}】{building}等 {count} 处",
            "{community}：{building} 一带还有 {count} 处报警没有处理完：{places}。请点开，逐条回复谁去处理。",
            short="{building}一带还有{count}处报警没处理完，请到值班台逐条回复",
        ),
        en=Wording(
            "Reminder, {kind}: {building} and more, {count} places",
            "{community}: {count} alarms around {building} are not dealt with yet: {places}. Please open this and answer each.",
            short="{count} alarms around {building} not dealt with yet",
        ),
        knows=KNOWS,
        needs=("building", "count"),
    )
    lay_down(
        "incident.digest",
        called=_("The day's list of what could wait"),
        zh=Wording(
            "【今日待办】{count} 件",
            "{community}：今天有 {count} 件不急的事等您安排：{list_zh}。",
            short="今天有{count}件不急的事等您安排，请到值班台看清单",
        ),
        en=Wording(
            "For today: {count}",
            "{community}: {count} matters that could wait are yours today. {list_en}.",
            short="{count} matters that could wait are yours today",
        ),
        needs=("count",),
        routine=True,
    )


def _first_and_reminder() -> None:
    lay_down(
        "incident.raised",
        called=_("Alarm, the first message"),
        zh=Wording(
            "【{kind}】{place}",
            "{community}：{clock} {place} {kind}。请马上确认屋里的人平安，并回复谁去处理。",
            short="{clock} {place}{kind}！请确认平安。回1去处理 2误报 3求助",
            spoken="这里是{community}。{place}，{kind}。再说一遍：{place}，{kind}。请马上确认屋里的人平安。去处理请按1，误报请按2，需要帮助请按3。",
        ),
        en=Wording(
            "{kind}: {place}",
            "{community}: {kind} at {place}, {clock}. Please make sure everyone is safe, and answer who will see to it.",
            short="{kind}, {place}, {clock}. Reply 1 going 2 false 3 help",
            spoken="This is {community}. {kind} at {place}. Again: {kind} at {place}. Please make sure everyone is safe. "
            "Press 1 if you will see to it, 2 if it is a false alarm, 3 if you need help.",
        ),
        knows=KNOWS,
    )
    lay_down(
        "incident.again",
        called=_("Alarm, reminder"),
        zh=Wording(
            "【再次提醒·{kind}】{place}",
            "{community}：{clock} {place} {kind}，还没有处理完。请回复谁去处理。",
            short="再次提醒：{place}{kind}，还没处理完。回1去处理 2误报 3求助",
            spoken="这里是{community}，再次提醒。{place}，{kind}，还没有处理完。去处理请按1，误报请按2，需要帮助请按3。",
        ),
        en=Wording(
            "Reminder, {kind}: {place}",
            "{community}: {kind} at {place} since {clock}, and it is not dealt with yet. Please answer who will see to it.",
            short="Again: {kind}, {place}. Reply 1 going 2 false 3 help",
            spoken="This is {community} again. {kind} at {place} is not dealt with yet. "
            "Press 1 if you will see to it, 2 if it is a false alarm, 3 if you need help.",
        ),
        knows=KNOWS,
    )
