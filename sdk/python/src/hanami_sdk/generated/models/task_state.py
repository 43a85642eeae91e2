from typing import Literal

TaskState = Literal["cancelled", "failed", "finished", "queued", "running"]

TASK_STATE_VALUES: set[TaskState] = {
    "cancelled",
    "failed",
    "finished",
    "queued",
    "running",
}


def check_task_state(value: str) -> TaskState:
    if value in TASK_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TASK_STATE_VALUES!r}")
