"""Accounts that can be changed and deleted, templates, device keys, and the logs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HUMAN_ID = sa.String(63)
NAME = sa.String(120)
MOMENT = sa.DateTime(timezone=True)
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OWNED = ("uploads", "datasets", "clusters", "tasks", "checkpoints")


def upgrade() -> None:
    for table in ("users", "projects", *OWNED):
        _add_version(table)
    for table in OWNED:
        op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    for table in ("users", "projects"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("created_by", HUMAN_ID, nullable=True))
            batch.add_column(sa.Column("deleted_at", MOMENT, nullable=True))
            batch.add_column(sa.Column("deleted_by", HUMAN_ID, nullable=True))
            batch.add_column(sa.Column("quota", sa.JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("password_hash", existing_type=sa.Text, nullable=True)
        batch.add_column(sa.Column("credentials_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("external_id", sa.String(255), nullable=True))
        batch.create_unique_constraint("uq_users_external_id", ["external_id"])
    op.execute("UPDATE users SET credentials_at = created_at")
    with op.batch_alter_table("users") as batch:
        batch.alter_column("credentials_at", existing_type=MOMENT, nullable=False)
    with op.batch_alter_table("memberships") as batch:
        batch.add_column(sa.Column("created_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("created_by", HUMAN_ID, nullable=True))
    op.execute(
        "UPDATE memberships SET created_at ="
        " (SELECT created_at FROM projects WHERE projects.id = memberships.project_id)"
    )
    with op.batch_alter_table("memberships") as batch:
        batch.alter_column("created_at", existing_type=MOMENT, nullable=False)
    with op.batch_alter_table("clusters") as batch:
        batch.add_column(sa.Column("host", HUMAN_ID, nullable=False, server_default="local"))
        batch.add_column(sa.Column("synapse_bytes", sa.BigInteger, nullable=False, server_default="0"))
    _drop_defaults()
    _create_owned(
        "templates", "project_id", sa.Column("name", NAME, nullable=False), sa.Column("text", sa.Text, nullable=False)
    )
    _create_owned(
        "device_keys",
        "cluster_id",
        sa.Column("cluster_id", sa.Uuid, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        _reference("device_keys", "cluster_id", "clusters", ondelete="CASCADE"),
        sa.UniqueConstraint("sha256", name="uq_device_keys_sha256"),
    )
    op.create_table(
        "growth",
        sa.Column("cluster_id", sa.Uuid, nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("statistics", sa.JSON, nullable=False),
        _reference("growth", "cluster_id", "clusters", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("cluster_id", "samples", name="pk_growth"),
    )
    op.create_table(
        "revoked_tokens",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", HUMAN_ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _reference("revoked_tokens", "user_id", "users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_revoked_tokens"),
    )
    op.create_index("ix_revoked_tokens_expires_at", "revoked_tokens", ["expires_at"])
    op.create_table(
        "idempotent_answers",
        sa.Column("user_id", HUMAN_ID, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.BigInteger, nullable=True),
        sa.Column("body", sa.Text, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _reference("idempotent_answers", "user_id", "users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotent_answers"),
    )
    op.create_index("ix_idempotent_answers_created_at", "idempotent_answers", ["created_at"])
    _create_logs()


def downgrade() -> None:
    raise NotImplementedError("deleted accounts would come back to life")


def _add_version(table: str) -> None:
    """Let rows of a table be changed; those that are there were not yet."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("version", sa.BigInteger, nullable=False, server_default="1"))
        batch.add_column(sa.Column("updated_at", MOMENT, nullable=True))
    op.execute(f"UPDATE {table} SET updated_at = created_at")  # noqa: S608 (a name of ours)
    with op.batch_alter_table(table) as batch:
        batch.alter_column("updated_at", existing_type=MOMENT, nullable=False)


def _drop_defaults() -> None:
    """Take away what only the rows of the first version needed."""
    for table in ("users", "projects", *OWNED):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("version", existing_type=sa.BigInteger, existing_nullable=False, server_default=None)
            if table in {"users", "projects"}:
                batch.alter_column("quota", existing_type=sa.JSON, existing_nullable=False, server_default=None)
            if table == "clusters":
                batch.alter_column("host", existing_type=HUMAN_ID, existing_nullable=False, server_default=None)
                batch.alter_column(
                    "synapse_bytes", existing_type=sa.BigInteger, existing_nullable=False, server_default=None
                )


def _create_logs() -> None:
    """Create what only ever gets longer."""
    op.create_table(
        "audit_log",
        sa.Column("id", COUNTER, nullable=False, autoincrement=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("user_id", HUMAN_ID, nullable=True),
        sa.Column("project_id", HUMAN_ID, nullable=True),
        sa.Column("operation", HUMAN_ID, nullable=False),
        sa.Column("resource", HUMAN_ID, nullable=True),
        sa.Column("status", sa.BigInteger, nullable=False),
        sa.Column("address", HUMAN_ID, nullable=True),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    for column in ("created_at", "user_id", "project_id", "resource", "request_id"):
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column])
    op.create_table(
        "error_log",
        sa.Column("id", COUNTER, nullable=False, autoincrement=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("operation", HUMAN_ID, nullable=True),
        sa.Column("user_id", HUMAN_ID, nullable=True),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_error_log"),
    )
    for column in ("created_at", "request_id"):
        op.create_index(f"ix_error_log_{column}", "error_log", [column])


def _create_owned(table: str, listed_by: str, *columns: sa.schema.SchemaItem) -> None:
    """Create a table of what users own, with the index that its lists are read by."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", HUMAN_ID, nullable=False),
        sa.Column("project_id", HUMAN_ID, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        *columns,
        _reference(table, "owner_id", "users"),
        _reference(table, "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    op.create_index(f"ix_{table}_{listed_by}_created_at_id", table, [listed_by, "created_at", "id"])


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)
