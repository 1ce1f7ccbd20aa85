"""The times of an urgent report in their order."""

from datetime import UTC, datetime, timedelta

from gateway.urgent_chain import chain
from services.contracts.actor import ActorRef
from services.contracts.urgent_reports import Addressee, LaterReport, ReportKind, Told, UrgentReport

AT = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
CLERK = ActorRef(tenant="xfj", user="u", name="张三")


def after(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_the_chain_runs_from_what_happened_to_the_final_report() -> None:
    report = UrgentReport(
        id="u", petition_id="p", kind=ReportKind.URGENT, petition_number="n", registered_by="xfj", tenant="xfj",
        by=CLERK, occurred_at=AT, learned_at=after(5), reported_at=after(12), content="c", measures="m",
        told=[
            Told(whom=Addressee.HIGHER_OFFICE, tenant=None, login=None, name="市信访局", way="电话", at=after(8)),
            Told(
                whom=Addressee.COUNTY_OFFICE, tenant="xfj", login=None, name="县信访局", way="系统", at=after(12),
                acknowledged_at=after(20), acknowledged_by=CLERK,
            ),
        ],
        later=[
            LaterReport(at=after(15), by=CLERK, text="t", final=False),
            LaterReport(at=after(60), by=CLERK, text="t", final=True),
        ],
        ended_at=after(60),
    )  # fmt: skip
    assert [(moment.what, (moment.at - AT).seconds // 60) for moment in chain(report)] == [
        *(("发生", 0), ("获知", 5), ("告知市信访局", 8), ("报告", 12), ("告知县信访局", 12)),
        *(("续报", 15), ("县信访局签收", 20), ("终报", 60)),
    ]
