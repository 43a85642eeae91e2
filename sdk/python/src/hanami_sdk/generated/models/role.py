from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    DEVICE = "device"
    MEMBER = "member"
    PROJECT_ADMIN = "project-admin"

    def __str__(self) -> str:
        return str(self.value)
