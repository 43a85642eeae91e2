from typing import Literal

HostKind = Literal["gpu", "local"]

HOST_KIND_VALUES: set[HostKind] = {
    "gpu",
    "local",
}


def check_host_kind(value: str) -> HostKind:
    if value in HOST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HOST_KIND_VALUES!r}")
