"""Creations that name an `Idempotency-Key` are carried out once; whoever sends the same again gets the same answer.

The row of a key is written before the work, marked in the transaction that makes the change (`telemetry.audit.change`),
and given the answer at last.  So a crash leaves a key that was never used, one that says "done", or the answer.
"""

import asyncio
import hashlib
import json
import re

from pydantic import BaseModel
from quart import Response, g, request

from hanami_server.access.guard import viewer
from hanami_server.contract.errors import ConflictError, ValidationFailedError
from hanami_server.contract.op import IDEMPOTENCY_KEY, Answer, Operation
from hanami_server.services import Services, services
from hanami_server.store import answers
from hanami_server.store.tables import IdempotentAnswer

KEY = re.compile(r"[!-~]{1,255}")
SECRETS = {"password"}  # even a digest of one would be a way to try passwords


async def answer_once(operation: Operation, body: BaseModel | None, answer: Answer) -> Response:
    """Carry an operation out, or repeat what was answered to the same one.

    Raises
    ------
    ValidationFailedError
        The header is not a key, or was used for something else.
    ConflictError
        The same is being answered at this moment, or was carried out and its answer is lost.
    """
    key = request.headers[IDEMPOTENCY_KEY]
    if not KEY.fullmatch(key):
        raise ValidationFailedError.of(IDEMPOTENCY_KEY, "expected 1 to 255 visible ASCII characters")
    parts, mine, sha256 = services(), (viewer().user_id, key), _digest(operation, body)
    known, is_busy = await _take(parts, mine, sha256)
    if known is not None:
        return _repeat(operation, known, sha256, is_busy=is_busy)
    g.idempotency_key = mine
    return await asyncio.shield(_carry_out(parts, mine, answer))


async def _take(parts: Services, mine: tuple[str, str], sha256: str) -> tuple[IdempotentAnswer | None, bool]:
    """Take a key for the work that begins now; gives the row of one that is taken, and whether it is busy."""
    taken = False
    try:
        async with parts.database.writing() as session:  # one at a time: what is found holds until the block ends
            known = await session.get(IdempotentAnswer, mine)
            if known is not None and (known.status is not None or mine in parts.answering):
                return known, mine in parts.answering
            await session.merge(IdempotentAnswer(user_id=mine[0], key=mine[1], sha256=sha256))
            taken = True
            parts.answering.add(mine)
    except BaseException:
        if taken:
            parts.answering.discard(mine)
        raise
    return None, False


async def _carry_out(parts: Services, mine: tuple[str, str], answer: Answer) -> Response:
    """Answer and keep the answer; a failure that changed nothing leaves the key unused."""
    try:
        response = await answer()
        body = await response.get_data(as_text=True)
        async with parts.database.writing() as session:
            await answers.keep(session, *mine, body)
    except BaseException:
        async with parts.database.writing() as session:
            await answers.forget_unused(session, *mine)
        raise
    finally:
        parts.answering.discard(mine)
    return response


def _repeat(operation: Operation, known: IdempotentAnswer, sha256: str, *, is_busy: bool) -> Response:
    if known.sha256 != sha256:
        raise ValidationFailedError.of(IDEMPOTENCY_KEY, "expected another key: this one was used for something else")
    if known.body is None and is_busy:
        raise ConflictError("The same request is being answered at this moment.", headers={"Retry-After": "1"})
    if known.body is None:
        raise ConflictError("This was carried out, but its answer was lost in a crash; look for it in the lists.")
    response = operation.reply.repeat(known.body)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _digest(operation: Operation, body: BaseModel | None) -> str:
    """Tell requests apart; bytes of an upload are not looked at."""
    sent = body.model_dump(mode="json", exclude=SECRETS) if body is not None else None
    asked = [operation.id, viewer().project_id, request.path, request.query_string.decode("latin-1"), sent]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
