"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("hanami", deadline=None)  # how long an example takes depends on what else runs
settings.load_profile("hanami")
