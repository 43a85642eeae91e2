"""Which passwords are too easy to guess, however long: the common ones, and those that follow a simple pattern.

The common ones are the 30,000 of zxcvbn's list, from leaked passwords.
"""

import re
from functools import cache

from hanami_server.contract.errors import ValidationFailedError

FEWEST_CHARACTERS = 5  # different ones
OWN_WORDS = 5  # so many characters must not come from the user's own id or name
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiop",
)
LEET = str.maketrans("@04$5!13", "aoassiie")


def check_password(password: str, *own: str) -> None:
    """Raise ValidationFailedError for a password that somebody who tries the usual ones would find.

    Parameters
    ----------
    own : str
        What the user is called.
    """
    plain = password.casefold()
    if len(set(plain)) < FEWEST_CHARACTERS:
        raise _refusal(f"expected at least {FEWEST_CHARACTERS} different characters")
    if _is_common(plain):
        raise _refusal("this is one of the passwords that are tried first")
    if _is_row(plain):
        raise _refusal("expected more than a row of the alphabet, of digits or of the keyboard")
    for word in {part.casefold() for part in own if len(part) > 2}:
        if word in plain and len(plain.replace(word, "")) < OWN_WORDS:
            raise _refusal("expected more than what the user is called")


def _is_common(plain: str) -> bool:
    """Say whether a password is common, also with digits and signs around it, or letters written as digits."""
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    return not {plain, core, plain.translate(LEET), core.translate(LEET)}.isdisjoint(common_passwords())


def _is_row(plain: str) -> bool:
    rows = [row for way in ROWS for row in (way * 2, way[::-1] * 2)]
    return any(plain in row for row in rows)


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that are tried first; the first call takes a while."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  lists of 90,000 words

    words: list[str] = FREQUENCY_LISTS["passwords"]
    return frozenset(words) | {word.rstrip("0123456789") for word in words if len(word.rstrip("0123456789")) > 4}


def _refusal(message: str) -> ValidationFailedError:
    return ValidationFailedError.of("password", message)
