"""The tables; `migrations/` builds them, a test holds the two together."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

HUMAN_ID = String(63)
NAME = String(120)
COUNTER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called INTEGER


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
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: BigInteger,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
    }


class Versioned(Table):
    """What can be changed: each change counts `version` up, and a change of what changed meanwhile fails."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let SQLAlchemy count."""
        return {"version_id_col": cls.version}


class Account(Versioned):
    """A user or a project: deleted, its row stays, so that its id is never somebody else's."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(HUMAN_ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    created_by: Mapped[str | None] = mapped_column(HUMAN_ID)
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[str | None] = mapped_column(HUMAN_ID)
    quota: Mapped[dict[str, Any]] = mapped_column(default=dict)


class User(Account):
    """Somebody who can log in; tokens older than `credentials_at` (a new password) are refused."""

    __tablename__ = "users"

    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool]
    is_disabled: Mapped[bool] = mapped_column(default=False)
    credentials_at: Mapped[datetime] = mapped_column(default=now)
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)


class Project(Account):
    """A room of resources."""

    __tablename__ = "projects"


class Membership(Table):
    """A user in a project; `role` is one of `contract.projects.MemberRole`."""

    __tablename__ = "memberships"

    project_id: Mapped[str] = mapped_column(ForeignKey(Project.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str | None] = mapped_column(HUMAN_ID)


class RevokedToken(Table):
    """A token that was logged out; kept until it would have ended anyway."""

    __tablename__ = "revoked_tokens"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Owned(Versioned):
    """What a user has in a project; lists of it are read in the order of the index."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_id: Mapped[str] = mapped_column(ForeignKey(User.id), index=True)
    project_id: Mapped[str] = mapped_column(ForeignKey(Project.id))


class Upload(Owned):
    """A file on its way to becoming a dataset."""

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    size: Mapped[int]
    received: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(String(64))  # of a file that is whole


class Dataset(Owned):
    """Rows of samples; the file lies in the blobs."""

    __tablename__ = "datasets"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    name: Mapped[str] = mapped_column(NAME)
    rows: Mapped[int]
    bytes: Mapped[int]
    columns: Mapped[list[dict[str, Any]]]


class Template(Owned):
    """A text that clusters are made from."""

    __tablename__ = "templates"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    name: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text)


class Cluster(Owned):
    """A network; its state lies in the blobs."""

    __tablename__ = "clusters"
    __table_args__ = (Index(None, "project_id", "created_at", "id"),)

    name: Mapped[str] = mapped_column(NAME)
    template: Mapped[str] = mapped_column(Text)
    seed: Mapped[int]
    host: Mapped[str] = mapped_column(String(63), default="auto")  # that somebody chose
    synapse_bytes: Mapped[int] = mapped_column(default=0)


class Growth(Table):
    """How a cluster was after some of its samples."""

    __tablename__ = "growth"

    cluster_id: Mapped[UUID] = mapped_column(ForeignKey(Cluster.id, ondelete="CASCADE"), primary_key=True)
    samples: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    statistics: Mapped[dict[str, Any]]


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


class DeviceKey(Owned):
    """What a sensor shows instead of a token: good for one cluster and some `scopes`; only its hash is kept."""

    __tablename__ = "device_keys"
    __table_args__ = (Index(None, "cluster_id", "created_at", "id"),)

    cluster_id: Mapped[UUID] = mapped_column(ForeignKey(Cluster.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(NAME)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime | None]


class IdempotentAnswer(Table):
    """The answer to a creation that named a key, for whoever sends the same again."""

    __tablename__ = "idempotent_answers"

    user_id: Mapped[str] = mapped_column(HUMAN_ID, primary_key=True)  # or `device:` and the id of its key
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))  # of what was asked
    status: Mapped[int | None]  # None while it is being answered
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class AuditEntry(Table):
    """A call that changed something, or was refused; nothing refers to it, and it refers to nothing."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[str | None] = mapped_column(String(63), index=True)
    project_id: Mapped[str | None] = mapped_column(String(63), index=True)
    operation: Mapped[str] = mapped_column(String(63))
    resource: Mapped[str | None] = mapped_column(String(63), index=True)
    status: Mapped[int]
    address: Mapped[str | None] = mapped_column(String(63))
    request_id: Mapped[str] = mapped_column(String(32), index=True)


class ErrorEntry(Table):
    """A fault of the server that a request met; its client knows the request id."""

    __tablename__ = "error_log"

    id: Mapped[int] = mapped_column(COUNTER, primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    request_id: Mapped[str] = mapped_column(String(32), index=True)
    operation: Mapped[str | None] = mapped_column(String(63))
    user_id: Mapped[str | None] = mapped_column(String(63))
    kind: Mapped[str] = mapped_column(String(120))
    trace: Mapped[str] = mapped_column(Text)
