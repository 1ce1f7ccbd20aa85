"""By what repeats and joint matters are found: the table, and the rows of what is registered already.

Here and not by the service: a migration is done once and as a whole, so no check for repeats ever meets half a
register. It takes two milliseconds for each item, and the service is not up meanwhile.
"""

import msgspec
import sqlalchemy as sa
from alembic import op

from services.common.scope import SOUGHT, protect
from services.contracts.intake import Petition
from services.intake.finding import row_of
from services.intake.model import likeness, metadata

revision = "intake_0004"
down_revision = "intake_0003"

AT_ONCE = 500

REGISTERED = sa.text(
    "SELECT county_id, id, state FROM intake.aggregate"
    " WHERE type = :type AND (county_id, id) > (:county, :id) ORDER BY county_id, id LIMIT :most"
)


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    # The owner reads every county for once. The same transaction puts him behind the policy again.
    connection.exec_driver_sql("ALTER TABLE intake.aggregate NO FORCE ROW LEVEL SECURITY")
    last = {"county": "", "id": ""}
    while rows := connection.execute(REGISTERED, {**last, "type": Petition.fact_type, "most": AT_ONCE}).all():
        connection.execute(
            sa.insert(likeness), [row_of(row.county_id, msgspec.convert(row.state, Petition)) for row in rows]
        )
        last = {"county": rows[-1].county_id, "id": rows[-1].id}
    connection.exec_driver_sql("ALTER TABLE intake.aggregate FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(protect("intake.likeness", using=SOUGHT))
