"""A desk at the deadlines service's own database, for tests that need no bus."""

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from services.common.database import Database
from tests.harness.instance import TestInstance
from tests.service.told import Desk, nobody_else

NUMBERS = itertools.count(980_001)


@pytest.fixture(scope="module")
def still(instance: TestInstance) -> Iterator[sa.Engine]:
    """An administrator's engine; the sweeper and the relay of a platform in the same session stand still meanwhile."""
    engine = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with nobody_else(instance):
        yield engine
        with engine.begin() as connection:
            # What these counties tell is nothing to the platform that goes on.
            for table, column in (("outbox", "county_id"), ("county", "code")):
                connection.execute(sa.text(f"DELETE FROM deadlines.{table} WHERE {column} LIKE '98____'"))
    engine.dispose()


@pytest.fixture(scope="module")
def own_database(instance: TestInstance) -> Iterator[Database]:
    opened = Database(service="deadlines", url=instance.settings.deadlines_database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def desk(own_database: Database, still: sa.Engine) -> Desk:
    """A county of its own for each test."""
    return Desk(database=own_database, admin=still, county=str(next(NUMBERS)))
