"""Alembic's entry: compares and upgrades over the connection that `app.migrations.upgrade` hands in."""

from alembic import context

from app.migrations.tables import all_tables, is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    include_name=is_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
