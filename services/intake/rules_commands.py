"""What a county sets for its register: the entry point, as a part of the service class."""

from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import InvalidInput
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.intake_rules import IntakeRules, LoadIntakeRules
from services.contracts.public_pages import LoadPublicPages, PublicPages
from services.intake.rules_checks import IntakeRulesInvalid, rules_problems


class RulesCommands:
    """A base of the service class."""

    @command(LoadIntakeRules, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_intake_rules(self, tx: Transaction, body: LoadIntakeRules) -> Any:
        """Sets the rules whole, where they differ. Answers whether they did."""
        rules = body.rules
        if rules.county != tx.actor.county:
            raise InvalidInput(f"该设置属于 {rules.county}，只能为本县 {tx.actor.county} 载入", field="county")
        problems = list(rules_problems(rules, today=tx.today))
        if problems:
            raise IntakeRulesInvalid("；".join(problems), field="rules")
        tx.lock("intake rules")
        stored = tx.find(IntakeRules, rules.county)
        if rules == (stored.state if stored else IntakeRules(county=rules.county)):
            return {"changed": False}
        tx.record(rules, act=Act.INTAKE_RULES_CHANGED, base=stored.version if stored else 0)
        return {"changed": True}

    @command(LoadPublicPages, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_public_pages(self, tx: Transaction, body: LoadPublicPages) -> Any:
        """Sets what the county's offices publicise, whole, where it differs. Answers whether it did."""
        pages = body.pages
        if pages.county != tx.actor.county:
            raise InvalidInput(f"公示内容属于 {pages.county}，只能为本县 {tx.actor.county} 载入", field="county")
        tx.lock("public pages")
        stored = tx.find(PublicPages, pages.county)
        if pages == (stored.state if stored else PublicPages(county=pages.county)):
            return {"changed": False}
        tx.record(pages, act=Act.PUBLIC_PAGES_CHANGED, base=stored.version if stored else 0)
        return {"changed": True}
