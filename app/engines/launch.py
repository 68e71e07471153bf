"""How a child process is begun so that it cannot outlive its parent, however the parent ends.

The supervisor runs this file by its path, in a bare interpreter, as `launch.py PARENT COMMAND…`; it becomes the command.
So it imports next to nothing, and nothing of this project."""

import ctypes
import os
import signal
import sys

CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h: starting it again would end the same way
PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, how: int = signal.SIGKILL) -> None:
    """Has the kernel send *how* to this process once *parent*, the process that began it, is gone; at once if it is already.

    Survives exec. Strictly, what counts is the parent's thread that began us. Only Linux can do it: elsewhere a process
    whose parent is gone at this moment ends, and later ones do not notice."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def main(arguments: list[str]) -> None:
    """Becomes the command; a command that cannot be started is a configuration error."""
    parent, command = int(arguments[0]), arguments[1:]
    die_with_parent(parent)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored stays so across exec
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as exc:
        sys.stderr.write(f"cannot start {command[0]}: {exc.strerror}\n")
        sys.exit(CONFIGURATION_ERROR)


if __name__ == "__main__":
    main(sys.argv[1:])
