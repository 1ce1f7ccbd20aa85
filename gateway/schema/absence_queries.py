"""The list of absences: of one's own tenant, and of the county office all."""

from datetime import date

import graphene

from gateway.announced import check_days
from gateway.model import roster_entry
from gateway.reading_lists import ABSENCES
from gateway.schema import enums
from gateway.schema.absence_types import Absence
from gateway.schema.types import context_of
from services.contracts.roster_people import Absence as AbsenceFact
from services.contracts.roster_people import AbsenceState


class AbsenceQueries:
    absences = graphene.List(
        graphene.NonNull(Absence),
        required=True,
        args={
            "since": graphene.Date(name="from", required=True),
            "until": graphene.Date(name="to", required=True),
            "tenant": graphene.ID(),
            "state": graphene.Argument(enums.AbsenceStateEnum),
        },
        description="本单位人员在此期间的请假、外出，先开始的在前；县信访局可见全部",
    )

    @staticmethod
    async def resolve_absences(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        state: AbsenceState | None = None,
    ) -> list[AbsenceFact]:
        check_days(since, until)
        where = [] if tenant is None else [roster_entry.c.tenant == tenant]
        if state is not None:
            where.append(roster_entry.c.status == state.value)
        return await context_of(info).reader.of_days(ABSENCES, first=since, last=until, where=where)
