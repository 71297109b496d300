"""The kinds of incident the house knows, their causes, the house's escalation policies, and append-only timelines."""

from typing import Any

from django.db import migrations

from linli.core.triggers import append_only

KINDS = [("gas_leak", "燃气泄漏报警", "Gas leak alarm", 1), ("smoke", "烟雾报警", "Smoke alarm", 1)]

CAUSES = {
    "gas_leak": [
        ("stove_left_on", "忘关灶火", "Stove left on", False),
        ("old_hose", "软管老化", "Old hose", False),
        ("valve_or_joint", "阀门或接口漏气", "Leaking valve or joint", False),
        ("gas_company", "燃气公司作业", "Work by the gas company", False),
        ("cooking_fumes", "油烟、酒精、水汽", "Cooking fumes, alcohol or steam", True),
        ("insecticide", "杀虫剂、消毒水", "Insecticide or bleach", True),
        ("device_fault", "报警器故障", "Detector fault", True),
        ("test", "测试报警器", "Test of the detector", True),
        ("other", "其他（写明）", "Other (describe)", False),
    ],
    "smoke": [
        ("fire", "着火", "Fire", False),
        ("burnt_pot", "干锅、糊锅", "Burnt pot", False),
        ("ebike", "电动车充电冒烟", "E-bike charging", False),
        ("smoking", "有人抽烟", "Somebody smoking", True),
        ("burning_offerings", "烧纸", "Burning offerings", True),
        ("dust_or_steam", "灰尘、水汽、施工", "Dust, steam or building work", True),
        ("device_fault", "报警器故障", "Detector fault", True),
        ("test", "测试报警器", "Test of the detector", True),
        ("other", "其他（写明）", "Other (describe)", False),
    ],
}

# after seconds, audience, repeats, seconds between repeats
STEPS = {
    "gas_leak": [
        (0, "family", 2, 60),
        (0, "unit_captain", 1, 60),
        (0, "duty_desk", 2, 60),
        (60, "building_captain", 0, 60),
        (120, "grid_lead", 0, 60),
        (180, "secretary", 1, 120),
    ],
    "smoke": [
        (0, "family", 2, 60),
        (0, "unit_captain", 2, 60),
        (0, "building_captain", 1, 60),
        (0, "duty_desk", 2, 60),
        (60, "grid_lead", 0, 60),
        (120, "secretary", 1, 120),
    ],
}


def lay_down(apps: Any, schema_editor: Any) -> None:
    Kind, Cause = apps.get_model("incidents", "IncidentKind"), apps.get_model("incidents", "Cause")
    Policy, Step = apps.get_model("incidents", "EscalationPolicy"), apps.get_model("incidents", "EscalationStep")
    for code, zh, en, severity in KINDS:
        kind = Kind.objects.create(code=code, title_zh=zh, title_en=en, severity=severity)
        for position, (cause, cause_zh, cause_en, false_alarm) in enumerate(CAUSES[code], start=1):
            Cause.objects.create(kind=kind, code=cause, title_zh=cause_zh, title_en=cause_en, false_alarm=false_alarm, position=position)
        policy = Policy.objects.create(community=None, kind=kind)
        for after, audience, repeats, pause in STEPS[code]:
            Step.objects.create(policy=policy, after_seconds=after, audience=audience, repeats=repeats, repeat_seconds=pause)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [
        migrations.RunPython(lay_down, migrations.RunPython.noop),
        append_only(table="incidents_timelineentry"),
        append_only(table="incidents_answer"),
    ]
