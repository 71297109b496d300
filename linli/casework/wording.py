"""What messages about requests say: to who told us, to who has to do something, to outside parties."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.notifications.wording import Wording, lay_down, variable_means

KNOWS = ("community", "number", "kind", "place", "due", "desk_phone")


def lay_down_wordings() -> None:
    """Make the wordings of requests known to the messages' room."""
    variable_means("number", zh="编号", sample_zh="20261130-012", sample_en="20261130-012")
    variable_means("due", zh="期限", sample_zh="12-09 15:00", sample_en="12-09 15:00")
    variable_means("desk_phone", zh="社区电话", sample_zh="0431-0000000", sample_en="0431-0000000")
    variable_means("asks", zh="要问的话", sample_zh="漏水的是哪个房间？", sample_en="Which room leaks?")
    variable_means("answer", zh="答复", sample_zh="管道已疏通。", sample_en="The pipe is clear again.")
    variable_means("why_zh", zh="原因", sample_zh="快到期了", sample_en="")
    variable_means("why_en", zh="why_en", sample_zh="", sample_en="soon due")
    _to_reporters()
    _to_reporters_later()
    _to_staff()


def _to_reporters() -> None:
    lay_down(
        "request.received",
        called=_("Request written down"),
        zh=Wording(
            "【已登记】{number}",
            "{community}：您反映的{kind}已登记，编号 {number}，我们会在 {due} 前答复您。点开可以随时看进展。",
            short="您反映的{kind}已登记，编号{number}，{due}前答复您",
        ),
        en=Wording(
            "Written down: {number}",
            "{community}: what you told us ({kind}) is written down as {number}. We will answer by {due}. Open this to see how it goes.",
            short="Written down as {number}, answer by {due}",
        ),
        knows=KNOWS,
        needs=("number",),
    )
    lay_down(
        "request.question",
        called=_("Question to the resident"),
        zh=Wording(
            "【请您补充】{number}",
            "{community}：您反映的{kind}（{number}），想请您补充：{asks} 点开就能回答。",
            short="{number}请您补充：{asks}",
        ),
        en=Wording(
            "A question: {number}",
            "{community}: about your request {number} ({kind}) we would like to know: {asks} Open this to answer.",
            short="{number}: {asks}",
        ),
        knows=KNOWS,
        needs=("number",),
    )
    lay_down(
        "request.resolved",
        called=_("Request answered, please rate"),
        zh=Wording(
            "【已办结】{number}",
            "{community}：您反映的{kind}（{number}）已经办结：{answer} 办得怎么样，请点开说一声。",
            short="{number}已办结。办得怎么样，请点开说一声",
        ),
        en=Wording(
            "Answered: {number}",
            "{community}: your request {number} ({kind}) is answered: {answer} Please open this and say how it was.",
            short="{number} is answered. Please say how it was",
        ),
        knows=KNOWS,
        needs=("number",),
    )


def _to_reporters_later() -> None:
    lay_down(
        "request.reopened",
        called=_("Request opened again"),
        zh=Wording(
            "【重新办理】{number}",
            "{community}：您反映的{kind}（{number}）我们重新办理，{due} 前再答复您。",
            short="{number}已重新办理，{due}前再答复您",
        ),
        en=Wording(
            "Opened again: {number}",
            "{community}: your request {number} ({kind}) is open again. We will answer by {due}.",
            short="{number} is open again, answer by {due}",
        ),
        knows=KNOWS,
        needs=("number",),
    )
    lay_down(
        "request.joined",
        called=_("Request joined to another"),
        zh=Wording(
            "【合并办理】{number}",
            "{community}：您反映的{kind}和邻居反映的是同一件事，合并到 {number} 一起办理，办结时照样通知您。",
            short="您反映的事已合并到{number}一起办理",
        ),
        en=Wording(
            "Joined: {number}",
            "{community}: what you told us ({kind}) was told by neighbours, too. It goes on as {number}; you will be told all the same.",
            short="Your request is now part of {number}",
        ),
        knows=KNOWS,
        needs=("number",),
    )


def _to_staff() -> None:
    lay_down(
        "request.handed",
        called=_("Request handed to you"),
        zh=Wording(
            "【新诉求】{place} {kind}",
            "{community}：{number} {place} {kind} 交给您办理，{due} 前办结。",
            short="{place}{kind}交给您，{due}前办结（{number}）",
        ),
        en=Wording(
            "For you: {place}, {kind}",
            "{community}: {number}, {place}, {kind} is in your hands. Due {due}.",
            short="{place}, {kind} is yours, due {due} ({number})",
        ),
        knows=KNOWS,
        needs=("number",),
    )
    lay_down(
        "request.alarm",
        called=_("Request due, overdue or raised"),
        zh=Wording(
            "【{why_zh}】{number}",
            "{community}：{number} {place} {kind}，{why_zh}，期限 {due}。请尽快处理或写明原因。",
            short="{number}{place}{kind}：{why_zh}，期限{due}",
        ),
        en=Wording(
            "{number}: {why_en}",
            "{community}: {number}, {place}, {kind}: {why_en}. Due {due}. Please see to it, or write down why not.",
            short="{number}, {place}: {why_en}, due {due}",
        ),
        knows=KNOWS,
        needs=("number",),
    )
