"""How often somebody may call: requests per minute of a user, or of an address; wrong passwords."""

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hanami_server.contract.errors import TooManyRequestsError
from hanami_server.contract.op import Rate
from hanami_server.settings import Settings

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import SlidingWindowCounterRateLimiter

FAILURE_MINUTES = 5


class RateLimits:
    """Counts calls in windows of a minute, in memory."""

    def __init__(self, settings: Settings) -> None:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415  clients of Redis and others come with it

        self._windows = _windows()
        self._items = {
            Rate.NORMAL: RateLimitItemPerMinute(settings.requests_per_minute, namespace="normal"),
            Rate.COSTLY: RateLimitItemPerMinute(settings.costly_requests_per_minute, namespace="costly"),
            Rate.ANONYMOUS: RateLimitItemPerMinute(settings.anonymous_requests_per_minute, namespace="anonymous"),
        }

    def count(self, rate: Rate, who: str) -> Mapping[str, str]:
        """Count a call, and tell in headers how many are left; raises TooManyRequestsError where there are none.

        Parameters
        ----------
        who : str
            A user or an address.
        """
        if rate is Rate.UNLIMITED:
            return {}
        item = self._items[rate]
        allowed = self._windows.hit(item, who)
        end, left = self._windows.get_window_stats(item, who)
        seconds = max(1, math.ceil(end - time.time()))
        headers = {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(seconds),
        }
        if not allowed:
            raise _refusal(f"At most {item.amount} such requests per minute.", seconds, headers)
        return headers


class FailedLogins:
    """Counts wrong passwords: of a user from one address, of a user, and of an address."""

    def __init__(self, settings: Settings) -> None:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415  as above

        self._windows = _windows()
        few, many = settings.login_failures, 10 * settings.login_failures
        self._few, self._many = (RateLimitItemPerMinute(number, FAILURE_MINUTES) for number in (few, many))

    def expect_few(self, user_id: str, address: str) -> None:
        """Raise TooManyRequestsError where there were too many; the password is not looked at then, right or wrong."""
        for item, key in self._keys(user_id, address):
            if not self._windows.test(item, *key):
                end, _ = self._windows.get_window_stats(item, *key)
                raise _refusal(
                    "Too many wrong passwords; wait before you try again.", max(1, math.ceil(end - time.time()))
                )

    def failed(self, user_id: str, address: str) -> None:
        """Count a wrong password."""
        for item, key in self._keys(user_id, address):
            self._windows.hit(item, *key)

    def succeeded(self, user_id: str, address: str) -> None:
        """Forget what this user got wrong from this address."""
        item, key = self._keys(user_id, address)[0]
        self._windows.clear(item, *key)

    def _keys(self, user_id: str, address: str) -> "list[tuple[RateLimitItem, tuple[str, ...]]]":
        return [(self._few, ("both", user_id, address)), (self._many, ("user", user_id)), (self._many, ("at", address))]


def _windows() -> "SlidingWindowCounterRateLimiter":
    from limits.storage import MemoryStorage  # noqa: PLC0415  as above
    from limits.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415

    return SlidingWindowCounterRateLimiter(MemoryStorage())


def _refusal(detail: str, seconds: int, headers: Mapping[str, str] | None = None) -> TooManyRequestsError:
    return TooManyRequestsError(detail, headers={"Retry-After": str(seconds), **(headers or {})})
