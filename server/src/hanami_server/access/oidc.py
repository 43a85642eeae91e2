"""OpenID Connect: reads the ID tokens of one issuer, whose keys are found by discovery.

Sources: OpenID Connect Core 1.0, §3.1.3.7 (validation of ID tokens), and Discovery 1.0, §4.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jwt

from hanami_server.contract.errors import UnauthorizedError, UnavailableError
from hanami_server.contract.oidc import is_safe_address

if TYPE_CHECKING:
    import httpx

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
PUBLIC = {"RSA", "EC", "OKP"}  # kinds of keys; a shared secret in a public document is none
REQUIRED = ["iss", "aud", "sub", "iat", "exp"]
LEEWAY = 30  # seconds that clocks may differ
REFRESH = 60.0  # seconds between two looks for keys that are not known
RETRY = 5.0  # the same after it did not answer
PATIENCE = 10.0
NO_ANSWER = "The issuer of the token does not answer; try again later."
log = logging.getLogger("hanami_server")


class Issuer:
    """Somebody else who knows who users are.

    Parameters
    ----------
    address : str
        As tokens name it, without a path to anything.
    client_id : str
        Whom its tokens must be for.
    """

    def __init__(self, address: str, client_id: str) -> None:
        import httpx  # noqa: PLC0415  of no use to a server without an issuer

        self.address, self._client_id, self._http = address, client_id, httpx
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._looked, self._answered = -REFRESH, False
        self._looking = asyncio.Lock()

    async def read(self, token: str) -> Mapping[str, Any]:
        """Return the claims of an ID token.

        Raises
        ------
        UnauthorizedError
            It is not one of this issuer for this server, or not good now.
        UnavailableError
            The issuer does not answer.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS or "crit" in header:
                raise UnauthorizedError
            claims: dict[str, Any] = jwt.decode(
                token,
                await self._key(header.get("kid")),
                algorithms=ALGORITHMS,
                audience=self._client_id,
                issuer=self.address,
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise UnauthorizedError from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client_id) != self._client_id:
            raise UnauthorizedError  # made for somebody else who shares it with us
        return claims

    async def _key(self, key_id: str | None) -> jwt.PyJWK:
        """Return a key; asks the issuer for one that is not known, but not for every token that makes one up."""
        if key_id not in self._keys:
            async with self._looking:
                await self._look(key_id)
        if key_id not in self._keys:
            raise UnauthorizedError if self._answered else UnavailableError(NO_ANSWER)
        return self._keys[key_id]

    async def _look(self, key_id: str | None) -> None:
        wait = REFRESH if self._answered else RETRY
        if key_id in self._keys or time.monotonic() - self._looked < wait:
            return
        self._looked, self._answered = time.monotonic(), False
        self._keys = await self._ask()
        self._answered = True

    async def _ask(self) -> dict[str | None, jwt.PyJWK]:
        """Find the keys of the issuer; one that has a single key need not name it."""
        try:
            async with self._http.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
                told = await _get(client, f"{self.address.rstrip('/')}/.well-known/openid-configuration")
                found = (await _get(client, self._address_of_keys(told)))["keys"]
            keys = [key for key in jwt.PyJWKSet(found).keys if key.key_type in PUBLIC and key.public_key_use != "enc"]
        except (self._http.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.warning("the issuer %s is of no use: %s", self.address, error)
            raise UnavailableError(NO_ANSWER) from error
        by_id: dict[str | None, jwt.PyJWK] = {key.key_id: key for key in keys}
        return by_id | ({None: keys[0]} if len(keys) == 1 else {})

    def _address_of_keys(self, told: Mapping[str, Any]) -> str:
        """Return where the keys are; raises ValueError where somebody else seems to answer."""
        address = str(told["jwks_uri"])
        if told["issuer"] != self.address or not is_safe_address(address):
            raise ValueError(f"it says that it is {told['issuer']}, with keys at {address}")
        return address


async def _get(client: "httpx.AsyncClient", address: str) -> dict[str, Any]:
    answer = await client.get(address)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found
