"""What an indicator is asked for: period, unit, the moment, and what the county has set."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from services.common.clock import legal_day
from services.contracts.circulars import ReportingPeriod
from services.contracts.rules import Regime


class Question(msgspec.Struct, frozen=True, kw_only=True):
    period: ReportingPeriod
    tenant: str | None = None
    """Code of the unit whose numbers are wanted; None for all that the asker sees."""
    now: datetime
    """The instant of which open clocks are told."""
    regime: Regime
    townships: Mapping[str, str] = {}
    """Division code -> name."""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the period."""
        return self.period.first, self.period.last

    @property
    def today(self) -> date:
        """The legal day."""
        return legal_day(self.now)

    def about(self, tenant: str | None) -> bool:
        """Whether what goes to this tenant's account is asked for."""
        return self.tenant is None or self.tenant == tenant
