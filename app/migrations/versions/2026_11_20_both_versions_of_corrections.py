"""both versions of corrections."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = 'a7d20c94e1b3'
down_revision: str | None = '891497764737'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    empty = sa.text("'{}'")
    json = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.add_column('correction', sa.Column('before', json, server_default=empty, nullable=False))
    op.add_column('correction', sa.Column('after', json, server_default=empty, nullable=False))
    op.add_column('correction', sa.Column('reply', sa.String(), server_default='', nullable=False))


def downgrade() -> None:
    """Bring the tables back to the revision before."""
    op.drop_column('correction', 'reply')
    op.drop_column('correction', 'after')
    op.drop_column('correction', 'before')
