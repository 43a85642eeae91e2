"""Access tokens: JWTs signed with HS256 and nothing else."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt

from hanami_server.contract.errors import UnauthorizedError

ALGORITHM = "HS256"
ISSUER = "hanami"
AUDIENCE = "hanami-api"
CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says about its bearer."""

    user_id: str
    project_id: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that is ours and good now; whether it was revoked, the store knows."""

    claims: Claims
    token_id: str
    issued_at: datetime
    expires_at: datetime


class Tokens:
    """Issues and reads tokens with one key; its id in the header leaves room for a change of keys."""

    def __init__(self, secret: bytes, lifetime: timedelta) -> None:
        self._secret = secret
        self._lifetime = lifetime
        self._key_id = hashlib.sha256(secret).hexdigest()[:16]

    def issue(self, claims: Claims) -> tuple[str, datetime]:
        """Return a token and the moment of its end."""
        now = datetime.now(UTC)
        expires_at = now.replace(microsecond=0) + self._lifetime
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claims.user_id,
            "iat": now.timestamp(),  # to the microsecond: a token is younger than the password it was got with
            "nbf": now,
            "exp": expires_at,
            "jti": uuid4().hex,
            "project": claims.project_id,
        }
        return jwt.encode(payload, self._secret, ALGORITHM, headers={"kid": self._key_id}), expires_at

    def read(self, token: str) -> Verified:
        """Return what a token says; raises UnauthorizedError for one that is not ours or not good now."""
        try:
            decoded = jwt.decode_complete(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": CLAIMS},
            )
        except jwt.InvalidTokenError as error:
            raise UnauthorizedError from error
        header, payload = decoded["header"], decoded["payload"]
        if set(header) != {"alg", "kid", "typ"} or header["kid"] != self._key_id:
            raise UnauthorizedError  # nothing that names a key of its own
        return Verified(
            claims=Claims(payload["sub"], payload.get("project")),
            token_id=payload["jti"],
            issued_at=datetime.fromtimestamp(payload["iat"], UTC),
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        )
