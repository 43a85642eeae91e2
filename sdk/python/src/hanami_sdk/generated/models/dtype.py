from enum import StrEnum


class Dtype(StrEnum):
    FLOAT32 = "float32"
    UINT64 = "uint64"
    UINT8 = "uint8"

    def __str__(self) -> str:
        return str(self.value)
