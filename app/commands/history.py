"""`history`: the kept versions of a service."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from app.commands import remote, service_versions
from app.commands.service_versions import Versions
from app.settings import Settings

SUMMARY = "list the versions of a service that are kept in the database"
EXAMPLES = ("history cra",)
STATUSES = service_versions.STATUSES
HEADINGS = ("VERSION", "FIRST", "LAST PRESENT", "CHANGED FILES")


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    service_versions.add(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON object, with the texts of all files")
    service_versions.settings_of(parser)


def run(given: argparse.Namespace) -> int:
    """Prints the versions, the one that was present last first."""
    return service_versions.status_of(given, lambda versions: _print(versions, as_json=given.json))


def _print(versions: Versions, *, as_json: bool) -> int:
    rows = list(_rows(versions))
    if as_json:
        sys.stdout.write(json.dumps({"versions": rows}, ensure_ascii=False, indent=2) + "\n")
        return 0
    remote.print_table([HEADINGS, *(_shown(row) for row in rows)])
    if versions.present is not None and not any(row["present"] for row in rows):
        remote.put(f"{versions.present.version}  the present files: not kept yet, as no gateway has served them")
    return 0


def _rows(versions: Versions) -> Iterator[dict[str, Any]]:
    now = versions.present.version if versions.present else ""
    for each, older in zip(versions.kept, (*versions.kept[1:], None), strict=True):
        before = older.files if older else {}
        yield {
            "digest": each.digest,
            "present": each.digest == now,
            "created": each.created.isoformat(timespec="seconds"),
            "used": each.used.isoformat(timespec="seconds"),
            "changed": sorted(name for name in {*each.files, *before} if each.files.get(name) != before.get(name)),
            "files": dict(each.files),
        }


def _shown(row: dict[str, Any]) -> tuple[str, ...]:
    used = f"{row['used'][:16].replace('T', ' ')}{' (now)' if row['present'] else ''}"
    return row["digest"], row["created"][:16].replace("T", " "), used, ", ".join(row["changed"])
