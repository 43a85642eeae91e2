"""Models of uploads: files on their way to becoming a dataset."""

from pydantic import Field

from hanami_server.contract.base import Owned, Page, Query, Request, columns


class Upload(Owned):
    """A file that arrived whole, or goes on arriving."""

    size: int = Field(description="Bytes of the whole file.")
    received: int = Field(description="Bytes that have arrived; as many as `size` where the file is whole.")
    sha256: str | None = Field(
        description="Digest of the bytes, in hexadecimal digits; null until the file is whole.",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )


class UploadPage(Page[Upload]):
    """Part of the uploads."""

    model_config = columns("id size received owner_id created_at")


class UploadStart(Request):
    """A file that is going to arrive in pieces."""

    size: int = Field(ge=1, description="Bytes of the whole file.")


class AppendQuery(Query):
    """Where the bytes belong."""

    offset: int = Field(default=0, ge=0, description="Place of the first byte: as many as have been received.")
