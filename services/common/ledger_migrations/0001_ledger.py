"""The ledger: the relay writes it, a county's auditor reads it, and nobody changes it."""

from alembic import op

from services.common.ledger_tables import metadata
from services.common.migrating import RELAY_ROLE, role_of
from services.common.scope import IN_COUNTY, protect

revision = "ledger_0001"
down_revision = None

READER = role_of("gateway")

REFUSE = """
CREATE FUNCTION ledger.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is only added to: %% on %%.%% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
CREATE TRIGGER refuse BEFORE DELETE OR TRUNCATE ON ledger.head
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
"""

GRANTS = f"""
GRANT USAGE ON SCHEMA ledger TO {RELAY_ROLE}, {READER};
GRANT SELECT, INSERT ON ledger.entry TO {RELAY_ROLE};
GRANT SELECT, INSERT, UPDATE ON ledger.head TO {RELAY_ROLE};
CREATE POLICY ledger_entry_relay ON ledger.entry TO {RELAY_ROLE} USING (true);
CREATE POLICY ledger_head_relay ON ledger.head TO {RELAY_ROLE} USING (true);
GRANT SELECT ON ledger.entry TO {READER};
"""


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql(protect("ledger.entry", using=f"{IN_COUNTY} AND (SELECT xq.audits())"))
    connection.exec_driver_sql(protect("ledger.head"))
    connection.exec_driver_sql(REFUSE)
    connection.exec_driver_sql(GRANTS)
