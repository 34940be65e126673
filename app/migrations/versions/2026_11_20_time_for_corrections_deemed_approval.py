"""time for corrections, deemed approval."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = 'b3c91f5a70d2'
down_revision: str | None = 'c2aa71b6f936'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    moment = sa.DateTime(timezone=True)
    op.add_column('case', sa.Column('deemed_due_at', moment, nullable=True))
    op.add_column('case', sa.Column('deemed_at', moment, nullable=True))
    op.add_column('case', sa.Column('deemed_alarms', sa.BigInteger(), server_default='0', nullable=False))
    op.create_index(
        'case_deemed', 'case', ['deemed_due_at'], unique=False,
        postgresql_where=sa.text('deemed_due_at IS NOT NULL'),
    )
    op.create_table('correction_round',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.String(length=64), nullable=False),
    sa.Column('asked_at', moment, nullable=False),
    sa.Column('reminded', sa.BigInteger(), nullable=False),
    sa.Column('next_at', moment, nullable=True),
    sa.Column('closes_at', moment, nullable=True),
    sa.Column('closed_at', moment, nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id']),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(
        'correction_round_due', 'correction_round', ['next_at'], unique=False,
        postgresql_where=sa.text('next_at IS NOT NULL'),
    )
    op.create_index('correction_round_case', 'correction_round', ['case_id'], unique=False)


def downgrade() -> None:
    """Take this revision back; data that only it could hold is lost."""
    op.drop_table('correction_round')
    op.drop_index('case_deemed', table_name='case')
    op.drop_column('case', 'deemed_alarms')
    op.drop_column('case', 'deemed_at')
    op.drop_column('case', 'deemed_due_at')
