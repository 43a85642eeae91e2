"""The tables of users, projects and what they own."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HUMAN_ID = sa.String(63)
NAME = sa.String(120)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", HUMAN_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "projects",
        sa.Column("id", HUMAN_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    op.create_table(
        "memberships",
        sa.Column("project_id", HUMAN_ID, nullable=False),
        sa.Column("user_id", HUMAN_ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        _reference("memberships", "project_id", "projects", ondelete="CASCADE"),
        _reference("memberships", "user_id", "users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])
    _create_owned(
        "uploads",
        "project_id",
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    _create_owned(
        "datasets",
        "project_id",
        sa.Column("name", NAME, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
    )
    _create_owned(
        "clusters",
        "project_id",
        sa.Column("name", NAME, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
    )
    _create_owned(
        "tasks",
        "cluster_id",
        sa.Column("cluster_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("result_dataset_id", sa.Uuid, nullable=True),
        sa.Column("error", sa.Text, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        _reference("tasks", "cluster_id", "clusters", ondelete="CASCADE"),
        _reference("tasks", "result_dataset_id", "datasets", ondelete="SET NULL"),
    )
    op.create_index("ix_tasks_state", "tasks", ["state"])
    _create_owned(
        "checkpoints",
        "cluster_id",
        sa.Column("cluster_id", sa.Uuid, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        _reference("checkpoints", "cluster_id", "clusters", ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("checkpoints", "tasks", "clusters", "datasets", "uploads", "memberships", "projects", "users"):
        op.drop_table(table)


def _create_owned(table: str, listed_by: str, *columns: sa.schema.SchemaItem) -> None:
    """Create a table of what users own, with the index that its lists are read by."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", HUMAN_ID, nullable=False),
        sa.Column("project_id", HUMAN_ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *columns,
        _reference(table, "owner_id", "users"),
        _reference(table, "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_{listed_by}_created_at_id", table, [listed_by, "created_at", "id"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)
