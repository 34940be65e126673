"""drafts and change sets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = '5f2b69eb2e49'
down_revision: str | None = '4b1f6d0c2a97'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table('change_set',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('author', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('proposed_by', sa.String(length=80), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.String(length=80), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('published_by', sa.String(length=80), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('restores_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['restores_id'], ['change_set.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('change_set_state', 'change_set', ['state', 'effective_on'], unique=False)
    op.create_table('change_set_comment',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('change_set_id', sa.BigInteger(), nullable=False),
    sa.Column('author', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['change_set_id'], ['change_set.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_change_set_comment_change_set_id'), 'change_set_comment', ['change_set_id'], unique=False)
    op.create_table('draft',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('base_number', sa.BigInteger(), nullable=True),
    sa.Column('is_withdrawal', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('change_set_id', sa.BigInteger(), nullable=True),
    sa.Column('editors', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('published_number', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['change_set_id'], ['change_set.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('draft_change_set', 'draft', ['change_set_id'], unique=False)
    op.create_index('draft_open', 'draft', ['kind', 'key'], unique=True, postgresql_where=sa.text("state = 'open'"))
    op.add_column('definition_revision', sa.Column('is_withdrawal', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('office', sa.Column('publishing_needs_second', sa.Boolean(), server_default='false', nullable=False))
    # drafts were numbered as revisions until now: the newest of each definition stays one
    op.execute(
        "INSERT INTO draft (kind, key, text, base_number, is_withdrawal, state, note, editors, created_at, updated_at, version) "
        "SELECT DISTINCT ON (kind, key) kind, key, text, base_number, false, 'open', note, jsonb_build_array(author), "
        "created_at, created_at, 1 FROM definition_revision WHERE state = 'draft' ORDER BY kind, key, number DESC"
    )
    op.execute("UPDATE definition_revision SET state = 'discarded' WHERE state = 'draft'")


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_column('office', 'publishing_needs_second')
    op.drop_column('definition_revision', 'is_withdrawal')
    op.drop_index('draft_open', table_name='draft', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('draft_change_set', table_name='draft')
    op.drop_table('draft')
    op.drop_index(op.f('ix_change_set_comment_change_set_id'), table_name='change_set_comment')
    op.drop_table('change_set_comment')
    op.drop_index('change_set_state', table_name='change_set')
    op.drop_table('change_set')
