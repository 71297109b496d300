"""Invented people: names, birthdays, phone and ID numbers that cannot belong to anybody.

Names come from common surnames and syllables at random. Phone numbers begin with 1600000, a range that is not given out;
ID numbers with area 999999, which does not exist, and a right check digit (GB 11643-1999).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import ric

MALE, FEMALE = "1", "2"
NO_SUCH_AREA = "999999"
UNUSED_PHONES = 16000000000

SURNAMES = (
    "王李张刘陈杨赵黄周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_WEIGHTS = [max(12, 100 - 2 * position) for position in range(len(SURNAMES))]
_OLD_MALE = ("建国德福长玉文志永振国景凤洪树", "山林海才发贵生友成君臣军义和江")
_OLD_FEMALE = ("桂秀淑玉凤素丽春淑艳金秋慧", "兰英珍芬芹荣华霞云香芝梅清")
_MID_MALE = ("志海晓立宏春伟东明大艳国", "刚强波涛军峰辉勇斌超鹏岩")
_MID_FEMALE = ("晓丽海春立艳红雪静金冬", "梅丽娟玲燕杰洁红霞敏晶萍")
_YOUNG_MALE = ("子浩宇梓俊泽一博明奕", "轩然涵宸杰阳睿航博晨")
_YOUNG_FEMALE = ("子欣雨梓思诗佳一可语", "涵怡彤萱琪妍宁桐悦瑶")
_SYLLABLES = {
    MALE: (_OLD_MALE, _MID_MALE, _YOUNG_MALE),
    FEMALE: (_OLD_FEMALE, _MID_FEMALE, _YOUNG_FEMALE),
}


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist."""

    name: str
    sex: str
    age: int
    born_on: date
    phone: str
    id_number: str

    @property
    def surname(self) -> str:
        return self.name[0]


class Cast:
    """Invents people one after another; the same seed and day give the same people."""

    def __init__(self, *, seed: int, today: date) -> None:
        self._random = random.Random(f"cast:{seed}")  # noqa: S311  the point is that it repeats
        self._today = today
        self._phones = 0
        self._on_day: Counter[tuple[date, str]] = Counter()

    def person(self, *, age: int, sex: str, surname: str = "") -> Invented:
        born_on = self._birthday(age)
        return Invented(
            name=self.name(age=age, sex=sex, surname=surname),
            sex=sex,
            age=age,
            born_on=born_on,
            phone=self.phone(),
            id_number=self._id_number(born_on, sex),
        )

    def name(self, *, age: int, sex: str, surname: str = "") -> str:
        family = surname or self._random.choices(SURNAMES, weights=_WEIGHTS)[0]
        first, second = _SYLLABLES[sex][0 if age >= 55 else 1 if age >= 30 else 2]
        second_syllable = self._random.choice(second)
        return family + (
            second_syllable if self._random.random() < 0.15 else self._random.choice(first) + second_syllable
        )

    def phone(self) -> str:
        self._phones += 1
        return str(UNUSED_PHONES + self._phones)

    def _birthday(self, age: int) -> date:
        """A day on which somebody of this age was born: at least ``age`` full years ago, less than one more."""
        return self._today - timedelta(days=int(age * 365.25) + 1 + self._random.randrange(363))

    def _id_number(self, born_on: date, sex: str) -> str:
        self._on_day[born_on, sex] += 1
        order = 2 * self._on_day[born_on, sex] + (1 if sex == MALE else 0)
        body = f"{NO_SUCH_AREA}{born_on:%Y%m%d}{order:03d}"
        return body + str(ric.calc_check_digit(body + "0"))
