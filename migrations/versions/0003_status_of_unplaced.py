"""What hangs on no provision is counted from its index alone: a status stands in it, too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make(["consultation_id", "status", "place_given"])


def downgrade() -> None:
    _make(["consultation_id", "place_given"])


def _make(columns: list[str]) -> None:
    where = sa.text("unplaced")
    op.drop_index("ix_comment_unplaced", "comment")
    op.create_index("ix_comment_unplaced", "comment", columns, sqlite_where=where, postgresql_where=where)
