"""Models of uploads: files on their way to becoming a dataset."""

from pydantic import Field

from hanami_server.contract.base import Owned, Page


class Upload(Owned):
    """A file that arrived whole."""

    size: int = Field(description="Bytes.")
    sha256: str = Field(
        description="Digest of the bytes, in hexadecimal digits.",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )


class UploadPage(Page[Upload]):
    """Part of the uploads."""
