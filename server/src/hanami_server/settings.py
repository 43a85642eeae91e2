"""All settings of the server, in one table: from the environment (`HANAMI_…`) or from code."""

import os
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hanami_server.contract.oidc import Grant, is_safe_address
from hanami_server.contract.quotas import Limits

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
DRIVERS = {
    "sqlite": SQLITE,
    SQLITE: SQLITE,
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """What can be set; each field is an environment variable with the prefix HANAMI_."""

    model_config = SettingsConfigDict(
        env_prefix="HANAMI_", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(default=Path("hanami-data"), description="Folder of everything that is kept; made at start.")
    database_url: str | None = Field(
        default=None, description="postgresql://… or sqlite:///…; left out, SQLite in the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    admin_user: str | None = Field(default=None, description="Id of the first admin, made when there are no users yet.")
    admin_password: SecretStr | None = Field(default=None, description="Password of the first admin.")
    token_secret: SecretStr | None = Field(
        default=None, description="Key of the tokens, at least 32 bytes; left out, one is made in the data folder."
    )
    previous_token_secret: SecretStr | None = Field(
        default=None, description="Key before HANAMI_TOKEN_SECRET; its tokens are good until they end by themselves."
    )
    oidc_issuer: str | None = Field(
        default=None, description="Address of an OpenID Connect issuer whose users may log in; left out, none."
    )
    oidc_client_id: str = Field(default="hanami", description="Whom the ID tokens of the issuer must be for.")
    oidc_user_claim: str = Field(
        default="preferred_username", description="Claim that the ids of new users are made of."
    )
    oidc_roles_claim: str = Field(
        default="groups", description="Claim that HANAMI_OIDC_ROLES speaks of; dots lead into objects."
    )
    oidc_roles: list[Grant] = Field(
        default=[],
        description='What its values stand for, as in [{"value": "boss", "admin": true}, '
        '{"value": "pumps", "project": "pumps", "role": "member"}]; roles it names then follow every login.',
    )
    policy_file: Path | None = Field(
        default=None,
        description="Which roles may call which operation; left out, the policy that comes with the server.",
    )
    token_minutes: int = Field(default=12 * 60, ge=1, description="How long a token is good for.")
    password_memory_kib: int = Field(
        default=65536,
        ge=32,
        le=1 << 22,
        description="Memory that one password hash (argon2id) takes; below 19456 only for tests.",
    )
    password_passes: int = Field(default=3, ge=1, le=1000, description="Passes of a password hash over its memory.")
    max_upload_bytes: int = Field(default=2 << 30, ge=1, description="Largest upload.")
    cluster_memory_limit: int = Field(
        default=1 << 30, ge=1 << 16, description="Most bytes that a template may let one cluster grow to."
    )
    requests_per_minute: int = Field(default=60_000, ge=1, description="Requests of one user.")
    costly_requests_per_minute: int = Field(
        default=600, ge=1, description="Requests of one user that make files or read whole datasets."
    )
    anonymous_requests_per_minute: int = Field(
        default=600, ge=1, description="Requests from one address that show no good token, logins among them."
    )
    login_failures: int = Field(
        default=10,
        ge=1,
        description="Wrong passwords of a user from one address in five minutes; ten times that in all.",
    )
    session_save_interval: float = Field(
        default=10.0, gt=0, le=3600, description="Seconds of direct learning that a crash may lose at most."
    )
    session_window: int = Field(default=32, ge=1, le=4096, description="Frames of a session ahead of their answers.")
    session_frame_bytes: int = Field(default=4 << 20, ge=1 << 10, description="Largest message of a session.")
    session_frame_rows: int = Field(default=1024, ge=1, le=65535, description="Most samples of one frame.")
    session_idle_seconds: int = Field(default=600, ge=1, description="After so long without a message it is closed.")
    session_resume_seconds: int = Field(default=300, ge=0, description="How long a lost session waits in memory.")
    session_ping_seconds: float = Field(
        default=20.0, gt=0, description="How often clients are asked for a sign of life; they have as long to give it."
    )
    truth_requests: int = Field(
        default=1024, ge=1, description="Requests of a session, or of a cluster without one, that wait for their truth."
    )
    truth_bytes: int = Field(default=16 << 20, ge=1 << 10, description="Memory that they may take.")
    truth_seconds: int = Field(default=3600, ge=1, description="How long they wait.")
    allowed_origins: list[str] = Field(
        default=[],
        description='Pages whose scripts may open sessions, besides this server\'s own, as in ["https://example.org"].',
    )
    user_quota: Limits = Field(
        default=Limits(),
        description='Most that a user may have, as in {"clusters": 100, "dataset_bytes": 10000000000}; also '
        "checkpoint_bytes, synapse_bytes, tasks, sessions; what is left out has no limit.",
    )
    project_quota: Limits = Field(default=Limits(), description="The same for a project.")
    audit_days: int = Field(default=365, ge=1, description="How long the audit log is kept.")
    error_days: int = Field(default=90, ge=1, description="How long the error log is kept.")
    engine_threads: int = Field(default_factory=usable_cores, ge=1, description="Networks that run at the same time.")
    gpus: str = Field(
        default="auto",
        pattern="^(auto|none|emulated)$",
        description="auto for all that there are, none, or emulated: the machine plays one, for development and tests.",
    )
    gpu_from: int = Field(
        default=64,
        ge=1,
        description="Clusters that learn at the same time that make a GPU worth it; make bench-gpu measures how many.",
    )
    stop_seconds: int = Field(default=10, ge=1, description="How long a stopping server waits for open requests.")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )
    log_format: str = Field(
        default="text", pattern="^(text|json)$", description="text for people, or json: one object per line."
    )
    log_requests: bool = Field(default=False, description="Write a line about every request, at the level info.")
    trusted_proxies: list[str] = Field(
        default=[],
        description='Proxies, or their networks, whose X-Forwarded-For and -Proto are believed, as in ["10.0.0.1"].',
    )

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str | None) -> str | None:
        """Name the driver that the server uses, whatever the URL says of it."""
        if url is None:
            return None
        from sqlalchemy import make_url  # noqa: PLC0415  the help of a command need not wait for it
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

        try:
            parsed = make_url(url)
            driver = DRIVERS[parsed.drivername]
        except (ArgumentError, KeyError):  # not chained: it would repeat the URL, which may have a password
            raise ValueError("expected postgresql://user:password@host:port/name or sqlite:///path") from None
        query = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
        return parsed.set(drivername=driver, query=query).render_as_string(hide_password=False)

    @field_validator("oidc_issuer")
    @classmethod
    def _safe(cls, address: str | None) -> str | None:
        """Refuse an issuer whose keys anybody on the way could change."""
        if address is not None and not is_safe_address(address):
            raise ValueError("expected https://…; http:// only on this machine")
        return address

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'hanami.db'}"


def describe() -> str:
    """Return the table of settings for a terminal."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default in (None, Limits(), []) else f" [{field.default}]"
        rows.append(f"  HANAMI_{name.upper():<20} {field.description}{default}")
    return "settings, from the environment:\n" + "\n".join(rows)
