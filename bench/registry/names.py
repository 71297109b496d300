"""Invented names, as common as such names are: seven in a hundred are called 王, and given names repeat themselves."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from linli.registry.keeping import name_columns

# Bearers of a thousand, rounded, after the published counts of Chinese surnames; the last line stands for all rarer ones.
SURNAMES: Mapping[str, int] = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 21, "吴": 20, "周": 19, "徐": 15, "孙": 15,
    "马": 13, "朱": 13, "胡": 12, "郭": 12, "何": 12, "高": 10, "林": 10, "罗": 9, "郑": 9, "梁": 8, "谢": 8, "宋": 7, "唐": 7,
    "许": 6, "韩": 6, "冯": 6, "邓": 6, "曹": 6, "彭": 5, "曾": 5, "肖": 5, "田": 5, "董": 5, "袁": 5, "潘": 5, "于": 5, "蒋": 5,
    "蔡": 5, "余": 4, "杜": 4, "叶": 4, "程": 4, "苏": 4, "魏": 4, "吕": 4, "丁": 4, "任": 4, "沈": 4, "姚": 4, "卢": 4, "姜": 4,
    "崔": 4, "钟": 4, "谭": 4, "陆": 3, "汪": 3, "范": 3, "金": 3, "石": 3, "廖": 3, "贾": 3, "夏": 3, "韦": 3, "付": 3, "方": 3,
    "白": 2, "邹": 2, "孟": 2, "熊": 2, "秦": 2, "邱": 2, "江": 2, "尹": 2, "薛": 2, "闫": 2, "段": 2, "雷": 2, "侯": 2, "龙": 2,
    "欧阳": 1, "司马": 1, "尉迟": 1, "单": 1, "仇": 1, "解": 1, "查": 1, "朴": 1, "覃": 1, "华": 1,
}  # fmt: skip
FIRST = "玉秀建志桂文国淑春金海明晓红小永丽德凤云俊振兴美立庆雅思子佳雪梦浩宇天一嘉若"
SECOND = "英华兰珍明军平芳国荣强生林梅霞红峰艳杰伟涛玲萍燕波辉刚勇敏娟丽静娜超洋磊浩轩涵怡彤萱瑞阳霖"
ALONE = "伟芳敏静丽强磊军洋勇艳杰娟涛超明霞平刚英"
OF_ALONE = 0.2


def names(*, seed: int) -> Iterator[Mapping[str, str]]:
    """Name, pinyin and initials of one person after the other, without end; the same for the same seed."""
    chance = random.Random(seed)
    surnames, bearers = list(SURNAMES), list(SURNAMES.values())
    # The n-th character of a list is chosen as often as 1/(n+6) says: some are everywhere, none is unheard of.
    firsts, seconds = [1 / (n + 6) for n in range(len(FIRST))], [1 / (n + 6) for n in range(len(SECOND))]
    known: dict[str, Mapping[str, str]] = {}
    while True:
        for surname in chance.choices(surnames, bearers, k=1000):
            if chance.random() < OF_ALONE:
                given = chance.choice(ALONE)
            else:
                given = chance.choices(FIRST, firsts)[0] + chance.choices(SECOND, seconds)[0]
            name = surname + given
            if name not in known:
                known[name] = name_columns(name)
            yield known[name]
