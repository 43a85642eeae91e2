"""Models of hosts: places where networks live and learn."""

from enum import StrEnum

from pydantic import Field

from hanami_server.contract.base import Answer, HumanId, Page, columns


class HostKind(StrEnum):
    """What a host is."""

    LOCAL = "local"


class Host(Answer):
    """A place where networks live and learn, and what it does at this moment."""

    id: HumanId = Field(examples=["local"])
    kind: HostKind
    threads: int = Field(description="Networks that it runs at the same time.")
    clusters: int = Field(description="Clusters whose networks are in its memory; the others come when they are asked.")
    running_tasks: int = Field(description="Tasks that it works on; those that wait are not counted.")


class HostPage(Page[Host]):
    """Part of the hosts."""

    model_config = columns("id kind threads clusters running_tasks")
