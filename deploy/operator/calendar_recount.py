"""What a person sees while the sweeper counts anew what a change of the calendar touches."""

import time
from dataclasses import astuple, dataclass
from typing import Any

import sqlalchemy as sa
from tqdm import tqdm

from deploy.local.progress import say
from services.common.database import Database
from services.contracts.actor import system_actor
from services.deadlines.model import county, county_state, recount, recount_run

POLL_SECONDS = 0.5
PULSE_SECONDS = 30
"""A sweeper whose last pulse is older is away."""
LINE_EVERY_SECONDS = 5.0

PULSE = "SELECT extract(epoch FROM now() - at) FROM xq.heartbeat WHERE part = 'sweeper'"


@dataclass(frozen=True)
class Recount:
    """How far one county, or all of them, have worked off a cause."""

    counties_waiting: int = 0
    """Counties that have not looked yet which cases the cause touches."""
    cases: int = 0
    cases_waiting: int = 0
    clocks: int = 0
    changed: int = 0

    @property
    def done(self) -> bool:
        return not self.counties_waiting and not self.cases_waiting

    def __add__(self, other: "Recount") -> "Recount":
        return Recount(*(mine + yours for mine, yours in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return f"{self.cases - self.cases_waiting} 件信访事项的 {self.clocks} 个期限，其中 {self.changed} 个有变动"


class RecountWatch:
    """Looks at what a cause does from now on. Made before the cause is entered, so that older runs are known."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._older = {code: self._runs(code) for code in self._counties()}

    def follow(self, *, cause_id: int, terminal: bool) -> Recount:
        """Shows the recount until it is done, or as long as there is a sweeper; how far it has come."""
        seen = self.look(cause_id)
        bar: Any = tqdm(total=seen.cases, unit="件", dynamic_ncols=True) if terminal else None
        told = time.monotonic()
        try:
            while not seen.done and self._pulse():
                time.sleep(POLL_SECONDS)
                seen = self.look(cause_id)
                if bar is not None:
                    bar.total, bar.n = seen.cases, seen.cases - seen.cases_waiting
                    bar.refresh()
                elif time.monotonic() - told >= LINE_EVERY_SECONDS:
                    told = time.monotonic()
                    say(f"  已重新计算 {seen}；还有 {seen.cases_waiting} 件")
        finally:
            if bar is not None:
                bar.close()
        if seen.done and not seen.cases:
            say("没有未办结的期限受到影响。")
        elif seen.done:
            say(f"已重新计算 {seen}。每个变动都已记录。")
        else:
            rest = "其余期限" if seen.cases else "有关的期限"
            say(
                f"工作日历已经生效，但督办巡查（sweeper）没有运行，{rest}尚未重新计算。"
                "请用 ./xinqiao status 查看；它一运行就会接着重新计算，不必再次载入。"
            )
        return seen

    def look(self, cause_id: int) -> Recount:
        """How far all counties that have clocks are."""
        return sum((self._look(code, cause_id) for code in self._counties()), start=Recount())

    def _look(self, code: str, cause_id: int) -> Recount:
        state, run, item = county_state.c, recount_run.c, recount.c
        with self._database.begin(system_actor(code, "operator")) as tx:
            # Read first: once the county has looked, its run and all the run's cases are there.
            reached = tx.connection.execute(sa.select(state.cause_done).where(state.county_id == code)).scalar_one()
            ours = sa.select(run.id).where(run.county_id == code, run.id.not_in(self._older.get(code, [])))
            sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (run.petitions, run.clocks, run.changed)]
            waiting = sa.select(sa.func.count()).where(item.county_id == code, item.wanted, item.run_id.in_(ours))
            cases_waiting = tx.connection.execute(waiting).scalar_one()
            totals = sa.select(*sums).where(run.county_id == code, run.id.in_(ours))
            cases, clocks, changed = tx.connection.execute(totals).one()
        return Recount(
            counties_waiting=int(reached < cause_id),
            cases=cases,
            cases_waiting=cases_waiting,
            clocks=clocks,
            changed=changed,
        )

    def _counties(self) -> list[str]:
        with self._database.engine.connect() as connection:
            return list(connection.execute(sa.select(county.c.code).order_by(county.c.code)).scalars())

    def _runs(self, code: str) -> list[str]:
        with self._database.begin(system_actor(code, "operator")) as tx:
            return list(
                tx.connection.execute(sa.select(recount_run.c.id).where(recount_run.c.county_id == code)).scalars()
            )

    def _pulse(self) -> bool:
        """Whether a sweeper lives."""
        with self._database.engine.connect() as connection:
            age = connection.execute(sa.text(PULSE)).scalar()
        return age is not None and age <= PULSE_SECONDS
