"""print outs, inserted numbers and signatures by hand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
revision: str = 'c2aa71b6f936'
down_revision: str | None = 'a7d20c94e1b3'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table('printout',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ask', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('lines', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.add_column('letter', sa.Column('signature', sa.String(length=10), server_default='electronic', nullable=False))
    op.add_column('letter', sa.Column('print_sha256', sa.String(length=64), nullable=True))
    op.add_column('letter', sa.Column('scan_sha256', sa.String(length=64), nullable=True))
    op.add_column('letter', sa.Column('ended_basis', sa.String(), server_default='', nullable=False))
    op.add_column('letter', sa.Column('ended_by', sa.String(length=80), nullable=True))
    op.add_column('letter', sa.Column('ended_on', sa.Date(), nullable=True))
    op.add_column('register_entry', sa.Column('inserted', sa.BigInteger(), server_default='0', nullable=False))
    op.drop_constraint(op.f('register_entry_office_id_book_series_year_seq_key'), 'register_entry', type_='unique')
    op.create_unique_constraint('register_entry_line', 'register_entry', ['office_id', 'book', 'series', 'year', 'seq', 'inserted'])


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_constraint('register_entry_line', 'register_entry', type_='unique')
    op.create_unique_constraint(op.f('register_entry_office_id_book_series_year_seq_key'), 'register_entry', ['office_id', 'book', 'series', 'year', 'seq'], postgresql_nulls_not_distinct=False)
    op.drop_column('register_entry', 'inserted')
    op.drop_column('letter', 'ended_on')
    op.drop_column('letter', 'ended_by')
    op.drop_column('letter', 'ended_basis')
    op.drop_column('letter', 'scan_sha256')
    op.drop_column('letter', 'print_sha256')
    op.drop_column('letter', 'signature')
    op.drop_table('printout')
