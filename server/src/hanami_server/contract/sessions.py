"""Messages of direct sessions (`hanami.v1`), and what the API tells of them; binary frames: `sessions.frames`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from hanami_server.contract.base import Answer, HumanId, Page, Request, columns
from hanami_server.contract.clusters import HexagonName
from hanami_server.contract.problem import FieldProblem

PROTOCOL = "hanami.v1"
LARGEST_SEQUENCE = 2**53 - 1  # JavaScript has no larger whole numbers
Sequence = Annotated[int, Field(ge=0, le=LARGEST_SEQUENCE, examples=[7])]
SEQUENCE = "Number of the last frame that was taken; the next one must be higher."
DURABLE = "Number of the last frame whose learning is kept, come what may."


class Dtype(StrEnum):
    """How numbers are written in frames, little-endian."""

    FLOAT32 = "float32"
    UINT8 = "uint8"
    UINT64 = "uint64"


class Meaning(StrEnum):
    """What the values of a hexagon mean."""

    REAL = "real"
    BINARY = "binary"
    MATCH = "match"
    CLASS = "class"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"


class InputPart(Request):
    """Values of one input hexagon in a frame."""

    hexagon: HexagonName | None = Field(default=None, description="Left out where there is only one.")
    width: int = Field(ge=1, le=1 << 20, description="Values per row.")


class TargetPart(Request):
    """Targets of one output hexagon in a frame."""

    hexagon: HexagonName | None = Field(
        default=None, description="Left out where there is only one.", examples=["label"]
    )
    width: int = Field(default=1, ge=1, le=1 << 20, description="Values per row; one where they are classes.")
    dtype: Dtype = Field(default=Dtype.FLOAT32, description="How they are written; `uint64` for exact integers.")


Inputs = Annotated[
    list[InputPart],
    Field(min_length=1, max_length=1000, description="Hexagons in the order of a frame; left out: those of before."),
]
Targets = Annotated[
    list[TargetPart],
    Field(min_length=1, max_length=1000, description="Hexagons in the order of a frame; left out: those of before."),
]


class SessionOpen(Request):
    """The first message of a client."""

    type: Literal["open"]
    session_id: UUID | None = Field(default=None, description="The session to go on with; left out: a new one.")
    received: Sequence = Field(
        default=0, description="Number of the last frame that was answered; answers after it are sent again."
    )
    inputs: Inputs | None = None
    targets: Targets | None = None


class SessionLayout(Request):
    """How frames from here on are laid out; answered with a `shape`."""

    type: Literal["layout"]
    inputs: Inputs | None = None
    targets: Targets | None = None


class SessionRest(Request):
    """Let all echoes of earlier samples fade (where the template spikes); answered with `rested`."""

    type: Literal["rest"]
    sequence: Sequence = Field(default=0, description="Its own number, in line with those of frames; 0 for the next.")


class SessionSave(Request):
    """Keep what was learned up to here now; answered with `saved`."""

    type: Literal["save"]


class SessionClose(Request):
    """End the session for good; answered with `goodbye` and the code 1000."""

    type: Literal["close"]


SessionOrder = TypeAliasType(
    "SessionOrder",
    Annotated[
        SessionOpen | SessionLayout | SessionRest | SessionSave | SessionClose,
        Field(discriminator="type", description="A text message of a client."),
    ],
)


class News(Answer):
    """A text message of the server; what has a default is sent all the same."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class AnswerPart(Answer):
    """Answers of one output hexagon in a frame."""

    hexagon: HexagonName = Field(examples=["label"])
    values: Meaning | None = Field(description="What they mean; null before the first targets decide it.")
    width: int = Field(description="Values per row; of classes, the probability of each.", examples=[10])
    dtype: Dtype


class SessionShape(News):
    """How frames are laid out; sent when that changes, before the first answer of another shape."""

    type: Literal["shape"] = "shape"
    inputs: list[InputPart] = Field(description="In a client's frame; empty before a layout or data tell.")
    targets: list[TargetPart] = Field(description="In a client's frame that is learned, after the inputs.")
    answers: list[AnswerPart] = Field(description="In an answer, after loss and novelty.")


class SessionOpened(News):
    """The first message of the server."""

    type: Literal["opened"] = "opened"
    session_id: UUID
    resumed: bool = Field(description="Whether it goes on; else all frames of before are unknown.")
    sequence: Sequence = Field(description=SEQUENCE)
    durable: Sequence = Field(description=DURABLE)
    forgotten: Sequence = Field(description="Frames up to this one were taken, and are not answered again.")
    window: int = Field(description="Most frames to send ahead of their answers.", examples=[32])
    frame_bytes: int = Field(description="Largest message.", examples=[1 << 22])
    frame_rows: int = Field(description="Most rows of a frame.", examples=[1024])
    kept_requests: int = Field(description="Most requests whose inputs wait for their truth.", examples=[1024])
    truth_seconds: int = Field(description="How long they wait.", examples=[3600])
    save_seconds: int = Field(description="How often what was learned is kept.", examples=[10])
    idle_seconds: int = Field(description="After so long without a message the session is closed.", examples=[600])
    resume_seconds: int = Field(description="How long a lost session waits in memory.", examples=[300])
    shape: SessionShape


class SessionSaved(News):
    """What is kept now."""

    type: Literal["saved"] = "saved"
    sequence: Sequence = Field(description=DURABLE)


class SessionRested(News):
    """Echoes have faded."""

    type: Literal["rested"] = "rested"
    sequence: Sequence = Field(description="Number of the order.")


class SessionFault(News):
    """Something was refused, and changed nothing; the session goes on."""

    type: Literal["error"] = "error"
    sequence: Sequence = Field(description="Number of the frame; 0 where it was none.")
    id: int = Field(ge=0, le=2**32 - 1, description="Id of the request that the frame named.", examples=[0])
    kind: str = Field(description="Names the kind of problem, as the last part of `type` of a `Problem`.",
                      examples=["validation-failed"])  # fmt: skip
    detail: str = Field(description="What happened this time.", examples=["Some fields are not as they should be."])
    errors: list[FieldProblem] = Field(description="The fields at fault.")


class SessionGoodbye(News):
    """The last message of the server, before it closes."""

    type: Literal["goodbye"] = "goodbye"
    code: int = Field(description="The close code.", examples=[1001])
    reason: str = Field(examples=["the server stops"])
    sequence: Sequence = Field(description=SEQUENCE)
    durable: Sequence = Field(description=DURABLE)


SessionNews = TypeAliasType(
    "SessionNews",
    Annotated[
        SessionOpened | SessionShape | SessionSaved | SessionRested | SessionFault | SessionGoodbye,
        Field(discriminator="type", description="A text message of the server."),
    ],
)


class SessionTerms(Answer):
    """What a direct session with a cluster would begin with."""

    protocol: str = Field(description="Subprotocol of the websocket.", examples=[PROTOCOL])
    window: int = Field(description="Most frames to send ahead of their answers.", examples=[32])
    frame_bytes: int = Field(description="Largest message.", examples=[1 << 22])
    frame_rows: int = Field(description="Most rows of a frame.", examples=[1024])
    shape: SessionShape


class Session(Answer):
    """A direct session as it is at this moment."""

    id: UUID
    cluster_id: UUID
    user_id: str = Field(description="Who opened it; `device:` and an id for a device key.", examples=["alice"])
    project_id: HumanId
    connected: bool = Field(description="Whether a client is there; a lost session waits for it for a while.")
    opened_at: datetime
    sequence: Sequence = Field(description=SEQUENCE)
    durable: Sequence = Field(description=DURABLE)
    learned: int = Field(description="Samples learned.")
    requested: int = Field(description="Samples answered without learning.")
    refused: int = Field(description="Frames and orders that were refused.")
    waiting: int = Field(description="Requests whose truth may still come.")
    samples_per_second: float = Field(description="Over the last second or so.")
    loss: float | None = Field(description="Mean of the samples learned lately; null before the first.")
    novelty: float | None = Field(description="Mean of the samples lately; null before the first.")


class SessionPage(Page[Session]):
    """Part of the sessions."""

    model_config = columns("id user_id connected learned requested samples_per_second loss novelty")
