"""Models of samples over plain HTTP: what sensors learn and ask without a session."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from hanami_server.contract.base import Answer, Request
from hanami_server.contract.clusters import HexagonName
from hanami_server.contract.sessions import Meaning
from hanami_server.contract.tasks import Hexagons

MOST_ROWS = 1024
Number = Annotated[float, Field(allow_inf_nan=False, examples=[0.5])]
Row = Annotated[list[Number | None], Field(min_length=1, max_length=1 << 20)]
Rows = Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]

INPUTS = "Raw values of every sample; null for a reading that is missing."
TARGETS = "What the network shall answer to each of them; a class, or values. Null where a value is not known."
HEXAGONS = "Which {} hexagon each value of a row belongs to, by its name; left out where sizes in the template tell."


class SamplesLearn(Request):
    """Samples to learn, one after the other."""

    inputs: Rows = Field(description=INPUTS, examples=[[[0.5, 20]]])
    targets: Rows = Field(description=TARGETS, examples=[[[1]]])
    input_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("input"))
    target_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("output"))
    answer: bool = Field(default=False, description="Also answer, as things stood before each truth was told.")


class SamplesRequest(Request):
    """Samples to answer."""

    inputs: Rows = Field(description=INPUTS, examples=[[[0.5, 20]]])
    input_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("input"))
    keep: bool = Field(default=False, description="Keep the inputs: their truth will come, see `learnTruth`.")


class TruthLearn(Request):
    """What should have been answered to a request."""

    targets: Rows = Field(description=TARGETS, examples=[[[1]]])
    target_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("output"))


class HexagonAnswers(Answer):
    """What one output hexagon answers."""

    hexagon: HexagonName = Field(examples=["label"])
    values: Meaning | None = Field(description="What they mean; null before the first targets decide it.")
    rows: list[list[float | None]] = Field(
        description="Per sample: the probability of every class, or the values; null for what is not finite.",
        examples=[[[0.1, 0.9]]],
    )
    labels: list[int] | None = Field(description="The likeliest class of every sample; null where there are none.")


class SamplesAnswered(Answer):
    """Answers to samples."""

    request_id: UUID | None = Field(description="Names the request for `learnTruth`; null where nothing is kept.")
    novelty: list[float] = Field(description="How new every sample is to the network.")
    answers: list[HexagonAnswers]


class SamplesLearned(Answer):
    """What learning did."""

    loss: float = Field(description="Mean over the samples, each before it was learned.")
    novelty: list[float] = Field(description="How new every sample was.")
    samples: int = Field(description="Samples that the cluster has learned by now.")
    answers: list[HexagonAnswers] | None = Field(description="Where they were asked for.")
