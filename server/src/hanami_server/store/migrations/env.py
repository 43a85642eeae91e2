"""Alembic's entry: always on the connection that `store.database` hands over."""

from alembic import context
from sqlalchemy import Connection

from hanami_server.store.tables import Table

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
