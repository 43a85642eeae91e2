"""Models of the logs that the server keeps in its database."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from hanami_server.contract.base import EXAMPLE_ID, Answer, Page, PageQuery, columns

Text = str | None
REQUEST_ID = Field(
    description="Also in the answer of that request, and in the log of the server.",
    examples=["5f3a9c1e0b7d4268a1c0ffee5eed0001"],
)


class AuditQuery(PageQuery):
    """Which part of the audit log to send; filters that are left out let everything through."""

    user_id: Text = Field(default=None, max_length=63, description="Who called.")
    project_id: Text = Field(default=None, max_length=63, description="In which project.")
    operation: Text = Field(default=None, max_length=63, description="Id of the operation.", examples=["deleteCluster"])
    resource: Text = Field(default=None, max_length=63, description="Id of what was changed.")
    status: int | None = Field(default=None, ge=100, le=599, description="Status of the answer.")
    request_id: Text = Field(default=None, max_length=32, description="Id of the request.")
    created_after: AwareDatetime | None = Field(default=None, description="Not before this moment.")
    created_before: AwareDatetime | None = Field(default=None, description="Before this moment.")


class AuditEntry(Answer):
    """A call that changed something, or was refused."""

    id: int = Field(description="Rises from entry to entry.")
    created_at: datetime
    user_id: Text = Field(description="Who called, or tried to log in; null for somebody unknown.", examples=["alice"])
    project_id: Text = Field(description="The project of the token.", examples=["default"])
    operation: str = Field(description="Id of the operation.", examples=["deleteCluster"])
    resource: Text = Field(description="What was changed, or what the address named.", examples=[EXAMPLE_ID])
    status: int = Field(description="Status of the answer.")
    address: Text = Field(description="Where the call came from.", examples=["203.0.113.7"])
    request_id: str = REQUEST_ID


class AuditPage(Page[AuditEntry]):
    """Part of the audit log, newest entries first."""

    model_config = columns("created_at user_id project_id operation resource status")


class ErrorEntry(Answer):
    """A fault of the server that a request met."""

    id: int = Field(description="Rises from entry to entry.")
    created_at: datetime
    request_id: str = REQUEST_ID
    operation: Text = Field(description="Id of the operation.", examples=["getCluster"])
    user_id: Text = Field(description="Who called.", examples=["alice"])
    kind: str = Field(description="Name of the exception.", examples=["KeyError"])
    trace: str = Field(
        description="Where in the server it happened; no values.",
        examples=['  File "clusters.py", line 66, in create_cluster'],
    )


class ErrorPage(Page[ErrorEntry]):
    """Part of the error log, newest entries first."""

    model_config = columns("created_at kind operation user_id request_id")
