"""A county profile: one folder of plain files that says who the tenants, places and users are, who receives and
watches when, and by what rules of its own the county works."""

from pathlib import Path

import msgspec

from deploy.local.errors import LocalError
from deploy.operator.profile_directory import DIRECTORY, read_directory, with_directory
from deploy.operator.profile_flows import FLOWS, read_flows
from deploy.operator.profile_intake import INTAKE, read_intake
from deploy.operator.profile_leaders import LEADERS, read_people
from deploy.operator.profile_limits import LIMITS, read_limits
from deploy.operator.profile_pages import read_pages
from deploy.operator.profile_people import read_users, user_accounts
from deploy.operator.profile_questionnaire import QUESTIONNAIRE, read_questionnaire
from deploy.operator.profile_roster import ROSTER, read_roster
from deploy.operator.profile_routing import ROUTING, check_routing, read_routing
from deploy.operator.profile_rows import Mistake, Mistakes
from deploy.operator.profile_tenants import organisations, read_county, read_places, read_tenants
from services.common import clock
from services.contracts.directory import Organisation
from services.contracts.flows import Flow
from services.contracts.identity import UserAccount
from services.contracts.intake_rules import IntakeRules
from services.contracts.proposals import Finding, LoadRoutingRules
from services.contracts.public_pages import PublicPages
from services.contracts.questionnaires import Questionnaire
from services.contracts.roster_commands import TenantRoster
from services.contracts.rules import Regime

FILES = (
    "county.toml",
    "tenants.csv",
    "places.csv",
    "users.csv",
    LEADERS,
    ROSTER,
    LIMITS,
    FLOWS,
    DIRECTORY,
    ROUTING,
    INTAKE,
    QUESTIONNAIRE,
)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a county profile says, free of mistakes."""

    county: str
    """Division code, six digits (GB/T 2260)."""
    slug: str
    """Ends every login name of the county."""
    name: str
    organisations: list[Organisation]
    rosters: list[TenantRoster]
    """Of every tenant its people, its regular services and how often somebody receives at least."""
    users: list[UserAccount]
    first_passwords_stay: bool
    """Nobody need change a password that was made for him: of a demonstration alone."""
    regime: Regime
    """The county's own limits; the law alone where it has set none."""
    flows: list[Flow]
    """Its approval flows, in the order of the file."""
    routing: LoadRoutingRules
    """Its categories and routing rules; empty where it has none."""
    findings: list[Finding]
    """What is told of the rules, and refuses nothing."""
    intake: IntakeRules
    """How its registers are reached, and its own classes and limits; nothing where it has set none."""
    pages: PublicPages
    """What its offices publicise; no page where it has none."""
    questionnaire: Questionnaire
    """What visitors are asked after a reception; nothing where it has set none."""


class ProfileError(LocalError):
    """The profile cannot be loaded; ``mistakes`` tells all that is wrong, file by file and line by line."""

    def __init__(self, folder: Path, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        head = f"县配置 {folder} 有 {len(mistakes)} 处错误，未作任何更改。请改正后重试："
        super().__init__("\n".join([head, *map(str, mistakes)]))


def load_profile(folder: Path) -> Profile:
    """Reads and checks the profile in ``folder``.

    Raises ``ProfileError`` with every mistake that was found.
    """
    if not folder.is_dir():
        raise ProfileError(folder, [Mistake(folder.name, None, "没有这个文件夹，请核对县配置的路径")])
    mistakes = Mistakes()
    county = read_county(folder, mistakes)
    tenants = read_tenants(folder, county, mistakes)
    places = read_places(folder, tenants, mistakes)
    users = read_users(folder, tenants, mistakes)
    people = read_people(folder, county, tenants, users, mistakes)
    rosters = read_roster(folder, tenants, people, mistakes)
    regime = read_limits(folder, county, tenants, mistakes)
    flows = read_flows(folder, tenants, mistakes)
    directory = read_directory(folder, tenants, mistakes)
    routing = read_routing(folder, mistakes)
    today = clock.legal_day(clock.now())
    intake = read_intake(folder, county, tenants, mistakes, day=today)
    pages = read_pages(folder, county, tenants, mistakes)
    questionnaire = read_questionnaire(folder, county, mistakes)
    findings: list[Finding] = []
    bodies: list[Organisation] = []
    if tenants is not None and not mistakes.found:
        # Held against each other only when each is well: a slip in one file would be told again for the other.
        bodies = with_directory(organisations(tenants, places), directory)
        findings = check_routing(routing, bodies, mistakes, day=today)
    if mistakes.found or not (county and tenants and regime and intake and pages and questionnaire):
        found = sorted(mistakes.found, key=lambda mistake: (_place(mistake.file), mistake.file, mistake.line or 0))
        raise ProfileError(folder, found)
    return Profile(
        county=county.code,
        slug=county.slug,
        name=county.name,
        organisations=bodies,
        rosters=rosters,
        users=user_accounts(users, county=county, tenants=tenants),
        first_passwords_stay=county.first_passwords_stay,
        regime=regime,
        flows=flows,
        routing=routing,
        findings=findings,
        intake=intake,
        pages=pages,
        questionnaire=questionnaire,
    )


def _place(file: str) -> int:
    """In which order mistakes are told: by ``FILES``, the pages last."""
    return FILES.index(file) if file in FILES else len(FILES)
