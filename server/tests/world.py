"""Who may see what, said once more in memory: the model that the server is compared with."""

from dataclasses import dataclass, field

MEMBER, PROJECT_ADMIN, ADMIN = "member", "project-admin", "admin"


@dataclass
class User:
    is_admin: bool = False
    is_disabled: bool = False


@dataclass(frozen=True)
class Actor:
    """Somebody with a token for one project, or for none."""

    user: str
    project: str | None


@dataclass(frozen=True)
class Resource:
    kind: str  # clusters or datasets
    owner: str
    project: str


@dataclass
class World:
    """All accounts and resources, in the order they were made; deleted ones are gone, but their ids stay taken."""

    policy: dict[str, set[str]]
    users: dict[str, User] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    members: dict[tuple[str, str], str] = field(default_factory=dict)  # role by project and user
    resources: dict[str, Resource] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    # What an answer must be

    def may_log_in(self, actor: Actor) -> bool:
        user = self.users.get(actor.user)
        if user is None or user.is_disabled:
            return False
        if actor.project is None:
            return True
        return actor.project in self.projects and (user.is_admin or (actor.project, actor.user) in self.members)

    def roles(self, actor: Actor) -> set[str]:
        held = {MEMBER, self.members.get((actor.project or "", actor.user), MEMBER)}
        return held | {ADMIN} if self.users[actor.user].is_admin else held

    def refusal(self, actor: Actor, operation: str) -> int | None:
        """The status of a call that gets no further than the guard."""
        if not self.may_log_in(actor):
            return 401
        return None if self.policy[operation] & self.roles(actor) else 403

    def sees(self, actor: Actor, resource_id: str) -> bool:
        resource = self.resources.get(resource_id)
        if resource is None:
            return False
        if self.users[actor.user].is_admin:
            return True
        if resource.project != actor.project:
            return False
        return PROJECT_ADMIN in self.roles(actor) or resource.owner == actor.user

    def visible(self, actor: Actor, kind: str) -> set[str]:
        return {key for key, found in self.resources.items() if found.kind == kind and self.sees(actor, key)}

    def visible_projects(self, actor: Actor) -> set[str]:
        if self.users[actor.user].is_admin:
            return set(self.projects)
        return {project for project, user in self.members if user == actor.user}

    def manages(self, actor: Actor, project: str) -> bool:
        """Whether somebody may change the members of a project that there is."""
        if project not in self.projects:
            return False
        own = project == actor.project and PROJECT_ADMIN in self.roles(actor)
        return own or self.users[actor.user].is_admin

    def owned_by(self, user: str) -> set[str]:
        return {key for key, found in self.resources.items() if found.owner == user}

    def within(self, project: str) -> set[str]:
        return {key for key, found in self.resources.items() if found.project == project}

    # What a call changes

    def add_user(self, user: str, is_admin: bool) -> None:
        self.users[user] = User(is_admin)
        self.taken.add(user)

    def add_project(self, project: str) -> None:
        self.projects.append(project)
        self.taken.add(project)

    def remove_user(self, user: str) -> None:
        del self.users[user]
        self.members = {key: role for key, role in self.members.items() if key[1] != user}
        self.remove_resources(self.owned_by(user))

    def remove_project(self, project: str) -> None:
        self.projects.remove(project)
        self.members = {key: role for key, role in self.members.items() if key[0] != project}
        self.remove_resources(self.within(project))

    def remove_resources(self, keys: set[str]) -> None:
        self.resources = {key: found for key, found in self.resources.items() if key not in keys}
