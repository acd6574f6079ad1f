"""What was never sent is found by its age, to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "ix_submission_draft_unsent"


def upgrade() -> None:
    where = sa.text("submission_id IS NULL")
    op.create_index(INDEX, "submission_draft", ["updated_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index(INDEX, "submission_draft")
