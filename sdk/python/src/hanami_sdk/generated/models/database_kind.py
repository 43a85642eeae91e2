from typing import Literal

DatabaseKind = Literal["postgresql", "sqlite"]

DATABASE_KIND_VALUES: set[DatabaseKind] = {
    "postgresql",
    "sqlite",
}


def check_database_kind(value: str) -> DatabaseKind:
    if value in DATABASE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DATABASE_KIND_VALUES!r}")
