"""What all states of the roster have in common: a tenant, the days they are about, and by what they are listed."""

from datetime import date

from services.contracts.base import State


class OnRoster(State, frozen=True, kw_only=True):
    """A state that the view lists by tenant and day."""

    tenant: str
    """Code of the tenant whose roster it stands in."""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that it is about, both included."""
        raise NotImplementedError

    @property
    def accusing(self) -> bool:
        """It accuses somebody (检举控告). He may see the petition that it is about, and nothing of this: neither what
        is done with it nor who reads it stands on the petition's timeline (Art. 30)."""
        return False

    @property
    def on_timeline(self) -> bool:
        return super().on_timeline and not self.accusing

    @property
    def status(self) -> str:
        """The value by which it is filtered; empty where it has no life."""
        return ""

    @property
    def subject(self) -> str:
        """Id of what it is about: the shift of an appointment, the member of an absence."""
        return ""
