"""One letter in force and one draft in a slot."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '048cbfe6f6a6'
down_revision: str | None = '75d667d1bcfa'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.drop_index("letter_current", table_name="letter")
    op.create_index(
        "letter_in_force",
        "letter",
        ["case_id", "slot"],
        unique=True,
        postgresql_where=sa.text("status IN ('signed', 'delivered')"),
    )
    op.create_index(
        "letter_open",
        "letter",
        ["case_id", "slot"],
        unique=True,
        postgresql_where=sa.text("status IN ('draft', 'initialed', 'approved')"),
    )


def downgrade() -> None:
    """Take this revision back; it fails while a letter in force has the draft of its replacement beside it."""
    op.drop_index("letter_open", table_name="letter")
    op.drop_index("letter_in_force", table_name="letter")
    op.create_index(
        "letter_current",
        "letter",
        ["case_id", "slot"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('void', 'replaced', 'revoked')"),
    )
