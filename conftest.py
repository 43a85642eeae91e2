"""What holds for all tests."""

import signal

from hypothesis import settings

settings.register_profile("hanami", deadline=None)  # how long an example takes depends on what else runs
settings.load_profile("hanami")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell; programs would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
