"""Files that the worker makes, of every kind; the dossiers made so far are among them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = ("docx", "theo-van-de", "xlsx", "csv", "jsonl", "bao-cao", "ho-so")


def upgrade() -> None:
    op.create_table(
        "export_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=30), nullable=False
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_export_file_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_export_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_export_file_requested_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
    )
    op.create_index(op.f("ix_export_file_consultation_id"), "export_file", ["consultation_id"])
    op.execute(
        "INSERT INTO export_file (id, consultation_id, kind, requested_by_id, requested_at, file_id, done, made_at) "
        "SELECT id, consultation_id, 'ho-so', requested_by_id, requested_at, file_id, 0, made_at FROM dossier_file"
    )
    _go_on_counting("export_file")
    _reword("opinions.dossier", "dossier_id", "opinions.export", "export_id")
    op.drop_table("dossier_file")


def downgrade() -> None:
    """Dossiers stay; the rows of other files go, and what was stored of them stays."""
    op.create_table(
        "dossier_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_dossier_file_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_dossier_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_dossier_file_requested_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_file")),
    )
    op.create_index(op.f("ix_dossier_file_consultation_id"), "dossier_file", ["consultation_id"])
    op.execute(
        "INSERT INTO dossier_file (id, consultation_id, requested_by_id, requested_at, file_id, made_at) "
        "SELECT id, consultation_id, requested_by_id, requested_at, file_id, made_at FROM export_file "
        "WHERE kind = 'ho-so'"
    )
    _go_on_counting("dossier_file")
    _reword("opinions.export", "export_id", "opinions.dossier", "dossier_id")
    op.drop_table("export_file")


def _reword(topic: str, key: str, new_topic: str, new_key: str) -> None:
    """Dossiers that the worker has not made yet wait on, in the words that its release reads."""
    outbox = sa.table("outbox", sa.column("id"), sa.column("topic"), sa.column("payload", sa.JSON()))
    connection = op.get_bind()
    waiting = sa.select(outbox.c.id, outbox.c.payload).where(outbox.c.topic == topic)
    for row_id, payload in connection.execute(waiting).all():
        changed = outbox.update().where(outbox.c.id == row_id)
        connection.execute(changed.values(topic=new_topic, payload={new_key: payload[key]}))


def _go_on_counting(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        highest = sa.select(sa.func.coalesce(sa.func.max(sa.column("id")), 0) + 1).select_from(sa.table(table))
        op.execute(sa.select(sa.func.setval(f"{table}_id_seq", highest.scalar_subquery(), False)))
