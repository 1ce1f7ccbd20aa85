"""A leader finds the letters that are addressed to him by name, and nobody who only holds an accusation its author."""

from alembic import op

from gateway.model import petition

revision = "gateway_0009"
down_revision = "gateway_0008"

HIDE_ACCUSERS = """
UPDATE gateway_view.private AS person SET visible_to = ARRAY[item.registered_by]
FROM gateway_view.petition AS item
WHERE item.county_id = person.county_id AND item.id = person.petition_id
  AND item.nature = 'ACCUSATION' AND person.kind = 'petitioners'
"""
"""Also of accusations that were registered before: what hides its petitioners is not shown anew, so nothing else would
ever take them back."""


def upgrade() -> None:
    connection = op.get_bind()
    (index,) = (each for each in petition.indexes if each.name == "petition_addressee")
    index.create(connection, checkfirst=True)
    # The owner sees every county for once. The same transaction puts him behind the policies again.
    for table in ("petition", "private"):
        connection.exec_driver_sql(f"ALTER TABLE gateway_view.{table} NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(HIDE_ACCUSERS)
    for table in ("petition", "private"):
        connection.exec_driver_sql(f"ALTER TABLE gateway_view.{table} FORCE ROW LEVEL SECURITY")
