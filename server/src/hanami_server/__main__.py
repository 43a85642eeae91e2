"""The command `hanami-server`.

Every subcommand imports what it needs itself, so that help and short commands come at once.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanami_server.settings import Settings


def main() -> None:
    """Run one subcommand; Ctrl-C ends it as it ends other programs."""
    try:
        arguments = _parser().parse_args()
        command: Callable[[argparse.Namespace], None] = arguments.run
        command(arguments)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)


def _parser() -> argparse.ArgumentParser:
    from hanami_server.settings import describe  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="hanami-server", description="Growing neural networks as a service.")
    commands = parser.add_subparsers(required=True)

    def add(name: str, help_text: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=help_text,
            description=help_text,
            epilog=describe(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=run)
        return command

    add("serve", "serve the API until a signal comes", _serve)
    add("openapi", "print the OpenAPI document", _openapi)
    add("asyncapi", "print the AsyncAPI document of direct sessions", _asyncapi)
    add("policy", "print the policy that comes with the server", _policy)
    add("migrate", "bring the tables of the database up to date", _migrate)
    add("rotate-key", "sign tokens with another key from the next start on; earlier tokens stay good", _rotate_key)
    admin = add("create-admin", "create an admin; the password is asked for, or read from a pipe", _create_admin)
    admin.add_argument("id", help="user id of the new admin")
    return parser


def _settings() -> Settings:
    from pydantic import ValidationError  # noqa: PLC0415

    from hanami_server.settings import Settings  # noqa: PLC0415

    try:
        return Settings()
    except ValidationError as error:
        sys.exit(f"hanami-server: {error}")


def _serve(_: argparse.Namespace) -> None:
    from hanami_server.access.policy import PolicyError  # noqa: PLC0415
    from hanami_server.app import create_app  # noqa: PLC0415
    from hanami_server.serving import serve  # noqa: PLC0415
    from hanami_server.start_errors import StartError  # noqa: PLC0415

    settings = _settings()
    try:
        serve(create_app(settings), settings)
    except (PolicyError, StartError) as error:
        sys.exit(f"hanami-server: {error}")


def _openapi(_: argparse.Namespace) -> None:
    from hanami_server.app import create_app  # noqa: PLC0415
    from hanami_server.contract.document import build_document, dump  # noqa: PLC0415
    from hanami_server.settings import Settings  # noqa: PLC0415

    sys.stdout.write(dump(build_document(create_app(Settings()))))


def _asyncapi(_: argparse.Namespace) -> None:
    from ruamel.yaml import YAML  # noqa: PLC0415

    from hanami_server.contract.asyncapi import build_asyncapi  # noqa: PLC0415

    writer = YAML()
    writer.width = 120
    writer.dump(build_asyncapi(), sys.stdout)


def _policy(_: argparse.Namespace) -> None:
    from hanami_server.access.policy import default_text  # noqa: PLC0415

    sys.stdout.write(default_text())


def _migrate(_: argparse.Namespace) -> None:
    from hanami_server.services import open_database  # noqa: PLC0415
    from hanami_server.start_errors import StartError, in_words  # noqa: PLC0415

    async def migrate() -> None:
        async with open_database(settings):
            pass

    settings = _settings()
    try:
        with in_words():
            asyncio.run(migrate())
    except StartError as error:
        sys.exit(f"hanami-server: {error}")


def _rotate_key(_: argparse.Namespace) -> None:
    from hanami_server.access.secret import rotate  # noqa: PLC0415

    settings = _settings()
    if settings.token_secret is not None:
        sys.exit("hanami-server: the key is HANAMI_TOKEN_SECRET; make it HANAMI_PREVIOUS_TOKEN_SECRET and set another")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    rotate(settings.data_dir)
    print("Made; it counts when the server starts again.")


def _create_admin(arguments: argparse.Namespace) -> None:
    from hanami_server.access.login import create_admin  # noqa: PLC0415
    from hanami_server.access.passwords import Passwords  # noqa: PLC0415
    from hanami_server.services import open_database_beside  # noqa: PLC0415
    from hanami_server.start_errors import StartError, in_words  # noqa: PLC0415

    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def create() -> None:
        async with open_database_beside(settings) as database:
            passwords = Passwords(settings.password_memory_kib, settings.password_passes)
            await create_admin(database, passwords, arguments.id, password)

    settings = _settings()
    try:
        with in_words():
            asyncio.run(create())
    except (ValueError, StartError) as error:
        sys.exit(f"hanami-server: {error}")


if __name__ == "__main__":
    main()
