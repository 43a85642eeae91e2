"""Models of projects and who belongs to them."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from hanami_server.contract.base import Answer, HumanId, Name, Page, Request, Update, columns


class MemberRole(StrEnum):
    """A member sees own resources, a project-admin all of the project."""

    MEMBER = "member"
    PROJECT_ADMIN = "project-admin"


class ProjectCreate(Request):
    """A project to be."""

    id: HumanId
    name: Name


class ProjectUpdate(Update):
    """What is to be different."""

    name: Name


class Project(Answer):
    """A room of resources that its members work in."""

    id: HumanId
    name: Name
    version: int = Field(description="Counts changes.", examples=[1])
    created_at: datetime
    created_by: HumanId | None = Field(description="Null for one made on the machine of the server.")
    updated_at: datetime


class ProjectPage(Page[Project]):
    """Part of the projects."""

    model_config = columns("id name created_by created_at")


class MemberSet(Request):
    """What a user is to be in a project."""

    role: MemberRole = Field(description="Replaces the role that the user had.")


class Member(Answer):
    """A user in a project."""

    project_id: HumanId
    user_id: HumanId
    role: MemberRole
    created_at: datetime = Field(description="When the user joined.")


class MemberPage(Page[Member]):
    """Part of the members of a project, or of the projects of a user."""

    model_config = columns("user_id project_id role created_at")
