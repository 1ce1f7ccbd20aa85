"""Intake's commands about urgent reports, as a part of the service class. The rules stand in ``urgent_reporting``."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id
from services.common.locking import locked
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.contracts.urgent_reports import (
    AcknowledgeReport,
    AddLaterReport,
    ReportKind,
    ReportUrgent,
    UrgentReport,
)
from services.intake import people_vault
from services.intake import urgent_reporting as reporting
from services.intake.registering import group_visit_size
from services.intake.taking_part import check_takes_part

Written = TypeVar("Written", ReportUrgent, AddLaterReport)
TAKES_NOTE = HANDLES_CASES | {Role.LEADER, Role.SUPERVISOR}


class _Case(NamedTuple):
    petition: Versioned[Petition]
    standing: list[Referral]
    accused: frozenset[str]
    """Codes of every tenant that the item, or a hand-over of it, accuses."""
    reports: list[UrgentReport]
    redact: Callable[[str], str]


class UrgentCommands:
    """Each answers the report as it now is. A base of the service class."""

    vault: Vault

    @command(ReportUrgent, roles=HANDLES_CASES)
    def report_urgent(self, tx: Transaction, body: ReportUrgent) -> UrgentReport:
        if not is_id(body.petition_id):
            raise NotFound()
        tx.lock(body.petition_id)
        # Who only holds the case does not see the register; that he may report is checked below.
        with tx.whole_county():
            case = _case(tx, self.vault, body.petition_id)
            petition = case.petition.state
            check_takes_part(actor=tx.actor, petition=petition, holding=case.standing, doing="报告该件的紧急情况")
            reporting.check_open(petition=petition, standing=case.standing)
            if body.kind is ReportKind.URGENT:
                petition = _made_critical(tx, case.petition, since=body.learned_at or tx.now)
            report = reporting.reported(
                command=_redacted(body, case.redact, "content", "measures"),
                petition=petition,
                accused=case.accused,
                there=case.reports,
                directory=_directory(tx),
                actor=tx.actor,
                now=tx.now,
            )
            tx.record(report, act=Act.URGENT_REPORTED, remark=reporting.remark(report))
        return report

    @command(AddLaterReport, roles=HANDLES_CASES)
    def add_later_report(self, tx: Transaction, body: AddLaterReport) -> UrgentReport:
        row = locked(tx, UrgentReport, body.report_id)
        with tx.whole_county():
            case = _case(tx, self.vault, row.state.petition_id)
            report = reporting.continued(
                report=row.state,
                command=_redacted(body, case.redact, "text"),
                petition=case.petition.state,
                accused=case.accused,
                directory=_directory(tx),
                actor=tx.actor,
                now=tx.now,
            )
            tx.record(report, act=Act.URGENT_REPORT_CONTINUED, base=row.version, remark=reporting.remark(report))
        return report

    @command(AcknowledgeReport, roles=TAKES_NOTE)
    def acknowledge_report(self, tx: Transaction, body: AcknowledgeReport) -> UrgentReport:
        row = locked(tx, UrgentReport, body.report_id)
        report = reporting.acknowledged(report=row.state, actor=tx.actor, now=tx.now)
        if report is None:
            return row.state
        tx.record(report, act=Act.URGENT_REPORT_ACKNOWLEDGED, base=row.version)
        return report


def _case(tx: Transaction, vault: Vault, petition_id: str) -> _Case:
    """What a report rests on. The transaction sees the whole county."""
    petition = tx.find(Petition, petition_id)
    if petition is None:
        raise NotFound()
    referrals = [each.state for each in tx.kept_of_petition(Referral, petition_id)]
    return _Case(
        petition=petition,
        standing=[each for each in referrals if each.stands],
        accused=frozenset(petition.state.accused).union(*(each.accused for each in referrals)),
        reports=[each.state for each in tx.of_petition(UrgentReport, petition_id)],
        redact=people_vault.masker(tx, vault=vault, petition=petition.state),
    )


def _made_critical(tx: Transaction, row: Versioned[Petition], *, since: datetime) -> Petition:
    """The petition, critical; that it was made so is an act of its own."""
    changed = reporting.made_critical(petition=row.state, since=since, group_visit_size=group_visit_size(tx))
    if changed is None:
        return row.state
    petition, remark = changed
    tx.record(petition, act=Act.CLASSIFIED, base=row.version, remark=remark)
    return petition


def _directory(tx: Transaction) -> dict[str, Organisation]:
    return {each.state.code: each.state for each in tx.kept_all(Organisation) if each.state.takes(tx.today)}


def _redacted(body: Written, redact: Callable[[str], str], *texts: str) -> Written:
    """The command with everything that somebody wrote as others may read it."""
    told = [
        msgspec.structs.replace(each, name=redact(each.name) if each.name else None, way=redact(each.way))
        for each in body.told
    ]
    return msgspec.structs.replace(body, told=told, **{name: redact(getattr(body, name)) for name in texts})
