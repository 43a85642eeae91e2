from typing import Literal

HostState = Literal["lost", "ready"]

HOST_STATE_VALUES: set[HostState] = {
    "lost",
    "ready",
}


def check_host_state(value: str) -> HostState:
    if value in HOST_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HOST_STATE_VALUES!r}")
