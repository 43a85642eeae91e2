"""What the column `host` of clusters says is what somebody chose for them; nobody could choose before."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE clusters SET host = 'auto' WHERE host = 'local'")


def downgrade() -> None:
    op.execute("UPDATE clusters SET host = 'local'")
