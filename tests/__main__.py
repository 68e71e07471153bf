"""python3 -m tests: the tests, as `make test` runs them; arguments go to pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(arguments: list[str]) -> int:
    """All tests by `make test`, which does the set-up too; or those that *arguments* name, with this Python."""
    command = [sys.executable, "-m", "pytest", *arguments] if arguments else ["make", "test"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
