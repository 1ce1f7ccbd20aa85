"""Invented letters of three kinds, each as its office knows them, for tests of the learned suggestion."""

import itertools
import random
from collections.abc import Sequence

from services.routing.precedents import Case

PLACES = ("东山村", "河口镇", "柳树街", "石桥组", "北关社区", "新庄村", "南坡路", "古井巷")
KINDS: dict[tuple[str, str], tuple[Sequence[str], Sequence[str]]] = {
    ("交通运输/农村公路", "jtj"): (
        ("道路坑洼请求修补", "公交车不按时发车", "乡道塌方无人处理", "客运班车停运"),
        ("路面坑洼积水，三轮车侧翻，请求铺沥青。", "班车一天只有一趟，司机随意甩站。", "塌方堵住乡道，货车绕行。"),
    ),
    ("劳动和社会保障/工资", "rsj"): (
        ("工地拖欠工资", "养老金没有到账", "老板不签劳动合同", "工伤认定迟迟不办"),
        ("项目部拖欠民工工资，包工头不接电话。", "养老保险待遇停发。", "工伤后单位拒绝赔偿，请求劳动监察。"),
    ),
    ("环境保护/噪声", "hbj"): (
        ("砖厂夜间冒黑烟", "养殖场污水直排", "采石场噪声扰民", "河水发臭"),
        ("烟囱夜里排放黑烟，窗台落满粉尘。", "猪场粪污直接排进河里，臭气熏天。", "碎石机凌晨轰鸣，噪声扰民。"),
    ),
}  # fmt: skip
STRANGE = ("想给孩子起个名字", "昨晚的月亮很圆，远处有人吹笛子，不知曲名是什么。")


def letters(count: int, *, seed: int = 1) -> list[Case]:
    """As many of each kind as of the others, no two alike."""
    chance = random.Random(seed)
    kinds = itertools.islice(itertools.cycle(KINDS.items()), count)
    return [
        Case(
            title=f"{chance.choice(PLACES)}{chance.choice(titles)}",
            body=f"我是{chance.choice(PLACES)}居民，联系电话139{number:04}{number:04}。"
            + "".join(chance.sample(bodies, 2)),
            category=category,
            tenant=tenant,
        )
        for number, ((category, tenant), (titles, bodies)) in enumerate(kinds)
    ]
