"""Models of the server itself."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from hanami_server.contract.base import Answer


class Health(Answer):
    """The server does what was asked about."""

    status: Literal["ok"]


class PolicyState(Answer):
    """The policy that is in force."""

    operations: int = Field(description="Operations that it names the roles of.", examples=[60])


class VersionInfo(Answer):
    """What a client needs to know before anything else."""

    api_version: str = Field(description="Version of the API, as all its paths begin.", examples=["v1"])
    server_version: str = Field(examples=["0.1.0"])


class DatabaseKind(StrEnum):
    """Which database keeps everything but files."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class SystemInfo(Answer):
    """What is running here."""

    version: str = Field(description="Version of the server.", examples=["0.1.0"])
    engine_version: str = Field(examples=["0.1.0"])
    cores: int = Field(description="Processor cores that the server may use.")
    memory_bytes: int | None = Field(description="Memory of the machine; null where the system does not tell.")
    python_version: str = Field(examples=["3.11.7"])
    platform: str = Field(description="Operating system and kind of processor.", examples=["Linux x86_64"])
    database: DatabaseKind
