from enum import StrEnum


class ColumnType(StrEnum):
    FLOAT32 = "float32"
    INT32 = "int32"
    UINT64 = "uint64"
    UINT8 = "uint8"

    def __str__(self) -> str:
        return str(self.value)
