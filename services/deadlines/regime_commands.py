"""What a county sets for its clocks: the entry point."""

from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import InvalidInput
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.rules import LoadRegime, Regime
from services.deadlines.cases import RULES_LOCK
from services.deadlines.recounting import enqueue_unfinished
from services.deadlines.regimes import check_regime
from services.deadlines.rules import Rules

REGIME_CHANGED = "本县期限规定变更"


class RegimeCommands:
    """A base of the service class."""

    rules: Rules

    @command(LoadRegime, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_regime(self, tx: Transaction, body: LoadRegime) -> Any:
        """Sets the regime whole; the sweeper counts the unfinished cases anew. Answers how many those are."""
        if body.regime.county != tx.actor.county:
            raise InvalidInput(f"该规定属于 {body.regime.county}，只能为本县 {tx.actor.county} 载入", field="county")
        check_regime(regime=body.regime, rules=self.rules)
        # No clock may be counted by the regime that was, once it is known which cases are to be counted anew.
        tx.lock(RULES_LOCK)
        stored = tx.find(Regime, body.regime.county)
        if body.regime == (stored.state if stored else Regime(county=body.regime.county)):
            return {"changed": False, "cases": 0}
        tx.record(body.regime, act=Act.REGIME_CHANGED, base=stored.version if stored else 0)
        with tx.whole_county():
            cases = enqueue_unfinished(tx, why=REGIME_CHANGED)
        return {"changed": True, "cases": cases}
