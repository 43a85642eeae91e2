from enum import StrEnum


class Scope(StrEnum):
    LEARN = "learn"
    REQUEST = "request"

    def __str__(self) -> str:
        return str(self.value)
