"""The tables; `migrations/` builds them, a test holds the two together."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

HUMAN_ID = String(63)
NAME = String(120)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Return what was read as a moment in UTC."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Table(DeclarativeBase):
    """Base of all tables; constraints get names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: BigInteger,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


class User(Table):
    """Somebody who can log in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(HUMAN_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    password_hash: Mapped[str] = mapped_column(Text)
    is_admin: Mapped[bool]
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Project(Table):
    """A room of resources."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(HUMAN_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Membership(Table):
    """A user in a project; `role` is one of `contract.projects.MemberRole`."""

    __tablename__ = "memberships"

    project_id: Mapped[str] = mapped_column(ForeignKey(Project.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))


class Owned(Table):
    """What a user has in a project; lists of it are read in the order of the index."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id))
    project_id: Mapped[str] = mapped_column(ForeignKey(Project.id))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Upload(Owned):
    """A file on its way to becoming a dataset."""

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class Dataset(Owned):
    """Rows of samples; the file lies in the blobs."""

    __tablename__ = "datasets"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    name: Mapped[str] = mapped_column(NAME)
    rows: Mapped[int]
    bytes: Mapped[int]
    columns: Mapped[list[dict[str, Any]]]


class Cluster(Owned):
    """A network; its state lies in the blobs."""

    __tablename__ = "clusters"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    name: Mapped[str] = mapped_column(NAME)
    template: Mapped[str] = mapped_column(Text)
    seed: Mapped[int]


class Task(Owned):
    """Work of a cluster; `state` is one of `contract.tasks.TaskState`."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "cluster_id", "created_at", "id"), Index(None, "state"))

    cluster_id: Mapped[UUID] = mapped_column(ForeignKey(Cluster.id, ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    request: Mapped[dict[str, Any]]
    progress: Mapped[dict[str, Any]]
    result_dataset_id: Mapped[UUID | None] = mapped_column(ForeignKey(Dataset.id, ondelete="SET NULL"))
    error: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Checkpoint(Owned):
    """A kept state of a cluster; the file lies in the blobs."""

    __tablename__ = "checkpoints"
    __table_args__ = (Index(None, "cluster_id", "created_at", "id"),)

    cluster_id: Mapped[UUID] = mapped_column(ForeignKey(Cluster.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(NAME)
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
