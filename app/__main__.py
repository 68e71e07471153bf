"""python3 -m app, and the command `llm-gateway`."""

import os
import sys

INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended


def run() -> None:
    """Ends the program with the exit status of its command."""
    fill_closed_streams()
    try:
        from app.cli import main  # argparse looks at the streams

        status = main()
    except KeyboardInterrupt:
        status = INTERRUPTED
    forget_what_no_log_takes()
    sys.exit(status)


def fill_closed_streams() -> None:
    """Opens the null device where standard input, output or error is closed (`2>&-`).

    The next file that is opened would get the number of a closed one, and what is printed would be written into it."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def forget_what_no_log_takes() -> None:
    """Drops the end of a log that cannot be written (a full disk, no reader): Python would end with status 120."""
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    run()
