from typing import Literal

Meaning = Literal["binary", "bool", "class", "float", "int", "match", "real"]

MEANING_VALUES: set[Meaning] = {
    "binary",
    "bool",
    "class",
    "float",
    "int",
    "match",
    "real",
}


def check_meaning(value: str) -> Meaning:
    if value in MEANING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MEANING_VALUES!r}")
