"""python3 -m app, and the command `llm-gateway`."""

import sys

from app.cli import main


def run() -> None:
    """Ends the program with the exit status of its command."""
    sys.exit(main())


if __name__ == "__main__":
    run()
