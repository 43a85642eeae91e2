from typing import Literal

Dtype = Literal["float32", "uint64", "uint8"]

DTYPE_VALUES: set[Dtype] = {
    "float32",
    "uint64",
    "uint8",
}


def check_dtype(value: str) -> Dtype:
    if value in DTYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DTYPE_VALUES!r}")
