"""Models of checkpoints: kept states of a cluster."""

from uuid import UUID

from pydantic import Field

from hanami_server.contract.base import Name, Owned, Page, Query, Request, columns


class CheckpointCreate(Request):
    """A checkpoint to be."""

    name: Name


class CheckpointUpload(Query):
    """What a file that is uploaded is called."""

    name: Name = Field(default="uploaded", description="Name of the checkpoint.", examples=["from the laboratory"])


class Checkpoint(Owned):
    """The state of a cluster at one moment."""

    cluster_id: UUID
    name: Name
    bytes: int = Field(description="Size of the file.")
    sha256: str = Field(
        description="Digest of the file, in hexadecimal digits.",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )


class CheckpointPage(Page[Checkpoint]):
    """Part of the checkpoints of a cluster."""

    model_config = columns("id name bytes cluster_id created_at")
