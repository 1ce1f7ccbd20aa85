"""A register of very many items, written by a small grammar of places, things and complaints, and put into the tables
as registrations would have left it."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.base import builtins
from services.contracts.intake import Nature, Petition
from services.contracts.people import PetitionerInput
from services.intake.finding import row_of
from services.intake.people_vault import prints
from tests.bench.many_clocks import petition

COUNTY = "990200"
TENANTS = 20
FIRST_DAY, DAYS = date(2021, 1, 4), 2000
BEGUN = date(2026, 8, 3)

SYLLABLES = "石坡灵口巡检麻坪三要寺耳古城柏峪景村高耀洛源保安永丰四皓卫东谢湾梁塬庙台庄桥沟岭王李张赵"
KINDS = ("村", "社区", "小区", "花园", "街道", "路", "工业园", "新城")
BODIES = ("幼儿园", "小学", "卫生院", "搅拌站", "砖厂", "养猪场", "物业公司", "采石场", "农贸市场", "加油站", "停车场")
THINGS = (
    "路灯",
    "自来水",
    "排水沟",
    "水泥路",
    "征地补偿款",
    "低保",
    "不动产证",
    "工程款",
    "工资",
    "宅基地",
    "燃气管道",
)
WRONGS = ("长期损坏无人维修", "一直没有落实", "拖欠至今", "收费不合理", "公示与实际不符", "噪音扰民", "影响出行安全")
OPENINGS = ("我是当地居民", "我代表全体住户反映", "本人多次向有关部门反映", "现就下列问题向领导反映", "您好")
MIDDLES = (
    "从{year}年{month}月开始{place}的{thing}{wrong}，群众意见很大",
    "{body}在{place}{number}号旁边，距离住户不到{number}米，{wrong}",
    "{place}{number}户村民的{thing}{wrong}，找过{body}没有结果",
    "去年{month}月曾经答复要处理{thing}，到现在已经过去{number}天",
    "附近{body}每天早上{month}点开始作业，老人孩子无法休息",
)
ENDINGS = ("请求尽快核实处理并答复", "希望领导重视解决", "请有关部门给一个明确说法", "恳请派人到现场查看")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂"


class Text(NamedTuple):
    place: str
    title: str
    body: str


def place_name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 4)))) + chance.choice(KINDS)


def text(chance: random.Random, place: str) -> Text:
    body, thing, wrong = chance.choice(BODIES), chance.choice(THINGS), chance.choice(WRONGS)
    title = chance.choice(("反映{p}{t}{w}", "{p}{b}{w}", "关于{p}{t}{w}的问题", "投诉{p}{b}{t}{w}"))
    sentences = [
        each.format(
            year=chance.randint(2015, 2026), month=chance.randint(1, 12), number=chance.randint(2, 400),
            place=place, thing=thing, wrong=wrong, body=body,
        )
        for each in chance.sample(MIDDLES, 3)
    ]  # fmt: skip
    whole = "，".join((chance.choice(OPENINGS), *sentences, chance.choice(ENDINGS)))
    return Text(place, title.format(p=place, t=thing, w=wrong, b=body), whole + "。")


def person(chance: random.Random) -> PetitionerInput:
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
    return PetitionerInput(name=name, phone=f"139{chance.randint(0, 99_999_999):08}")


class Item(NamedTuple):
    petition: Petition
    person: PetitionerInput


def items(count: int, *, seed: int = 1) -> Iterator[Item]:
    """One place in a hundred items, on average; one text in fifty is handed in by several in the same words; one person
    in ten comes again. Some hide who wrote."""
    chance = random.Random(seed)
    places = [place_name(chance) for _ in range(max(count // 100, 1))]
    model, past = petition(FIRST_DAY), [Item(petition(FIRST_DAY), person(chance))]
    for at in range(count):
        earlier = chance.choice(past)
        written = text(chance, chance.choice(places))
        title, body = (earlier.petition.title, earlier.petition.body) if at % 50 == 49 else written[1:]
        who = earlier.person if at % 10 == 9 else person(chance)
        found = Item(
            msgspec.structs.replace(
                model,
                id=new_id(),
                number=f"R{at:08}",
                query_code=f"{at:08}",
                received_on=FIRST_DAY + timedelta(days=at * DAYS // count),
                registered_by=f"t{at % TENANTS}",
                place=f"{COUNTY}{at % 16:03}",
                title=title,
                body=body,
                confidential=at % 40 == 7,
                nature=Nature.ACCUSATION if at % 100 == 3 else Nature.APPEAL,
            ),
            who,
        )
        if len(past) < 1000:
            past.append(found)
        else:
            past[chance.randrange(1000)] = found
        yield found


def seed(url: str, vault: Vault, *, count: int) -> list[Item]:
    """Fills the tables; returns a thousand of the items. ``url``: of a superuser, for whom no policy holds."""
    kept: list[Item] = []
    every = max(count // 1000, 1)
    with psycopg.connect(url) as states, psycopg.connect(url) as people, psycopg.connect(url) as found:
        found.execute("DROP INDEX intake.likeness_keys")
        with (
            states.cursor().copy(_into("aggregate", *STATES)) as to_states,
            people.cursor().copy(_into("petitioner", *PEOPLE)) as to_people,
            found.cursor().copy(_into("likeness", *FOUND)) as to_found,
        ):
            for at, item in enumerate(items(count)):
                to_states.write_row(_state(item.petition))
                to_people.write_row(_person(item, vault))
                row = row_of(COUNTY, item.petition)
                to_found.write_row([row[name] for name in FOUND])
                if at % every == 0:
                    kept.append(item)
        found.execute("SET maintenance_work_mem = '256MB'")
        found.execute("CREATE INDEX likeness_keys ON intake.likeness USING gin (keys) WITH (fastupdate = off)")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return kept


STATES = ("county_id", "type", "id", "version", "petition_id", "visible_to", "named", "state")
PEOPLE = (
    "county_id",
    "id",
    "petition_id",
    "visible_to",
    "named",
    "confidential",
    "name",
    "name_digest",
    "phone_digest",
)
FOUND = ("county_id", "petition_id", "number", "matter_id", "place", "received_on", "reserved_for", "named", "keys",
         "features", "sketch")  # fmt: skip


def _into(table: str, *columns: str) -> str:
    return f"COPY intake.{table} ({', '.join(columns)}) FROM STDIN"


def _named(item: Petition) -> list[str] | None:
    return None if item.named is None else sorted(item.named)


def _state(item: Petition) -> tuple[Any, ...]:
    return (
        *(COUNTY, item.fact_type, item.id, 1, item.id, sorted(item.audience), _named(item)),
        Jsonb(builtins(item)),
    )


def _person(item: Item, vault: Vault) -> tuple[Any, ...]:
    made, written = prints(vault, item.person, county=COUNTY), item.petition
    return (
        *(COUNTY, new_id(), written.id, sorted(written.audience), _named(written), written.hides_petitioners),
        *(b"sealed", made.name, made.phone),
    )
