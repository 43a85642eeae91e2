from enum import StrEnum


class HostKind(StrEnum):
    LOCAL = "local"

    def __str__(self) -> str:
        return str(self.value)
