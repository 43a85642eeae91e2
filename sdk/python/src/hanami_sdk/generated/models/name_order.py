from typing import Literal

NameOrder = Literal["created_at", "name", "updated_at"]

NAME_ORDER_VALUES: set[NameOrder] = {
    "created_at",
    "name",
    "updated_at",
}


def check_name_order(value: str) -> NameOrder:
    if value in NAME_ORDER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NAME_ORDER_VALUES!r}")
