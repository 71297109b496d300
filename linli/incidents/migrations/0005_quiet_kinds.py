"""What can wait for the morning: the devices' and our own troubles. And which kinds are danger to life."""

from typing import Any

from django.db import migrations

# code, Chinese, English, severity
KINDS = [
    ("gateway_offline", "网关离线", "Gateway offline", 2),
    ("canary_silent", "报警通道自检异常", "Our own alarm path fails its test", 2),
    ("system", "系统故障", "System trouble", 2),
    ("device_fault", "报警器故障", "Detector fault", 3),
    ("device_offline", "报警器离线", "Detector offline", 3),
    ("low_battery", "电池电量低", "Low battery", 3),
    ("self_test_missed", "未按期自检", "Self-test missed", 3),
    ("contamination", "探头脏污", "Sensor contaminated", 3),
    ("end_of_life", "报警器到期", "Detector at the end of its life", 3),
    ("unstable_sensor", "探头不稳定", "Unstable sensor", 3),
    ("number_dead", "电话打不通", "Number does not answer", 3),
]
CAUSES = [
    ("over", "已自行恢复", "Over by itself", False),
    ("repaired", "已修好", "Repaired", False),
    ("replaced", "已更换", "Replaced", False),
    ("corrected", "资料已更正", "Record corrected", False),
    ("power", "停电、断网", "Power or line was off", False),
    ("not_so", "没有问题", "Nothing was wrong", True),
    ("other", "其他（写明）", "Other (describe)", False),
]
# after seconds, audience, repeats, seconds between repeats; kinds of severity 3 have the morning's list instead
STEPS = {
    "gateway_offline": [(0, "duty_desk", 1, 600), (1800, "grid_lead", 0, 60)],
    "canary_silent": [(0, "duty_desk", 1, 300), (600, "secretary", 0, 60)],
    "system": [(0, "duty_desk", 0, 60), (1800, "secretary", 0, 60)],
}
LOOP_SECONDS = 3600


def lay_down(apps: Any, schema_editor: Any) -> None:
    Kind, Cause = apps.get_model("incidents", "IncidentKind"), apps.get_model("incidents", "Cause")
    Policy, Step = apps.get_model("incidents", "EscalationPolicy"), apps.get_model("incidents", "EscalationStep")
    Kind.objects.filter(code__in=["gas_leak", "smoke"]).update(life_safety=True)
    for code, zh, en, severity in KINDS:
        kind, _ = Kind.objects.get_or_create(code=code, defaults={"title_zh": zh, "title_en": en, "severity": severity})
        for position, (cause, cause_zh, cause_en, false_alarm) in enumerate(CAUSES, start=1):
            known = {"title_zh": cause_zh, "title_en": cause_en, "false_alarm": false_alarm, "position": position}
            Cause.objects.get_or_create(kind=kind, code=cause, defaults=known)
        if severity == 3:
            Policy.objects.create(community=None, kind=kind, outcome_minutes=None, loop_seconds=LOOP_SECONDS)
            continue
        policy = Policy.objects.create(community=None, kind=kind, loop_seconds=LOOP_SECONDS, outcome_minutes=None)
        for after, audience, repeats, pause in STEPS[code]:
            Step.objects.create(
                policy=policy, after_seconds=after, audience=audience, repeats=repeats, repeat_seconds=pause
            )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_silences_and_drills")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
