"""What many samples at a time are given as."""

from collections.abc import Iterable, Iterator
from typing import Literal, cast

from hanami_sdk.sessions.dialogue import Dialogue, Said
from hanami_sdk.sessions.frames import Kind, Values

KindName = Literal["request", "learn", "learn-and-answer"]
Item = Values | tuple[Values, Values]
KINDS: dict[KindName, Kind] = {
    "request": Kind.REQUEST,
    "learn": Kind.LEARN,
    "learn-and-answer": Kind.LEARN_AND_ANSWER,
}


def said_of(dialogue: Dialogue, items: Iterable[Item], kind: KindName) -> Iterator[Said]:
    """Make a frame of every item, when its turn comes."""
    for item in items:
        if kind == "request":
            yield dialogue.sample(Kind.REQUEST, cast("Values", item))
        else:
            x, y = cast("tuple[Values, Values]", item)
            yield dialogue.sample(KINDS[kind], x, y)
