"""Runs cases, named or all, with the kernels in plain Python; ends with 3 where the oracle notices a difference."""

import sys

from . import plain

LIVES = 60


def main(names):
    plain.install()
    from .cases import CASES
    from .compare import Difference

    cases = [case for case in CASES if not names or case.__name__ in names]
    for case in [live_at_random] if names == ["lives"] else cases:
        try:
            case()
        except Difference as difference:
            print(f"{case.__name__}: {difference}")
            return 3
    return 0


def live_at_random():
    from hypothesis import given, settings

    from .lives import lives

    @settings(max_examples=LIVES, deadline=None, database=None)
    @given(life=lives())
    def live(life):
        life.live()

    live()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
