"""How the table stands in the file: titles, headings, sheets, formats."""

from __future__ import annotations

from datetime import date

from linli.registry.tests.corpus.expected import Case, error, new, same
from linli.registry.tests.corpus.files import csv, id_number, locked, web_page, xls, xlsx

HEAD = ["序号", "姓名", "住址", "联系电话"]
SUN = [1, "孙大海", "8-4-101", "16000000002"]
QIAN = [2, "钱大力", "8-4-102", "16000000003"]
SUN_IS = new("孙大海", "8栋4单元101", phone="16000000002")
QIAN_IS = new("钱大力", "8栋4单元102", phone="16000000003")
BOTH = {2: SUN_IS, 3: QIAN_IS}

CASES = {
    "title rows, an empty row, a footer of two rows": Case(
        xlsx(
            ["邻里示范社区2026年常住人口台账", None, None, None],
            ["填报单位：邻里示范社区", None, None, "单位：人"],
            [None, None, None, None],
            HEAD,
            SUN,
            [None, None, None, None],
            QIAN,
            ["合计", "2人", None, None],
            ["填表人：某某", None, "填表日期：2026.11.1", None],
            merged=["A1:D1"],
        ),
        {5: SUN_IS, 7: QIAN_IS},
    ),
    "a heading of two merged rows": Case(
        xlsx(
            ["示范社区台账"],
            ["序号", "姓名", "现住址", None, None, "联系方式", None],
            [None, None, "楼栋", "单元", "门牌", "手机", "座机"],
            [1, "孙大海", "8号楼", "4单元", "101室", "16000000002", "0431-88881234"],
            [2, "钱大力", 8, 4, 102, 16000000003, None],
            ["小计", 2],
            merged=["A1:G1", "A2:A3", "B2:B3", "C2:E2", "F2:G2"],
        ),
        {4: new("孙大海", "8栋4单元101", phone="16000000002", other_phones="043188881234"), 5: QIAN_IS},
    ),
    "headings dressed up, columns nobody asked for": Case(
        xlsx(
            ["行号", "姓 名*", "家庭住址（必填）", "联系方式\n（手机）", "楼长意见", "是否走访"],
            [*SUN, "很好", "是"],
            [*QIAN, None, "否"],
        ),
        BOTH,
    ),
    "one household over several merged rows": Case(
        xlsx(
            ["户号", "住址", "姓名", "与户主关系", "电话"],
            ["H001", "8栋4单元101", "孙大海", "户主", "16000000002"],
            [None, None, "李梅", "妻", None],
            [None, None, "孙小海", "长子", None],
            ["H002", "8栋4单元102", "钱大力", "户主", "16000000003"],
            merged=["A2:A4", "B2:B4"],
        ),
        {
            2: new("孙大海", "8栋4单元101", relation="02", household__number="H001"),
            3: new("李梅", "8栋4单元101", relation="10"),
            4: new("孙小海", "8栋4单元101", relation="20", is_head=False),
            5: new("钱大力", "8栋4单元102", relation="02", household__number="H002"),
        },
    ),
    "members below their head without an address of their own": Case(
        xlsx(
            ["姓名", "与户主关系", "楼号", "单元", "房号"],
            ["孙大海", "户主", "8", "4", "101"],
            ["李梅", "妻", None, None, None],
            ["孙小海", "子", "同上", "同上", "同上"],
            ["钱大力", "户主", "〃", "〃", "102"],
            ["没有地址", None, None, None, None],
        ),
        {
            2: new("孙大海", "8栋4单元101"),
            3: new("李梅", "8栋4单元101", "address:taken_from_above", relation="10"),
            4: new("孙小海", "8栋4单元101"),
            5: new("钱大力", "8栋4单元102"),
            6: error("address:address_missing"),
        },
    ),
    "several sheets, one of them without people, one hidden row": Case(
        xlsx(
            HEAD,
            SUN,
            [3, "李梅", "8-4-101", None],
            hidden=[3],
            二网格=[["二网格名单"], ["姓名", "楼栋", "单元", "门牌号"], ["钱大力", "8", "4", "102"]],
            说明=[["本表每月上报"], ["不得外传"]],
        ),
        {2: SUN_IS, 3: new("李梅", "8栋4单元101"), (1, 3): new("钱大力", "8栋4单元102")},
    ),
    "the same person in two sheets": Case(
        xlsx(HEAD, SUN, 二月=[HEAD, SUN, QIAN]),
        {2: SUN_IS, (1, 2): same("孙大海", "8栋4单元101", "repeats"), (1, 3): QIAN_IS},
    ),
    "an .xls with merged cells, numbers and days": Case(
        xls(
            ["社区台账"],
            ["姓名", "身份证号", "出生年月", "住址", "手机"],
            ["孙大海", id_number("19560304", 11), date(1956, 3, 4), "8-4-101", 16000000002],
            ["钱大力", None, 20518.0, "8-4-102", "16000000003"],
            merged=[(0, 0, 0, 4)],
        ),
        {
            3: new("孙大海", "8栋4单元101", born_on=date(1956, 3, 4), sex="1", phone="16000000002"),
            4: new("钱大力", "8栋4单元102", born_on=date(1956, 3, 4), born_known="day"),
        },
    ),
    "a file of WPS": Case(xls(HEAD, SUN, QIAN, suffix=".et"), BOTH),
    "an .xlsx that calls itself .xls": Case(
        lambda path: xlsx(HEAD, SUN, QIAN)(path).rename(path.with_suffix(".xls")), BOTH
    ),
    "text in GBK": Case(csv(HEAD, SUN, QIAN), BOTH),
    "text in UTF-8 with a mark, and a comma in a cell": Case(
        csv(HEAD, [1, "孙大海", "邻里小区,8号楼4单元101", "16000000002"], QIAN, encoding="utf-8-sig"), BOTH
    ),
    "text in UTF-8 with tabs": Case(csv(HEAD, SUN, QIAN, encoding="utf-8", mark="\t", suffix=".txt"), BOTH),
    "a web page that calls itself .xls": Case(web_page(["名单"], HEAD, SUN, QIAN), {3: SUN_IS, 4: QIAN_IS}),
    "a file with a password": Case(locked(xlsx(HEAD, SUN, QIAN), "丁香2026"), BOTH, password="丁香2026"),
}
