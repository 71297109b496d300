"""The channels that have limits of their own, as their makers publish them (November 2026)."""

from typing import Any

from django.db import migrations

# code, Chinese, English, failures until dead, strict, limits (messages, within seconds)
CHANNELS = [
    ("wecombot", "企业微信群机器人", "WeCom group robot", 3, True, [(20, 60)]),
    ("dingtalk", "钉钉群机器人", "DingTalk group robot", 3, True, [(20, 60)]),
    ("feishu", "飞书群机器人", "Feishu group robot", 3, False, [(100, 60)]),
    ("sms", "短信", "Text message (SMS)", 3, False, [(1, 30), (50, 86400)]),
    ("voice", "语音电话", "Phone call", 3, False, []),
    ("push", "浏览器推送", "Browser push", 1, False, []),
    ("webhook", "网络接口", "Webhook", 5, False, []),
]


def lay_down(apps: Any, schema_editor: Any) -> None:
    Channel, Limit = apps.get_model("notifications", "Channel"), apps.get_model("notifications", "ChannelLimit")
    for code, zh, en, bounces, strict, limits in CHANNELS:
        channel = Channel.objects.create(
            code=code, title_zh=zh, title_en=en, bounces_until_dead=bounces, strict=strict
        )
        for most, seconds in limits:
            Limit.objects.create(channel=channel, most=most, per_seconds=seconds)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_standing")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
