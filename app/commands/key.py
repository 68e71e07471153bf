"""`key`: adds, lists and removes keys; a running gateway follows within a second."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.settings import Settings

SUMMARY = "add, list and remove keys (API_KEYS_FILE)"
EXAMPLES = ("key add ann --services 'cra,minutes-*' --rate 60/min", "key list")
STATUSES = {0: "done", 1: "the file of keys cannot be used"}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    usual = Path(settings.api_keys_file or "keys.json")
    _add_file(parser, usual, default=usual)
    deeds = parser.add_subparsers(dest="deed", required=True)
    new = deeds.add_parser("add", help="make a key and print it, once: only its hash is kept", allow_abbrev=False)
    new.add_argument("name", help="whose key it is")
    new.add_argument("--services", default="*", metavar="PATTERNS", help="services that it opens, as in 'cra,minutes-*'")
    new.add_argument("--rate", metavar="RATE", help="requests for work, as in 60/min")
    new.add_argument("--tokens", metavar="NUMBER", help="tokens a day, sent and made, as in 2M/day")
    new.add_argument("--priority", type=int, default=0, help="best priority of its jobs, 0 (first) to 9 (%(default)s)")
    new.add_argument("--days", type=int, help="days after which it opens nothing any more")
    new.add_argument("--admin", action="store_true", help="sees everybody's jobs and conversations")
    new.add_argument(
        "--id", help="id of an earlier key of that name, whose jobs it takes over, as `key list` shows it; default: a new one"
    )
    shown = deeds.add_parser("list", help="whose keys there are, and what they may do", allow_abbrev=False)
    gone = deeds.add_parser("remove", help="take a key away", allow_abbrev=False)
    gone.add_argument("name", help="whose key it is")
    for each in (new, shown, gone):  # people write it at the end as well
        _add_file(each, usual, default=argparse.SUPPRESS)


def _add_file(parser: argparse.ArgumentParser, usual: Path, *, default: Path | str) -> None:
    parser.add_argument("--file", type=Path, default=default, help=f"file of keys [API_KEYS_FILE; {usual}]".replace("%", "%%"))


def run(given: argparse.Namespace) -> int:
    """Prints the new key on the standard output and all else on the error output. Raises KeysError."""
    return {"add": _add, "list": _list, "remove": _remove}[given.deed](given)


def _add(given: argparse.Namespace) -> int:
    from app.keys import Key, add, hashed, new_id, new_secret

    secret = new_secret()
    expires = None if given.days is None else datetime.now(UTC).replace(microsecond=0) + timedelta(days=given.days)
    services = tuple(each.strip() for each in given.services.split(",") if each.strip())
    key = Key(
        given.name,
        hashed(secret),
        services,
        priority=given.priority,
        admin=given.admin,
        expires=expires,
        id=new_id() if given.id is None else given.id,
    )
    add(given.file, key, given.rate, given.tokens)
    sys.stderr.write(f"{given.name}: added to {given.file}; this is the key, it cannot be shown again:\n")
    sys.stdout.write(f"{secret}\n")
    return 0


def _list(given: argparse.Namespace) -> int:
    from app.keys import read

    for key in read(given.file):
        rate = f"{key.rate.most} in {key.rate.seconds} s" if key.rate else "any rate"
        tokens = "any tokens" if key.tokens is None else f"{key.tokens} tokens a day"
        until = f", until {key.expires:%Y-%m-%d %H:%M} UTC" if key.expires else ""
        admin = ", admin" if key.admin else ""
        sys.stdout.write(
            f"{key.name}: {','.join(key.services)}, {rate}, {tokens}, priority from {key.priority}{until}{admin}"
            f"{f', id {key.id}' if key.id else ''}\n"
        )
    return 0


def _remove(given: argparse.Namespace) -> int:
    from app.keys import remove

    remove(given.file, given.name)
    sys.stderr.write(f"{given.name}: removed from {given.file}\n")
    return 0
