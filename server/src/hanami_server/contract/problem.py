"""The one shape of every failure: RFC 9457 problem details."""

from pydantic import Field

from hanami_server.contract.base import Answer


class FieldProblem(Answer):
    """One thing wrong with one field of the request."""

    field: str = Field(description="Where: dotted names from the body or the query string.", examples=["source.images"])
    message: str = Field(description="What was expected.", examples=["Field required"])


class Problem(Answer):
    """What went wrong, for a program and for a person."""

    type: str = Field(description="Names the kind of problem; a place in the reference.", examples=["/docs#not-found"])
    title: str = Field(description="The kind of problem in words.", examples=["Not found"])
    status: int = Field(description="The status code of the answer.", examples=[404])
    detail: str = Field(description="What happened this time.", examples=["There is no such resource."])
    errors: list[FieldProblem] = Field(description="The fields at fault, where the request had some.")
    request_id: str = Field(
        description="Also in the header `X-Request-Id` and in the log of the server.",
        examples=["5f3a9c1e0b7d4268a1c0ffee5eed0001"],
    )
