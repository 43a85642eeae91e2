from enum import StrEnum


class HexagonType(StrEnum):
    INPUT = "input"
    INTERNAL = "internal"
    OUTPUT = "output"

    def __str__(self) -> str:
        return str(self.value)
