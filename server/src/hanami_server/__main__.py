"""The command `hanami-server`."""

import argparse

from hanami_server import settings as table
from hanami_server.app import create_app
from hanami_server.serving import serve
from hanami_server.settings import Settings


def main() -> None:
    """Run one subcommand."""
    parser = argparse.ArgumentParser(
        prog="hanami-server",
        description=__doc__,
        epilog=table.describe(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the API")
    arguments = parser.parse_args()
    settings = Settings()
    if arguments.command == "serve":
        serve(create_app(settings), settings)


if __name__ == "__main__":
    main()
