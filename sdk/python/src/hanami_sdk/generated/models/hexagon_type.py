from typing import Literal

HexagonType = Literal["input", "internal", "output"]

HEXAGON_TYPE_VALUES: set[HexagonType] = {
    "input",
    "internal",
    "output",
}


def check_hexagon_type(value: str) -> HexagonType:
    if value in HEXAGON_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HEXAGON_TYPE_VALUES!r}")
