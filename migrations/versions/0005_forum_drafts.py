"""Posts that were never sent are found by their age, to be forgotten."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_forum_draft_updated_at"


def upgrade() -> None:
    op.create_index(INDEX, "forum_draft", ["updated_at"])


def downgrade() -> None:
    op.drop_index(INDEX, "forum_draft")
