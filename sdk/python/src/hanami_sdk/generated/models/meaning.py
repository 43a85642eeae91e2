from enum import StrEnum


class Meaning(StrEnum):
    BINARY = "binary"
    BOOL = "bool"
    CLASS = "class"
    FLOAT = "float"
    INT = "int"
    MATCH = "match"
    REAL = "real"

    def __str__(self) -> str:
        return str(self.value)
