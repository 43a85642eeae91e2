"""Models of the server itself."""

from typing import Literal

from pydantic import Field

from hanami_server.contract.base import Answer


class Health(Answer):
    """The server does what was asked about."""

    status: Literal["ok"]


class PolicyState(Answer):
    """The policy that is in force."""

    operations: int = Field(description="Operations that it names the roles of.", examples=[60])


class SystemInfo(Answer):
    """What is running here."""

    version: str = Field(description="Version of the server.", examples=["0.1.0"])
    engine_version: str = Field(examples=["0.1.0"])
    cores: int = Field(description="Processor cores that the server may use.")
