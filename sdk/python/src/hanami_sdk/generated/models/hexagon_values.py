from typing import Literal

HexagonValues = Literal["binary", "bool", "class", "float", "int", "match", "real"]

HEXAGON_VALUES_VALUES: set[HexagonValues] = {
    "binary",
    "bool",
    "class",
    "float",
    "int",
    "match",
    "real",
}


def check_hexagon_values(value: str) -> HexagonValues:
    if value in HEXAGON_VALUES_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HEXAGON_VALUES_VALUES!r}")
