from typing import Literal

ColumnType = Literal["float32", "int32", "uint64", "uint8"]

COLUMN_TYPE_VALUES: set[ColumnType] = {
    "float32",
    "int32",
    "uint64",
    "uint8",
}


def check_column_type(value: str) -> ColumnType:
    if value in COLUMN_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COLUMN_TYPE_VALUES!r}")
