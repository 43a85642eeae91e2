"""Binary frames of `hanami.v1`: a header of 16 bytes, little-endian, and then raw rows.

============ ===== =========================================================================================
field        bytes meaning
============ ===== =========================================================================================
type         1     what is wanted (`FrameType`); of an answer, the same plus 128
dtype        1     how inputs are written: 1 float32, 2 uint8; 0 in answers, and in frames without inputs
rows         2     samples in this frame
id           4     chosen by the client: names a request whose truth will come, 0 for none; repeated by the answer
sequence     8     number of the frame, higher than of all before in this session; 0 for the next; told by the answer
============ ===== =========================================================================================

A client's frame goes on with the inputs, then with the targets where there are any; both hexagon by hexagon in the
order of the layout, each `rows` x `width` values.  An answer goes on with the loss (one float32; NaN where nothing was
learned), the novelty (`rows` float32), then the answers, hexagon by hexagon.
"""

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from hanami_server.blobs.columns import Array
from hanami_server.fleet.host import Effect

HEADER = struct.Struct("<BBHIQ")
BEGIN = struct.Struct("<BBHIQf")  # of an answer: with the loss
ANSWER = 128  # added to the type of an answer
Dtype = np.dtype[Any]
DTYPES: dict[int, Dtype] = {1: np.dtype("<f4"), 2: np.dtype("u1")}


class FrameType(IntEnum):
    """What a client wants."""

    REQUEST = 1
    LEARN = 2
    LEARN_AND_ANSWER = 3
    TRUTH = 4


REQUEST, LEARN, LEARN_AND_ANSWER, TRUTH = FrameType  # looked up for every frame
TYPES = {int(kind): kind for kind in FrameType}


class ViolationError(Exception):
    """A message that no client of this protocol sends: the session ends with code 1008."""


class Header(NamedTuple):
    """The first 16 bytes of a frame."""

    type: FrameType
    dtype: Dtype | None
    rows: int
    id: int
    sequence: int


def read_header(data: bytes) -> Header:
    """Read the header of a client's frame; raises ViolationError where it is none."""
    if len(data) < HEADER.size:
        raise ViolationError(f"a frame of {len(data)} bytes: expected a header of {HEADER.size}")
    kind, dtype, rows, request, sequence = HEADER.unpack_from(data)
    wanted = TYPES.get(kind)
    if wanted is None:
        raise ViolationError(f"unknown type {kind}")
    known = DTYPES.get(dtype)
    if known is None and not (wanted is FrameType.TRUTH and dtype == 0):
        raise ViolationError(f"unknown dtype {dtype}")
    return Header(wanted, known, rows, request, sequence)


def write_answer(header: Header, sequence: int, effect: Effect, dtypes: Sequence[Dtype]) -> bytes:
    """Write an answer: loss, novelty and what each hexagon says, in its dtype."""
    begin = BEGIN.pack(ANSWER + header.type, 0, header.rows, header.id, sequence, effect.loss)
    parts = [begin, effect.novelty.tobytes()]
    for answers, dtype in zip(effect.answers, dtypes, strict=True):
        values: Array = answers.values
        parts.append((values if values.dtype == dtype else values.astype(dtype)).tobytes())
    return b"".join(parts)
