"""Runs all cases with the kernels in plain Python; ends with 3 where the oracle notices a difference."""

import sys

from . import plain


def main():
    plain.install()
    from .cases import CASES
    from .compare import Difference

    for case in CASES:
        try:
            case()
        except Difference as difference:
            print(f"{case.__name__}: {difference}")
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
