"""Runs the migrations on the connection it is given, inside that connection's transaction."""

from alembic import context

from geo_relocation.store.postgis.layout import VERSION_TABLE
from geo_relocation.store.postgis.tables import build_metadata

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=build_metadata(attributes["srid"]),
    version_table=VERSION_TABLE,
    version_table_schema=attributes["schema"],
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
