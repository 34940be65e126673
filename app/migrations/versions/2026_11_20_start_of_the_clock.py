"""start of the clock."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '4b1f6d0c2a97'
down_revision: str | None = 'c385605232d1'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column('case', sa.Column('clock_started_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE "case" SET clock_started_at = submitted_at')


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_column('case', 'clock_started_at')
