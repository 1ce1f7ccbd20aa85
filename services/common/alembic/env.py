"""Alembic's entry for every schema: the connection and the schema come from ``services.common.migrating``."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    version_table="migration",
    version_table_schema=attributes["schema"],
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
