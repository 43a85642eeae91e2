"""Models of projects and who belongs to them."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from hanami_server.contract.base import Answer, HumanId, Name, Page, Request


class MemberRole(StrEnum):
    """A member sees own resources, a project-admin all of the project."""

    MEMBER = "member"
    PROJECT_ADMIN = "project-admin"


class ProjectCreate(Request):
    """A project to be."""

    id: HumanId
    name: Name


class Project(Answer):
    """A room of resources that its members work in."""

    id: HumanId
    name: Name
    created_at: datetime


class ProjectPage(Page[Project]):
    """Part of the projects."""


class MemberSet(Request):
    """What a user is to be in a project."""

    role: MemberRole = Field(description="Replaces the role that the user had.")


class Member(Answer):
    """A user in a project."""

    project_id: HumanId
    user_id: HumanId
    role: MemberRole
