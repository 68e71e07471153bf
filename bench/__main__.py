"""Runs a benchmark by its name, or lists them all.

    python -m bench [name [arguments ...]]

`python -m bench jobs --slots 8,32` is `python -m bench.jobs --slots 8,32`."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Mapping
from pathlib import Path

_STARTS = '\nif __name__ == "__main__":'  # in the text of each module that is a benchmark


def benchmarks() -> Mapping[str, str]:
    """The first line of what each benchmark says of itself, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))}
    return {
        name: (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        for name, text in texts.items()
        if _STARTS in text and name != "__main__"
    }


def main(arguments: list[str]) -> int:
    """The status of the process: 2 if *arguments* name no benchmark. A benchmark takes the place of this process."""
    known = benchmarks()
    if arguments and arguments[0] in known:
        # its own program, not its module run by this one: it may spawn processes of its functions
        os.execv(sys.executable, [sys.executable, "-m", f"bench.{arguments[0]}", *arguments[1:]])
    width = max(map(len, known))
    lines = [f"{name:{width}}  {said}" for name, said in known.items()]
    if not arguments:
        print("python -m bench name [arguments ...]", *lines, sep="\n")
        return 0
    print(f"there is no benchmark {arguments[0]}; there are", *lines, sep="\n", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
