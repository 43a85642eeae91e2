"""Users, and the projects that they work in."""

from collections.abc import Iterator

from hanami_sdk._answers import every, new_key, success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.projects import create_project, get_project, list_projects, set_project_member
from hanami_sdk.generated.api.users import create_user, get_user, list_users


class Users:
    """Who may log in; only admins make users and see those of others."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, user_id: str, name: str, password: str, *, is_admin: bool = False) -> models.User:
        """Make a user, who belongs to no project yet."""
        wish = models.UserCreate(id=user_id, name=name, password=password, is_admin=is_admin)
        return success(create_user.sync(client=self._api, idempotency_key=new_key(), body=wish))

    def get(self, user_id: str) -> models.User:
        """Get one user."""
        return success(get_user.sync(user_id, client=self._api))

    def list(self) -> Iterator[models.User]:
        """Yield all users, oldest first."""
        return every(lambda cursor: list_users.sync(client=self._api, cursor=cursor))


class Projects:
    """Rooms of resources."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, project_id: str, name: str) -> models.Project:
        """Make a project; only admins may."""
        return success(
            create_project.sync(
                client=self._api, idempotency_key=new_key(), body=models.ProjectCreate(id=project_id, name=name)
            )
        )

    def get(self, project_id: str) -> models.Project:
        """Get one project."""
        return success(get_project.sync(project_id, client=self._api))

    def list(self) -> Iterator[models.Project]:
        """Yield the projects that the user may see, oldest first."""
        return every(lambda cursor: list_projects.sync(client=self._api, cursor=cursor))

    def set_member(self, project_id: str, user_id: str, role: str) -> models.Member:
        """Make a user a `member` or `project-admin` of a project; only admins may."""
        wish = models.MemberSet(role=models.MemberRole(role))
        return success(set_project_member.sync(project_id, user_id, client=self._api, body=wish))
