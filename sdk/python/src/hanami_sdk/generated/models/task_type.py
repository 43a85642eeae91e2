from enum import StrEnum


class TaskType(StrEnum):
    REQUEST = "request"
    TRAIN = "train"

    def __str__(self) -> str:
        return str(self.value)
