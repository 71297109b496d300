"""What stands in the cells: doors, names, days, numbers, and what Excel made of them."""

from __future__ import annotations

from datetime import date

from linli.registry.tests.corpus.expected import Case, conflict, error, new, same
from linli.registry.tests.corpus.files import csv, id_number, xlsx

HIS = id_number("19560304", 11)
HERS = id_number("19880305", 24)
SPOILED_BY_EXCEL = 999999195603040100

CASES = {
    "one door written in seven ways": Case(
        xlsx(
            ["姓名", "住址"],
            ["孙一", "8号楼4单元101"],
            ["孙二", "8-4-101"],
            ["孙三", "８栋４门１０１室"],
            ["孙四", "八号楼四单元101"],
            ["孙五", "8#楼4单元1楼101"],
            ["孙六", "柳影路118号邻里小区8幢4单元101号"],
            ["孙七", "08-04-0101"],
        ),
        {number: new(f"孙{digit}", "8栋4单元101") for number, digit in enumerate("一二三四五六七", start=2)},
    ),
    "doors that are none, and one that became a day": Case(
        xlsx(
            ["姓名", "现住址"],
            ["孙一", date(2026, 8, 3)],
            ["孙二", "4单元101"],
            ["孙三", "8栋4单元"],
            ["孙四", "学校附近"],
            ["孙五", "8-4-101"],
        ),
        {
            2: error("address:became_a_date"),
            3: error("address:no_building"),
            4: error("address:no_door"),
            5: error("address:not_understood"),
            6: new("孙五", "8栋4单元101"),
        },
    ),
    "no stairwell: the only one, the only door, or a question nobody can answer": Case(
        xlsx(
            ["姓名", "住址"],
            ["孙一", "9-601"],
            ["孙二", "8-501"],
            ["孙三", "8-909"],
            ["孙四", "17-101"],
        ),
        {
            2: new("孙一", "9栋3单元601", "address:stairwell_taken"),
            3: new("孙二", "8栋3单元501"),
            4: error("address:which_stairwell"),
            5: new("孙四", "17栋1单元101", "address:stairwell_taken"),
        },
    ),
    "names with spaces, dots, brackets, and none": Case(
        xlsx(
            ["姓名", "住址"],
            ["孙　大 海", "8-4-101"],
            ["阿依古丽•买买提", "8-4-102"],
            ["钱大力（户主）", "8-4-103"],
            ["周芳(低保)", "8-4-104"],
            ["吴一、吴二", "8-4-105"],
            [None, "8-4-106"],
            ["13号", "8-4-107"],
        ),
        {
            2: new("孙大海", "8栋4单元101"),
            3: new("阿依古丽·买买提", "8栋4单元102"),
            4: new("钱大力", "8栋4单元103", relation="02", is_head=True),
            5: new("周芳", "8栋4单元104", note="低保"),
            6: error("name:several"),
            7: error("name:name_missing"),
            8: error("name:not_understood"),
        },
    ),
    "birthdays as people write them": Case(
        xlsx(
            ["姓名", "住址", "出生日期"],
            ["孙一", "8-4-101", "1956.3.4"],
            ["孙二", "8-4-102", "56年3月"],
            ["孙三", "8-4-103", 20518],
            ["孙四", "8-4-104", date(1956, 3, 4)],
            ["孙五", "8-4-105", "农历一九五六年正月廿二"],
            ["孙六", "8-4-106", "１９５６－０３－０４"],
            ["孙七", "8-4-107", "1956"],
            ["孙八", "8-4-108", 19560304],
        ),
        {
            2: new("孙一", "8栋4单元101", born_on=date(1956, 3, 4), born_known="day"),
            3: new("孙二", "8栋4单元102", born_on=date(1956, 3, 1), born_known="month"),
            4: new("孙三", "8栋4单元103", born_on=date(1956, 3, 4), born_known="day"),
            5: new("孙四", "8栋4单元104", born_on=date(1956, 3, 4), born_known="day"),
            6: new("孙五", "8栋4单元105", born_on=date(1956, 3, 4), born_known="day"),
            7: new("孙六", "8栋4单元106", born_on=date(1956, 3, 4), born_known="day"),
            8: new("孙七", "8栋4单元107", born_on=date(1956, 1, 1), born_known="year"),
            9: new("孙八", "8栋4单元108", born_on=date(1956, 3, 4), born_known="day"),
        },
    ),
    "birthdays that are none": Case(
        xlsx(
            ["姓名", "住址", "出生年月"],
            ["孙一", "8-4-101", "1956-13-40"],
            ["孙二", "8-4-102", "2056.3.4"],
            ["孙三", "8-4-103", "3/4/1956"],
            ["孙四", "8-4-104", "属猴"],
            ["孙五", "8-4-105", "不详"],
            ["孙六", "8-4-106", "20年3月4日"],
        ),
        {
            2: error("born_on:no_such_day"),
            3: error("born_on:in_the_future"),
            4: error("born_on:day_or_month"),
            5: error("born_on:not_understood"),
            6: new("孙五", "8栋4单元105", born_on=None),
            7: new("孙六", "8栋4单元106", "born_on:century", born_on=date(2020, 3, 4)),
        },
    ),
    "ID numbers that Excel or a hurried hand spoiled": Case(
        xlsx(
            ["姓名", "住址", "身份证号"],
            ["孙一", "8-4-101", HIS],
            ["孙二", "8-4-102", SPOILED_BY_EXCEL],
            ["孙三", "8-4-103", "9.99999E+17"],
            ["孙四", "8-4-104", HIS[:15]],
            ["孙五", "8-4-105", HERS[:-1] + ("1" if HERS[-1] != "1" else "2")],
            ["孙六", "8-4-106", "999999195613041234"],
            ["孙七", "8-4-107", "无"],
            ["孙八", "8-4-108", HERS.translate(str.maketrans("0123456789", "０１２３４５６７８９"))],
        ),
        {
            2: new("孙一", "8栋4单元101", id_number=HIS, sex="1", born_on=date(1956, 3, 4)),
            3: error("id_number:spoiled"),
            4: error("id_number:spoiled"),
            5: error("id_number:old_form"),
            6: error("id_number:check_digit"),
            7: error("id_number:birth_date"),
            8: new("孙七", "8栋4单元107", id_number=""),
            9: new("孙八", "8栋4单元108", id_number=HERS, sex="2"),
        },
    ),
    "what the sheet says and the ID number says otherwise": Case(
        xlsx(
            ["姓名", "住址", "身份证号", "性别", "出生日期"],
            ["孙一", "8-4-101", HIS, "女", "1956.4.3"],
            ["孙二", "8-4-102", HERS, "女", "88年3月"],
        ),
        {
            2: new(
                "孙一",
                "8栋4单元101",
                "born_on:differs_from_id",
                "sex:differs_from_id",
                sex="1",
                born_on=date(1956, 3, 4),
            ),
            3: new("孙二", "8栋4单元102", sex="2", born_on=date(1988, 3, 5), born_known="day"),
        },
    ),
    "phones: several, with words, too short, made numbers by Excel": Case(
        xlsx(
            ["姓名", "住址", "电话"],
            ["孙一", "8-4-101", "16000000002/16000000003"],
            ["孙二", "8-4-102", "１６００　０００　０００４（本人） 0431-88881234 家"],
            ["孙三", "8-4-103", 16000000005.0],
            ["孙四", "8-4-104", "1600000000"],
            ["孙五", "8-4-105", "1.6E+10"],
            ["孙六", "8-4-106", "没有"],
        ),
        {
            2: new("孙一", "8栋4单元101", phone="16000000002", other_phones="16000000003"),
            3: new("孙二", "8栋4单元102", phone="16000000004", other_phones="043188881234（家）"),
            4: new("孙三", "8栋4单元103", phone="16000000005"),
            5: error("phone:not_understood"),
            6: error("phone:spoiled"),
            7: new("孙六", "8栋4单元106", phone=""),
        },
    ),
    "words for codes, and one that is none": Case(
        xlsx(
            ["姓名", "住址", "性别", "民族", "政治面貌", "文化程度", "婚姻状况", "与户主关系", "人户分离"],
            ["孙一", "8-4-101", "男", "汉", "党员", "高中", "有配偶", "户主", "否"],
            ["李梅", "8-4-101", "女性", "满族", "群众", "大专", "已婚", "老伴", "是"],
            ["孙三", "8-4-101", "M", "汉族", "团员", "博士后", "未婚", "次子", "常住"],
        ),
        {
            2: new(
                "孙一",
                "8栋4单元101",
                sex="1",
                ethnicity="01",
                politics="01",
                education="60",
                marriage="20",
                residence="usual",
            ),
            3: new("李梅", "8栋4单元101", sex="2", ethnicity="11", politics="13", relation="10", residence="elsewhere"),
            4: new(
                "孙三", "8栋4单元101", "education:word_unknown", education="", note="文化程度：博士后", relation="20"
            ),
        },
    ),
    "同上 in every column but the name": Case(
        csv(
            ["姓名", "住址", "民族", "电话", "备注"],
            ["孙一", "8-4-101", "汉族", "16000000002", "租户"],
            ["孙二", "同上", "〃", "同上", '"'],
            ["孙三", "8-4-102", "同上", "", ""],
        ),
        {
            2: new("孙一", "8栋4单元101", ethnicity="01", phone="16000000002", note="租户"),
            3: new("孙二", "8栋4单元101", ethnicity="01", phone="16000000002", note="租户"),
            4: new("孙三", "8栋4单元102", ethnicity="01", phone="", note=""),
        },
    ),
    "relatives in one cell, in two, without a name": Case(
        xlsx(
            ["姓名", "住址", "紧急联系人", "联系人电话"],
            ["孙一", "8-4-101", "孙小海（儿子）", "16000000004"],
            ["孙二", "8-4-102", "李四 16000000005", None],
            ["孙三", "8-4-103", None, "16000000006"],
            ["孙四", "8-4-104", "王五", "打不通"],
        ),
        {
            2: new("孙一", "8栋4单元101", calls={"孙小海": ["16000000004"]}),
            3: new("孙二", "8栋4单元102", calls={"李四": ["16000000005"]}),
            4: new("孙三", "8栋4单元103", calls={"16000000006": ["16000000006"]}),
            5: error("contact_phone:not_understood"),
        },
    ),
    "priority groups as offices write them": Case(
        xlsx(
            ["姓名", "住址", "重点人群"],
            ["孙一", "8-4-101", "独居老人、高龄（80岁以上）"],
            ["孙二", "8-4-102", "低保户/残疾人"],
            ["孙三", "8-4-103", "候鸟"],
            ["孙四", "8-4-104", "无"],
        ),
        {
            2: new("孙一", "8栋4单元101", groups={"living_alone", "advanced_age"}),
            3: new("孙二", "8栋4单元102", groups={"allowance", "disabled"}),
            4: new("孙三", "8栋4单元103", "groups:word_unknown", groups=set(), note="重点人群：候鸟"),
            5: new("孙四", "8栋4单元104", groups=set()),
        },
    ),
    "days of coming and going": Case(
        xlsx(
            ["姓名", "住址", "入住时间", "迁出日期", "死亡日期"],
            ["孙一", "8-4-101", "2015年8月", None, None],
            ["孙二", "8-4-102", "2015.8.1", "2024.6.30", None],
            ["孙三", "8-4-103", None, None, "2023-01-02"],
        ),
        {
            2: new("孙一", "8栋4单元101", moved_in_on=date(2015, 8, 1), moved_out_on=None),
            3: new("孙二", "8栋4单元102", moved_out_on=date(2024, 6, 30), household__moved_out_on=date(2024, 6, 30)),
            4: new("孙三", "8栋4单元103", died_on=date(2023, 1, 2)),
        },
    ),
    "the same row twice, and two rows that fill each other up": Case(
        xlsx(
            ["姓名", "住址", "身份证号", "电话"],
            ["孙一", "8-4-101", HIS, None],
            ["孙一", "8-4-101", HIS, None],
            ["孙一", "8-4-101", None, "16000000002"],
            ["孙二", "8-4-102", None, "16000000003"],
            ["孙二", "8-4-102", None, "16000000003"],
        ),
        {
            2: new("孙一", "8栋4单元101", id_number=HIS, phone="16000000002"),
            3: same("孙一", "8栋4单元101", "repeats"),
            4: same("孙一", "8栋4单元101", "repeats"),
            5: new("孙二", "8栋4单元102"),
            6: same("孙二", "8栋4单元102", "repeats"),
        },
    ),
    "since when on a list, why, and who helps": Case(
        xlsx(
            ["姓名", "住址", "重点人群", "认定日期", "认定依据", "帮扶人"],
            ["孙一", "8-4-101", "独居、低保户", "2023.5.1", "入户核实", "孙主任"],
            ["孙二", "8-4-102", "低保、残疾人", "2023年3月；2024-05-01", "民政审批；残疾证：12号", "孙主任；—"],
            ["孙三", "8-4-103", "低保", "2056.1.1", None, None],
            ["孙四", "8-4-104", None, "2023.5.1", "民政审批", None],
            ["孙五", "8-4-105", "低保", None, None, None],
            ["孙六", "8-4-106", "低保", "2023.5.1", None, None],
            ["孙六", "8-4-106", "残疾", "2024.5.1", None, None],
            ["孙七", "8-4-107", "低保", "2023.5.1", None, None],
            ["孙七", "8-4-107", "低保", "2024.5.1", None, None],
        ),
        {
            2: new(
                "孙一",
                "8栋4单元101",
                lists={
                    "living_alone": (date(2023, 5, 1), "入户核实", "孙主任"),
                    "allowance": (date(2023, 5, 1), "入户核实", "孙主任"),
                },
            ),
            3: new(
                "孙二",
                "8栋4单元102",
                lists={
                    "allowance": (date(2023, 3, 1), "民政审批", "孙主任"),
                    "disabled": (date(2024, 5, 1), "残疾证：12号", ""),
                },
            ),
            4: error("listed_on:in_the_future"),
            5: new("孙四", "8栋4单元104", "listed_basis:without_group", "listed_on:without_group", lists={}),
            6: new("孙五", "8栋4单元105", lists={"allowance": (date(2026, 11, 23), "导入：台账.xlsx", "")}),
            7: new(
                "孙六",
                "8栋4单元106",
                lists={
                    "allowance": (date(2023, 5, 1), "导入：台账.xlsx", ""),
                    "disabled": (date(2024, 5, 1), "导入：台账.xlsx", ""),
                },
            ),
            8: same("孙六", "8栋4单元106", "repeats"),
            9: conflict("differing_rows"),
            10: conflict("differing_rows"),
        },
    ),
}
