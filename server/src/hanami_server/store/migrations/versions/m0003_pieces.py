"""Uploads may arrive in pieces, and devices may name idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("uploads") as batch:
        batch.add_column(sa.Column("received", sa.BigInteger, nullable=True))
        batch.alter_column("sha256", existing_type=sa.String(64), nullable=True)
    op.execute("UPDATE uploads SET received = size")
    with op.batch_alter_table("uploads") as batch:
        batch.alter_column("received", existing_type=sa.BigInteger, nullable=False)
    with op.batch_alter_table("idempotent_answers") as batch:
        batch.drop_constraint("fk_idempotent_answers_user_id_users", type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM idempotent_answers WHERE user_id NOT IN (SELECT id FROM users)")
    with op.batch_alter_table("idempotent_answers") as batch:
        batch.create_foreign_key(
            "fk_idempotent_answers_user_id_users", "users", ["user_id"], ["id"], ondelete="CASCADE"
        )
    op.execute("DELETE FROM uploads WHERE received < size")
    with op.batch_alter_table("uploads") as batch:
        batch.drop_column("received")
        batch.alter_column("sha256", existing_type=sa.String(64), nullable=False)
