"""A dry run: what the register would say of each letter, asked of its own rules, with nothing written."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from services.common.database import Database, Transaction
from services.common.errors import Refusal
from services.common.wording import UNDECODABLE, explain
from services.contracts.actor import system_actor
from services.contracts.fact import Problem, Reply
from services.contracts.register_commands import ImportPetition
from services.intake.importing import check, is_registered


class Trial:
    """Answers as the register does; sent twice, a letter is known the second time."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._taken: set[bytes] = set()

    async def __call__(self, letter: ImportPetition, request_id: str) -> Reply:
        body = msgspec.json.encode(letter)
        try:
            # As it arrives there: with every limit of the contract.
            check(self._tx, msgspec.json.decode(body, type=ImportPetition))
        except Refusal as refusal:
            return Reply(problems=list(refusal.problems))
        except UNDECODABLE as error:
            return Reply(problems=[Problem(code="INVALID_INPUT", message=explain(error)[0])])
        key = hashlib.sha256(msgspec.json.encode([letter.alias, letter.title, letter.body])).digest()
        already = key in self._taken or is_registered(self._tx, letter)
        self._taken.add(key)
        return Reply(value={"already": already})


@contextmanager
def on_trial(*, intake_database_url: str, county: str) -> Iterator[Trial]:
    """Raises ``LocalError`` where the register's database does not answer."""
    database = Database(service="intake", url=intake_database_url)
    try:
        with database.begin(system_actor(county, "intake"), trace="dry-run") as tx:
            tx.connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            yield Trial(tx)
    except SQLAlchemyError as error:
        raise LocalError("连不上登记服务的数据库，请确认平台正在运行（./xinqiao status）") from error
    finally:
        database.engine.dispose()
