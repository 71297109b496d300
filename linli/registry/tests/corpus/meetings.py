"""People whom the register knows already: 赵桂兰 (8-3-502, with her ID number and a daughter to call) and 张三 (9-3-502)."""

from __future__ import annotations

from linli.registry.tests.conftest import ID_NUMBER
from linli.registry.tests.corpus.expected import Case, changed, conflict, new, question, same
from linli.registry.tests.corpus.files import id_number, xlsx

HIS = id_number("19560304", 11)
GRANDMOTHER = "8栋3单元502"
MESSY = [
    ["姓名", "身份证号", "住址", "电话", "政治面貌"],
    ["赵　桂兰", ID_NUMBER, "8号楼3单元502", "16000007777", "党员"],
]

CASES = {
    "update: what the file says counts": Case(
        xlsx(*MESSY), {2: changed("赵桂兰", GRANDMOTHER, phone="16000007777", politics="01")}
    ),
    "fill: nothing that is there is changed": Case(
        xlsx(*MESSY),
        {2: changed("赵桂兰", GRANDMOTHER, phone="16000005678", politics="01")},
        policy="fill",
    ),
    "skip: only new people are added": Case(
        xlsx(*MESSY, ["孙一", None, "8-4-101", None, None]),
        {
            2: same("赵桂兰", GRANDMOTHER, phone="16000005678", politics=""),
            3: new("孙一", "8栋4单元101"),
        },
        policy="skip",
    ),
    "force new: but nobody has the ID number of another": Case(
        xlsx(*MESSY, ["张三", None, "9-3-502", None, None]),
        {2: conflict("id_number_taken"), 3: new("张三", "9栋3单元502")},
        policy="new",
    ),
    "blank cells and 无 erase nothing": Case(
        xlsx(
            ["姓名", "身份证号", "住址", "电话", "与户主关系", "备注"],
            ["赵桂兰", None, "8-3-502", "/", None, "无"],
            ["张三", "—", "9-3-502", None, "", None],
        ),
        {
            2: same("赵桂兰", GRANDMOTHER, phone="16000005678", id_number=ID_NUMBER, relation="02"),
            3: same("张三", "9栋3单元502", phone="16000004321", relation="02"),
        },
    ),
    "known by name and door, by ID number with another name, behind another door": Case(
        xlsx(
            ["姓名", "身份证号", "住址", "电话"],
            ["张三", None, "9-3-502", None],
            ["赵桂香", ID_NUMBER, "8-3-502", None],
            ["张三", None, "8-4-101", "16000004321"],
        ),
        {
            2: same("张三", "9栋3单元502"),
            3: question("other_name"),
            4: question("like_person"),
        },
    ),
    "somebody who moved": Case(
        xlsx(["姓名", "身份证号", "住址"], ["赵桂兰", ID_NUMBER, "8-3-501"]), {2: question("has_moved")}
    ),
    "a second head, and two of them": Case(
        xlsx(
            ["姓名", "与户主关系", "住址"],
            ["赵大", "户主", "8-3-502"],
            ["吴一", "户主", "8-4-201"],
            ["吴二", "户主", "8-4-201"],
            ["吴三", "子", "8-4-201"],
        ),
        {
            2: conflict("second_head"),
            3: conflict("second_head"),
            4: conflict("second_head"),
            5: new("吴三", "8栋4单元201", relation="20"),
        },
    ),
    "rows that contradict each other": Case(
        xlsx(
            ["姓名", "身份证号", "住址", "民族"],
            ["孙一", HIS, "8-4-101", "汉族"],
            ["孙一", HIS, "8-4-102", "汉族"],
            ["孙二", None, "8-4-103", "汉族"],
            ["孙二", None, "8-4-103", "满族"],
        ),
        {
            2: conflict("two_doors"),
            3: conflict("two_doors"),
            4: conflict("differing_rows"),
            5: conflict("differing_rows"),
        },
    ),
    "namesakes behind one door, told apart by birth": Case(
        xlsx(
            ["姓名", "出生日期", "住址"],
            ["孙大海", "1956.3.4", "8-4-101"],
            ["孙大海", "1988.3.5", "8-4-101"],
            ["孙大海", None, "8-4-101"],
        ),
        {2: new("孙大海", "8栋4单元101"), 3: new("孙大海", "8栋4单元101"), 4: conflict("same_name")},
    ),
    "a relative who is known, and one who is new": Case(
        xlsx(
            ["姓名", "住址", "紧急联系人", "紧急联系人电话"],
            ["赵桂兰", "8-3-502", "钱丽（女儿）", "16000001111"],
            ["张三", "9-3-502", "张小三（儿子）", "16000001112"],
        ),
        {
            2: same("赵桂兰", GRANDMOTHER, calls={"钱丽": ["16000001111"]}),
            3: changed("张三", "9栋3单元502", calls={"张小三": ["16000001112"]}),
        },
    ),
    "a number of the household register for a household that has none": Case(
        xlsx(["户号", "姓名", "住址"], ["220100-001", "赵桂兰", "8-3-502"], [0, "张三", "9-3-502"]),
        {
            2: changed("赵桂兰", GRANDMOTHER, household__number="220100-001"),
            3: same("张三", "9栋3单元502"),
        },
    ),
}
