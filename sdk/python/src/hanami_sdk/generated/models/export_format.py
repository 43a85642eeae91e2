from enum import StrEnum


class ExportFormat(StrEnum):
    ARROW = "arrow"
    CSV = "csv"
    PARQUET = "parquet"

    def __str__(self) -> str:
        return str(self.value)
