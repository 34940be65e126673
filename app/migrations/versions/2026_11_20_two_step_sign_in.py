"""two step sign in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

revision: str = 'c385605232d1'
down_revision: str | None = '8ee3aeebd20f'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column('account', sa.Column('mfa_nonce', sa.String(length=32), server_default='', nullable=False))
    op.add_column('account', sa.Column('mfa_step', sa.BigInteger(), server_default='0', nullable=False))


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_column('account', 'mfa_step')
    op.drop_column('account', 'mfa_nonce')
