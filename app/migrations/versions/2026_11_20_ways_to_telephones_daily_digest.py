"""ways to telephones, daily digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

revision: str = '75d667d1bcfa'
down_revision: str | None = 'eaa69a259f74'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table('phone_channel',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger(), nullable=False),
    sa.Column('sends', sa.BigInteger(), nullable=False),
    sa.Column('sends_since', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('user_id', 'channel')
    )
    op.add_column('account', sa.Column('daily_digest', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('account', sa.Column('digest_on', sa.Date(), nullable=True))


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_column('account', 'digest_on')
    op.drop_column('account', 'daily_digest')
    op.drop_table('phone_channel')
