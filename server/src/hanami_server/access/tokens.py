"""Access tokens: JWTs signed with HS256 and nothing else."""

import hashlib
from collections.abc import Sequence
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
    """Issues tokens with one key, and reads those of the key before it as well; each names the key it was signed with.

    Parameters
    ----------
    secrets : sequence of bytes
        The key, and earlier ones whose tokens are still good.
    lifetime : timedelta
    """

    def __init__(self, secrets: Sequence[bytes], lifetime: timedelta) -> None:
        self._secrets = {hashlib.sha256(secret).hexdigest()[:16]: secret for secret in secrets}
        self._key_id = next(iter(self._secrets))
        self._lifetime = lifetime

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
        return jwt.encode(payload, self._secrets[self._key_id], ALGORITHM, headers={"kid": self._key_id}), expires_at

    def read(self, token: str) -> Verified:
        """Return what a token says; raises UnauthorizedError for one that is not ours or not good now."""
        try:
            header = jwt.get_unverified_header(token)
            if set(header) != {"alg", "kid", "typ"} or header["kid"] not in self._secrets:
                raise UnauthorizedError  # nothing that names a key of its own
            payload = jwt.decode(
                token,
                self._secrets[header["kid"]],
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": CLAIMS},
            )
        except jwt.InvalidTokenError as error:
            raise UnauthorizedError from error
        return Verified(
            claims=Claims(payload["sub"], payload.get("project")),
            token_id=payload["jti"],
            issued_at=datetime.fromtimestamp(payload["iat"], UTC),
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        )
