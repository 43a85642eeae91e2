from enum import StrEnum


class MemberRole(StrEnum):
    MEMBER = "member"
    PROJECT_ADMIN = "project-admin"

    def __str__(self) -> str:
        return str(self.value)
