"""Users, and the projects that they work in."""

from collections.abc import Iterator

from hanami_sdk._answers import every, new_key, success, tag_of
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.projects import (
    create_project,
    delete_project,
    get_project,
    get_project_quota,
    list_project_members,
    list_projects,
    remove_project_member,
    set_project_member,
    set_project_quota,
    update_project,
)
from hanami_sdk.generated.api.users import (
    change_password,
    create_user,
    delete_user,
    get_user,
    get_user_quota,
    list_user_projects,
    list_users,
    set_user_quota,
    update_user,
)
from hanami_sdk.generated.types import UNSET


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

    def update(
        self,
        user_id: str,
        *,
        name: str | None = None,
        is_admin: bool | None = None,
        is_disabled: bool | None = None,
        version: int | None = None,
    ) -> models.User:
        """Change what is named; with `version`, only if nobody changed the user since."""
        changes = {"name": name, "is_admin": is_admin, "is_disabled": is_disabled}
        wish = models.UserUpdate.from_dict({key: value for key, value in changes.items() if value is not None})
        return success(update_user.sync(user_id, client=self._api, body=wish, if_match=tag_of(version)))

    def change_password(self, user_id: str, password: str, old_password: str | None = None) -> None:
        """Change a password, the own one with the old one; all earlier tokens of the user end."""
        wish = models.PasswordChange(password=password, old_password=old_password or UNSET)
        change_password.sync_detailed(user_id, client=self._api, body=wish)

    def delete(self, user_id: str, *, force: bool = False) -> None:
        """Remove a user; with `force`, and all that the user owns."""
        delete_user.sync_detailed(user_id, client=self._api, force=force)

    def projects(self, user_id: str) -> Iterator[models.Member]:
        """Yield the projects of a user, and the role in each."""
        return every(lambda cursor: list_user_projects.sync(user_id, client=self._api, cursor=cursor))

    def quota(self, user_id: str) -> models.Quota:
        """Tell how much a user may have and has."""
        return success(get_user_quota.sync(user_id, client=self._api))

    def set_quota(self, user_id: str, **limits: int) -> models.Quota:
        """Limit what a user may have: `clusters`, `dataset_bytes`, `checkpoint_bytes`, `synapse_bytes`, `tasks`."""
        return success(set_user_quota.sync(user_id, client=self._api, body=models.QuotaSet.from_dict(limits)))


class Projects:
    """Rooms of resources."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, project_id: str, name: str) -> models.Project:
        """Make a project; only admins may."""
        wish = models.ProjectCreate(id=project_id, name=name)
        return success(create_project.sync(client=self._api, idempotency_key=new_key(), body=wish))

    def get(self, project_id: str) -> models.Project:
        """Get one project."""
        return success(get_project.sync(project_id, client=self._api))

    def list(self) -> Iterator[models.Project]:
        """Yield the projects that the user may see, oldest first."""
        return every(lambda cursor: list_projects.sync(client=self._api, cursor=cursor))

    def rename(self, project_id: str, name: str, *, version: int | None = None) -> models.Project:
        """Give a project another name; with `version`, only if nobody changed it since."""
        wish = models.ProjectUpdate(name=name)
        return success(update_project.sync(project_id, client=self._api, body=wish, if_match=tag_of(version)))

    def delete(self, project_id: str, *, force: bool = False) -> None:
        """Remove a project; with `force`, and all that is in it."""
        delete_project.sync_detailed(project_id, client=self._api, force=force)

    def members(self, project_id: str) -> Iterator[models.Member]:
        """Yield the members of a project."""
        return every(lambda cursor: list_project_members.sync(project_id, client=self._api, cursor=cursor))

    def set_member(self, project_id: str, user_id: str, role: str) -> models.Member:
        """Make a user a `member` or `project-admin` of a project."""
        wish = models.MemberSet(role=models.MemberRole(role))
        return success(set_project_member.sync(project_id, user_id, client=self._api, body=wish))

    def remove_member(self, project_id: str, user_id: str) -> None:
        """Take a user out of a project; what the user made there stays."""
        remove_project_member.sync_detailed(project_id, user_id, client=self._api)

    def quota(self, project_id: str) -> models.Quota:
        """Tell how much a project may have and has."""
        return success(get_project_quota.sync(project_id, client=self._api))

    def set_quota(self, project_id: str, **limits: int) -> models.Quota:
        """Limit what a project may have; see `Users.set_quota`."""
        return success(set_project_quota.sync(project_id, client=self._api, body=models.QuotaSet.from_dict(limits)))
