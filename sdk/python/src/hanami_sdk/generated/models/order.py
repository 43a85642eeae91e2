from typing import Literal

Order = Literal["created_at", "updated_at"]

ORDER_VALUES: set[Order] = {
    "created_at",
    "updated_at",
}


def check_order(value: str) -> Order:
    if value in ORDER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ORDER_VALUES!r}")
