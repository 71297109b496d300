"""The code sets of the register, with their national codes, and the words people write for them. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linli.registry.cells import text_of


@dataclass(frozen=True, slots=True)
class CodeSet:
    """``titles`` by code, in Chinese as forms print them; ``words`` are further ways to write one."""

    source: str
    titles: Mapping[str, str]
    words: Mapping[str, str]

    def code_of(self, cell: object) -> str:
        """The code for what stands in a cell: a title, one of the words, or the code itself; "" when it is none of them."""
        text = text_of(cell).replace(" ", "")
        if text in self.titles:
            return text
        return self.words.get(text) or next((code for code, title in self.titles.items() if title == text), "")

    def title_of(self, code: str) -> str:
        """The title; "" without a code."""
        return self.titles.get(code, "")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a model field."""
        return list(self.titles.items())


_PEOPLES = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣",
    "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗",
    "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京",
    "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip


SEX: Final = CodeSet(
    "GB/T 2261.1",
    {"0": "未知", "1": "男", "2": "女", "9": "未说明"},
    {"男性": "1", "女性": "2", "M": "1", "F": "2", "m": "1", "f": "2"},
)
ETHNICITY: Final = CodeSet(
    "GB/T 3304",
    {f"{number:02}": f"{name}族" for number, name in enumerate(_PEOPLES, start=1)} | {"97": "其他", "98": "入籍"},
    {name: f"{number:02}" for number, name in enumerate(_PEOPLES, start=1)},
)
MARRIAGE: Final = CodeSet(
    "GB/T 2261.2",
    {"10": "未婚", "20": "已婚", "21": "初婚", "22": "再婚", "23": "复婚", "30": "丧偶", "40": "离婚", "90": "未说明"},
    {"有配偶": "20", "离异": "40", "单身": "10"},
)
POLITICS: Final = CodeSet(
    "GB/T 4762",
    {
        "01": "中共党员",
        "02": "中共预备党员",
        "03": "共青团员",
        "04": "民革党员",
        "05": "民盟盟员",
        "06": "民建会员",
        "07": "民进会员",
        "08": "农工党党员",
        "09": "致公党党员",
        "10": "九三学社社员",
        "11": "台盟盟员",
        "12": "无党派人士",
        "13": "群众",
    },
    {"党员": "01", "中国共产党党员": "01", "预备党员": "02", "团员": "03", "普通群众": "13", "无党派": "12"},
)
EDUCATION: Final = CodeSet(
    "GB/T 4658",
    {
        "10": "研究生教育",
        "20": "大学本科",
        "30": "大学专科",
        "40": "中等职业教育",
        "60": "普通高级中学教育",
        "70": "初级中学教育",
        "80": "小学教育",
        "90": "其他",
    },
    {"研究生": "10", "硕士": "10", "博士": "10", "本科": "20", "大学": "20", "大专": "30", "专科": "30"}
    | {"中专": "40", "技校": "40", "职高": "40", "高中": "60", "初中": "70", "小学": "80", "文盲": "90"},
)
RELATION: Final = CodeSet(
    "GB/T 4761-2008",
    {
        "01": "本人",
        "02": "户主",
        "10": "配偶",
        "20": "子",
        "30": "女",
        "40": "孙子、孙女或外孙子、外孙女",
        "50": "父母",
        "60": "祖父母或外祖父母",
        "70": "兄弟姐妹",
        "80": "其他",
        "97": "其他亲属",
        "99": "非亲属",
    },
    {"夫": "10", "妻": "10", "妻子": "10", "丈夫": "10", "老伴": "10", "爱人": "10", "之妻": "10", "之夫": "10"}
    | {"儿子": "20", "长子": "20", "次子": "20", "三子": "20", "独生子": "20", "之子": "20", "养子": "20", "女婿": "97"}
    | {"女儿": "30", "长女": "30", "次女": "30", "三女": "30", "独生女": "30", "之女": "30", "儿媳": "97", "子女": "97"}
    | {"孙子": "40", "孙女": "40", "外孙": "40", "外孙女": "40", "孙": "40", "外孙子": "40", "父亲": "50", "母亲": "50"}
    | {"父": "50", "母": "50", "岳父": "50", "岳母": "50", "公公": "50", "婆婆": "50", "祖父": "60", "祖母": "60"}
    | {"爷爷": "60", "奶奶": "60", "外祖父": "60", "外祖母": "60", "姥姥": "60", "姥爷": "60", "兄": "70", "弟": "70"}
    | {"姐": "70", "妹": "70", "哥哥": "70", "弟弟": "70", "姐姐": "70", "妹妹": "70", "亲属": "97", "租户": "99"}
    | {"租客": "99", "保姆": "99", "朋友": "99", "户主本人": "02"},
)
RESIDENCE: Final = CodeSet(
    "registers of communities",
    {"usual": "常住", "migrant": "流动", "elsewhere": "人户分离"},
    {
        "常住人口": "usual",
        "户籍": "usual",
        "户在人在": "usual",
        "流动人口": "migrant",
        "暂住": "migrant",
        "租住": "migrant",
    }
    | {"人在户不在": "elsewhere", "户在人不在": "elsewhere", "空挂户": "elsewhere", "是": "elsewhere", "否": "usual"},
)
