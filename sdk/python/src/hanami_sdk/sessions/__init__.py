"""Direct sessions: speak to a living network, one sample at a time."""

from hanami_sdk.sessions.aio import AsyncSession
from hanami_sdk.sessions.frames import Answer, Kind
from hanami_sdk.sessions.resend import RESEND, Resend
from hanami_sdk.sessions.sync import Session

__all__ = ["RESEND", "Answer", "AsyncSession", "Kind", "Resend", "Session"]
