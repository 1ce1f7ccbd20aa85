"""The rows and the columns of the table: who looks, and at which case in which stage."""

from dataclasses import dataclass

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.contracts.routing import ReferralState
from tests.isolation.rule import Standing

HERE, ELSEWHERE = "611021", "990001"
SLUGS = {HERE: "luonan", ELSEWHERE: "yanshi2"}
COUNTY, TOWNSHIP, BUREAU = TenantKind.COUNTY, TenantKind.TOWNSHIP, TenantKind.BUREAU


@dataclass(frozen=True)
class Kind:
    """One sort of case, and who plays which part in it."""

    name: str
    label: str
    nature: Nature = Nature.APPEAL
    confidential: bool = False
    accused: tuple[str, ...] = ()
    accused_users: tuple[str, ...] = ()
    """Logins of the people whom it accuses."""
    county: str = HERE
    registered_by: str = "611021102"
    first: str = "slj"
    """The first lead body, which objects or loses it again."""
    support: str = "nyncj"
    second: str = "zrzy"
    """The lead body after the first."""
    stages: tuple[str, ...] = (
        "registered",
        "sent",
        "withdrawn",
        "returned",
        "resent",
        "closed",
        "returned-and-sent-again",
    )

    @property
    def registrar(self) -> str:
        return f"{self.registered_by}.clerk@{SLUGS[self.county]}"

    @property
    def players(self) -> dict[str, str]:
        """Codes of the tenants that play a part, the registering one among them."""
        return {"registrar": self.registered_by, **{name: getattr(self, name) for name in PLAYERS}}


KINDS = (
    Kind("ordinary", "普通件", stages=(*Kind.stages, "received", "objected", "answered")),
    Kind("confidential", "保密件", confidential=True),
    Kind(
        "accusation", "检举控告件", nature=Nature.ACCUSATION, accused=("slj",), first="jw", support="zfw", second="sjj"
    ),
    Kind(
        "confidential-accusation",
        "保密的检举控告件",
        nature=Nature.ACCUSATION,
        confidential=True,
        accused=("slj",),
        first="jw",
        support="zfw",
        stages=("registered", "sent"),
    ),
    Kind(
        "of-people",
        "反映工作人员的普通件",
        accused_users=("zrzy.head@luonan", "xfj.leader@luonan"),
        stages=("registered", "sent", "returned", "resent"),
    ),
    Kind(
        "accusation-of-people",
        "检举控告专办人员的检举控告件",
        nature=Nature.ACCUSATION,
        accused_users=("jw.clerk@luonan",),
        first="jw",
        support="zfw",
        stages=("registered", "sent", "returned"),
    ),
    # Its offices have the codes of ours: xfj, zrzy and jw are in both counties.
    Kind(
        "elsewhere",
        "另一县的普通件",
        county=ELSEWHERE,
        registered_by="990001102",
        first="zrzy",
        support="jw",
        stages=("registered", "sent", "returned"),
    ),
)

PLAYERS = frozenset({"first", "support", "second"})


@dataclass(frozen=True)
class Stage:
    """How far a case has come: which of its players hold it, and what ended."""

    name: str
    label: str
    holders: frozenset[str] = frozenset()
    ended: tuple[tuple[str, ReferralState], ...] = ()


RETURNED = (("first", ReferralState.RETURNED),)

STAGES = (
    Stage("registered", "已登记"),
    Stage("sent", "已转送", frozenset({"first", "support"})),
    Stage("received", "已签收", frozenset({"first", "support"})),
    Stage("objected", "异议待核实", frozenset({"first", "support"})),
    Stage("withdrawn", "已撤回", frozenset({"support"}), (("first", ReferralState.WITHDRAWN),)),
    Stage("returned", "异议成立已退回", frozenset({"support"}), RETURNED),
    Stage("resent", "另行交办", frozenset({"support", "second"}), RETURNED),
    Stage("answered", "已答复", frozenset({"support", "second"}), RETURNED),
    Stage("closed", "已办结", frozenset({"support", "second"}), RETURNED),
    # Who once lost it holds it again: the case is back, and so is what ended before.
    Stage("returned-and-sent-again", "退回后再次转送", frozenset({"first", "support"}), RETURNED),
)


def cells() -> list[tuple[Kind, Stage]]:
    """Every case of the table."""
    return [(kind, stage) for kind in KINDS for stage in STAGES if stage.name in kind.stages]


def standing(kind: Kind, stage: Stage) -> Standing:
    player = kind.players
    return Standing(
        county=kind.county,
        registered_by=kind.registered_by,
        registrar=kind.registrar,
        nature=kind.nature,
        confidential=kind.confidential,
        accused_users=frozenset(kind.accused_users),
        barred=frozenset(kind.accused) if kind.nature is Nature.ACCUSATION else frozenset(),
        holders=frozenset(player[name] for name in stage.holders),
        ended=tuple((player[name], state) for name, state in stage.ended),
    )


@dataclass(frozen=True)
class Observer:
    """Somebody who looks. ``invented``: no such user is in the profile, the test makes him one."""

    label: str
    actor: Actor
    invented: bool = False

    def __str__(self) -> str:
        return self.actor.user + ("*" if self.invented else "")


def _user(
    label: str, login: str, kind: TenantKind, *roles: Role, county: str = HERE, tenant: str = "", invented: bool = False
) -> Observer:
    actor = Actor(
        county=county,
        tenant=tenant or login.partition(".")[0],
        kind=kind,
        user=f"{login}@{SLUGS[county]}",
        name=label,
        roles=frozenset(roles),
    )
    return Observer(label, actor, invented)


CLERK, HEAD, ACCUSATIONS = Role.CLERK, Role.HEAD, Role.ACCUSATIONS

OBSERVERS = (
    _user("县信访局经办人", "xfj.clerk", COUNTY, CLERK),
    _user("县信访局负责人", "xfj.head", COUNTY, HEAD),
    _user("县信访局督办员", "xfj.supervisor", COUNTY, Role.SUPERVISOR),
    _user("县领导", "xfj.leader", COUNTY, Role.LEADER),
    _user("县信访局检举控告专办", "xfj.accusations", COUNTY, CLERK, ACCUSATIONS),
    _user("县信访局检举控告督办员", "xfj.chief", COUNTY, Role.SUPERVISOR, ACCUSATIONS, invented=True),
    _user("审计员", "xfj.auditor", COUNTY, Role.AUDITOR),
    _user("系统管理员", "xfj.operator", COUNTY, Role.OPERATOR),
    _user("县信访局用户管理员", "xfj.admin", COUNTY, Role.ADMINISTRATOR),
    _user("检举控告专办（无其他岗位）", "xfj.only", COUNTY, ACCUSATIONS, invented=True),
    _user("登记人（登记乡镇经办人）", "611021102.clerk", TOWNSHIP, CLERK),
    _user("登记乡镇负责人", "611021102.head", TOWNSHIP, HEAD, Role.ADMINISTRATOR),
    _user("登记乡镇另一经办人", "611021102.clerk2", TOWNSHIP, CLERK, invented=True),
    _user("登记乡镇检举控告专办", "611021102.cleared", TOWNSHIP, CLERK, ACCUSATIONS, invented=True),
    _user("其他乡镇经办人", "611021101.clerk", TOWNSHIP, CLERK),
    _user("调往其他乡镇的登记人", "611021102.clerk", TOWNSHIP, CLERK, tenant="611021101", invented=True),
    _user("水利局（先承办；检举控告件的被反映单位）", "slj.clerk", BUREAU, CLERK),
    _user("水利局承办员", "slj.handler", BUREAU, Role.HANDLER, invented=True),
    _user("水利局检举控告专办", "slj.cleared", BUREAU, CLERK, ACCUSATIONS, invented=True),
    _user("农业农村局（协办）", "nyncj.clerk", BUREAU, CLERK),
    _user("自然资源局（后承办）", "zrzy.clerk", BUREAU, CLERK),
    _user("自然资源局负责人", "zrzy.head", BUREAU, HEAD, Role.ADMINISTRATOR),
    _user("自然资源局检举控告专办", "zrzy.cleared", BUREAU, CLERK, ACCUSATIONS, invented=True),
    _user("未参与的部门（公安局）", "gongan.head", BUREAU, HEAD, Role.ADMINISTRATOR),
    _user("纪委监委（检举控告件先承办）", "jw.clerk", BUREAU, CLERK, ACCUSATIONS),
    _user("纪委监委另一检举控告专办", "jw.cleared", BUREAU, CLERK, ACCUSATIONS, invented=True),
    _user("纪委监委无专办权限者", "jw.plain", BUREAU, CLERK, invented=True),
    _user("政法委（检举控告件协办）", "zfw.cleared", BUREAU, CLERK, ACCUSATIONS, invented=True),
    _user("政法委无专办权限者", "zfw.clerk", BUREAU, CLERK),
    _user("审计局（检举控告件后承办）", "sjj.cleared", BUREAU, CLERK, ACCUSATIONS, invented=True),
    _user("另一县信访局经办人", "xfj.clerk", COUNTY, CLERK, county=ELSEWHERE),
    _user("另一县检举控告专办", "xfj.accusations", COUNTY, CLERK, ACCUSATIONS, county=ELSEWHERE),
    _user("另一县登记乡镇", "990001102.clerk", TOWNSHIP, CLERK, county=ELSEWHERE),
    _user("另一县其他乡镇", "990001101.clerk", TOWNSHIP, CLERK, county=ELSEWHERE),
    _user("另一县自然资源局（与本县同代码）", "zrzy.clerk", BUREAU, CLERK, county=ELSEWHERE),
    _user("另一县纪委监委（与本县同代码）", "jw.clerk", BUREAU, CLERK, ACCUSATIONS, county=ELSEWHERE),
    _user("另一县冒用本县机构代码者", "slj.clerk", BUREAU, CLERK, ACCUSATIONS, county=ELSEWHERE, invented=True),
)

REFERENCE = {observer.actor.county: observer for observer in OBSERVERS if observer.actor.user.startswith("xfj.accus")}
"""Who sees every case of a county; what he reads is what the others are compared with."""
