"""Two levels of categories with their questions, written for an old compound in a northern city. A community changes them as it likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Choices = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: code, Chinese, English, kind, choices (code, Chinese, English)."""

    code: str
    zh: str
    en: str
    kind: str = "string"
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Sort:
    """A category below a main one. ``grade`` "" takes the main one's."""

    code: str
    zh: str
    en: str
    keywords: str = ""
    grade: str = ""
    tags: str = ""
    urgent: tuple[str, str] = ("", "")
    published: bool = False
    sensitive: bool = False
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class Main:
    """A main category and those below it."""

    code: str
    zh: str
    en: str
    grade: str
    sorts: tuple[Sort, ...]


SINCE: Final = Ask("since", "从什么时候开始", "Since when", "string")
HOW_MANY: Final = Ask(
    "how_many", "影响多少户", "How many households", "singlevaluelist",
    (("one", "一户", "one"), ("some", "几户", "a few"), ("stairwell", "整个单元", "the whole stairwell"),
     ("building", "整栋楼", "the whole building")),
)  # fmt: skip
GAS: Final = (
    "闻到燃气味：先开窗、关阀、到屋外，再打 119 和燃气公司电话。",
    "If you smell gas: open the windows, close the valve, go outside, then call 119 and the gas company.",
)
LIFT: Final = (
    "有人被困：按电梯里的报警铃，打 119。",
    "Somebody is trapped: press the alarm in the lift and call 119.",
)
FIRE: Final = (
    "正在着火：先打 119，人往楼下走。",
    "It is burning now: call 119 and go down the stairs.",
)
MONEY: Final = (
    "正在转账或已被骗：马上打 110 或 96110。",
    "Money is being or has been transferred: call 110 or 96110 at once.",
)
BLOWS: Final = (
    "正在动手：马上打 110。",
    "Somebody is being hit: call 110 at once.",
)

CATEGORIES: Final = (
    Main("utilities", "水电气暖", "Water, power, gas, heat", "24h", (
        Sort("water_leak", "漏水跑水", "Water leak", "漏水 跑水 渗水 返水 水管 滴水", published=True, asks=(
            Ask("where", "漏在哪里", "Where it leaks", "singlevaluelist", (
                ("kitchen", "厨房", "kitchen"), ("bath", "卫生间", "bathroom"), ("ceiling", "楼上漏到楼下", "from above"),
                ("stairs", "楼道", "stairwell"), ("outside", "室外", "outside"))), HOW_MANY)),
        Sort("no_water", "停水水压低", "No water or low pressure", "停水 没水 水压 水小", published=True, asks=(HOW_MANY, SINCE)),
        Sort("drain", "下水堵塞", "Blocked drain", "下水 堵了 堵塞 返味 马桶 地漏", published=True, asks=(HOW_MANY,)),
        Sort("power", "停电电路", "Power", "停电 没电 跳闸 电表 电路 电线", published=True, asks=(HOW_MANY, SINCE)),
        Sort("gas_hose", "燃气软管更换", "Gas hose replacement", "换软管 换胶管 软管老化 胶管老化", "7d", "fire_safety"),
        Sort("gas", "燃气", "Gas", "燃气 煤气 天然气 灶具 胶管 软管", "2h", urgent=GAS),
        Sort("heating", "暖气不热", "Heating", "暖气 供热 不热 室温 地热 放水", published=True, asks=(
            Ask("temperature", "室温多少度", "Room temperature in °C", "number"), HOW_MANY)),
    )),
    Main("building", "房屋楼道", "Buildings and stairwells", "7d", (
        Sort("light", "楼道灯路灯", "Stairwell and street lights", "楼道灯 路灯 灯不亮 灯坏 声控灯", published=True),
        Sort("door_entry", "单元门门禁", "Entrance doors", "单元门 门禁 对讲 防盗门", published=True),
        Sort("roof", "屋面外墙漏雨", "Roof and outer walls", "漏雨 屋顶 外墙 墙皮 保温层 雨水管", "15d", published=True),
        Sort("lift", "电梯", "Lift", "电梯 困人", "24h", urgent=LIFT, published=True),
        Sort("stairs", "楼道堆物破损", "Blocked or broken stairs", "楼道堆 杂物 扶手 台阶 飞线充电", tags="fire_safety", published=True),
    )),
    Main("surroundings", "环境卫生", "Surroundings", "7d", (
        Sort("rubbish", "垃圾清运", "Rubbish", "垃圾 清运 异味 蚊蝇 老鼠", published=True),
        Sort("snow", "清雪结冰", "Snow and ice", "雪 结冰 冰溜子 路滑", "24h", published=True),
        Sort("green", "绿化树木", "Trees and green", "树 绿化 草坪 毁绿 种菜", published=True),
        Sort("parking", "停车占道", "Parking", "停车 车位 占道 消防通道 堵车", published=True),
        Sort("noise", "噪音扰民", "Noise", "噪音 吵 扰民 广场舞 装修", asks=(SINCE,)),
        Sort("animals", "养犬动物", "Animals", "狗 犬 遛狗 猫 鸽子", asks=()),
    )),
    Main("safety", "安全隐患", "Safety", "24h", (
        Sort("fire_hazard", "消防隐患", "Fire hazard", "消防 着火 起火 灭火器 烟感 充电", tags="fire_safety", urgent=FIRE, published=True),
        Sort("falling", "高空抛物坠物", "Falling objects", "高空 抛物 坠物 掉下来 往下扔 扔东西", published=True),
        Sort("fraud", "诈骗线索", "Fraud", "诈骗 被骗 保健品 养老投资 转账", tags="law", urgent=MONEY, sensitive=True),
    )),
    Main("people", "养老民生", "People and welfare", "7d", (
        Sort("elder_care", "老人照料", "Care for elders", "照顾 独居 走失 陪护 一个人在家 没人管 常去看看"),
        Sort("canteen", "食堂用餐", "Canteen", "食堂 饭菜 送饭 餐", tags="diet"),
        Sort("benefits", "低保救助补贴", "Benefits", "低保 救助 补贴 津贴 残疾 困难"),
        Sort("insurance", "医保社保", "Insurance and pensions", "医保 社保 养老金 退休 认证"),
        Sort("health", "看病健康", "Health", "看病 健康 体检 慢病 血压", tags="diet", sensitive=True),
        Sort("family", "家庭矛盾", "Family trouble", "家暴 打人 离婚 赡养 不孝", tags="law", urgent=BLOWS, sensitive=True),
    )),
    Main("neighbours", "邻里物业", "Neighbours and property company", "7d", (
        Sort("dispute", "邻里纠纷", "Dispute between neighbours", "纠纷 吵架 矛盾 邻里 和邻居", tags="law", sensitive=True),
        Sort("property", "物业服务收费", "Property company", "物业 物业费 保安 保洁 不管"),
        Sort("renovation", "装修违建", "Building works", "装修 违建 私搭 拆墙 承重墙", "15d"),
    )),
    Main("advice", "咨询建议", "Advice and ideas", "7d", (
        Sort("question", "政策咨询", "Question", "咨询 怎么办理 证明 开证明 户口 政策"),
        Sort("idea", "意见建议", "Idea", "建议 希望 能不能 活动 讲座"),
        Sort("thanks", "表扬感谢", "Thanks", "表扬 感谢 锦旗"),
    )),
    Main("other_matters", "其他", "Other", "7d", (
        Sort("other", "其他", "Other", ""),
    )),
)  # fmt: skip
FALLBACK: Final = "other"
