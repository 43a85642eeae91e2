"""What is done for a session whose connection is lost."""

from typing import NamedTuple


class Resend(NamedTuple):
    """What a client does after a lost connection.

    Attributes
    ----------
    attempts
        How often it tries to connect again, 0.1 to 5 seconds apart; 0 for never.
    bytes
        Most memory for samples that the server may not have kept yet; beyond it, the server is asked to save, and the
        client waits for that.
    """

    attempts: int = 20
    bytes: int = 64 << 20


RESEND = Resend()
