"""outside systems."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = 'eaa69a259f74'
down_revision: str | None = 'b3c91f5a70d2'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table('connection',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('system', sa.String(length=20), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('is_enabled', sa.Boolean(), nullable=False),
    sa.Column('base_url', sa.String(), nullable=False),
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('inbound_username', sa.String(length=80), nullable=False),
    sa.Column('inbound_secret', sa.String(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('test_status', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('office_id', 'system')
    )
    op.create_table('reconciliation',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('system', sa.String(length=20), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('asked', sa.BigInteger(), nullable=False),
    sa.Column('different', sa.BigInteger(), nullable=False),
    sa.Column('unanswered', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('office_id', 'system', 'on')
    )
    op.create_table('case_reference',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('system', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('office_id', 'system', 'value')
    )
    op.create_table('difference',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('system', sa.String(length=20), nullable=False),
    sa.Column('ours', sa.String(), nullable=False),
    sa.Column('theirs', sa.String(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=80), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], ),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('difference_open', 'difference', ['case_id', 'system'], unique=True, postgresql_where=sa.text('settled_at IS NULL'))
    op.add_column('message', sa.Column('content_hash', sa.String(length=64), server_default='', nullable=False))
    op.add_column('message', sa.Column('signature', sa.String(length=64), nullable=True))
    op.add_column('message', sa.Column('seen_by', sa.String(length=80), nullable=True))
    op.create_index('message_signature', 'message', ['signature'], unique=False, postgresql_where=sa.text('signature IS NOT NULL'))
    op.create_index('message_to_see', 'message', ['office_id'], unique=False, postgresql_where=sa.text("state IN ('stopped', 'manual', 'unmatched', 'refused')"))
    op.add_column('simulated_receipt', sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_column('simulated_receipt', 'taken_at')
    op.drop_index('message_to_see', table_name='message', postgresql_where=sa.text("state IN ('stopped', 'manual', 'unmatched', 'refused')"))
    op.drop_index('message_signature', table_name='message', postgresql_where=sa.text('signature IS NOT NULL'))
    op.drop_column('message', 'seen_by')
    op.drop_column('message', 'signature')
    op.drop_column('message', 'content_hash')
    op.drop_index('difference_open', table_name='difference', postgresql_where=sa.text('settled_at IS NULL'))
    op.drop_table('difference')
    op.drop_table('case_reference')
    op.drop_table('reconciliation')
    op.drop_table('connection')
