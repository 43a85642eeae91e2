"""Models of hosts: places where networks live and learn."""

from enum import StrEnum

from pydantic import Field

from hanami_server.contract.base import Answer, HumanId, Page, columns

LOCAL = "local"  # the host that is always there
GPU_ONLY = "null where it does not tell, and of the processors of the machine."


class HostKind(StrEnum):
    """What a host is: the processors of the machine, or a GPU."""

    LOCAL = "local"
    GPU = "gpu"


class HostState(StrEnum):
    """How a host is: a lost one does not answer any more, and is not used before the server starts again."""

    READY = "ready"
    LOST = "lost"


class Host(Answer):
    """A place where networks live and learn, and what it does at this moment."""

    id: HumanId = Field(examples=[LOCAL])
    kind: HostKind
    state: HostState
    threads: int = Field(description="Networks that it runs at the same time; of a GPU, its multiprocessors.")
    clusters: int = Field(description="Clusters whose networks are in its memory; the others come when they are asked.")
    running_tasks: int = Field(description="Tasks that it works on; those that wait are not counted.")
    device: str | None = Field(
        description="What its maker calls it; null for the processors of the machine.",
        examples=["NVIDIA H100 80GB HBM3"],
    )
    memory_bytes: int | None = Field(description=f"Memory of the device; {GPU_ONLY}", examples=[85899345920])
    memory_free_bytes: int | None = Field(description=f"What of it nobody uses; {GPU_ONLY}", examples=[80530636800])
    temperature_celsius: float | None = Field(description=f"How warm it is; {GPU_ONLY}", examples=[41])
    power_watts: float | None = Field(description=f"What it draws; {GPU_ONLY}", examples=[118.5])


class HostPage(Page[Host]):
    """Part of the hosts."""

    model_config = columns("id kind state device clusters running_tasks temperature_celsius power_watts")
