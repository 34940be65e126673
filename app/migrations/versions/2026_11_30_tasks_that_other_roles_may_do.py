"""Tasks that other roles may do as well stand in their inboxes; tasks already open stay in one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = 'd41e7a0c95b2'
down_revision: str | None = '048cbfe6f6a6'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("task", sa.Column("also_roles", JSONB(none_as_null=True), nullable=True))
    op.create_index(
        "task_beside",
        "task",
        ["also_roles"],
        postgresql_using="gin",
        postgresql_ops={"also_roles": "jsonb_path_ops"},
        postgresql_where=sa.text("state = 'open' AND also_roles IS NOT NULL"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("task_beside", table_name="task")
    op.drop_column("task", "also_roles")
