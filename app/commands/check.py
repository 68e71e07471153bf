"""`check`: says what is wrong with the services and with everything else that a gateway would use, and where."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands import flags
from app.settings import Settings

if TYPE_CHECKING:
    from app.serve.checking import Finding, Report

SUMMARY = "validate services, keys, database and backends"
EXAMPLES = ("check", "check services/cra.json --json")
STATUSES = {0: "nothing is wrong", 1: "something is wrong"}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="check only these services folders, or files in them; without any: all that the gateway would use",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object instead")
    parser.add_argument("--strict", action="store_true", help="warnings are problems: exit status 1")
    flags.add(parser)


def run(given: argparse.Namespace) -> int:
    """Prints what is wrong and where; 1 if anything is. Reads the files as they are: the last good version does not count."""
    from app.serve.checking import check_all, check_paths

    report = check_paths(given.settings, given.paths) if given.paths else check_all(given.settings)
    lines = [json.dumps(_record(report), ensure_ascii=False, indent=2)] if given.json else _lines(report)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 1 if report.problems or (given.strict and report.warnings) else 0


def _lines(report: Report) -> Iterator[str]:
    from app.catalog.pointing import excerpt

    for each in report.findings:
        yield f"warning: {each.text}" if each.warning else each.text
        if each.problem is not None and each.folder is not None and each.problem.file.rstrip("/") == each.problem.file:
            yield from excerpt(each.folder, each.problem).drawn(str(each.folder / each.problem.file))
    yield report.totals


def _record(report: Report) -> dict[str, Any]:
    return {
        "services": report.services,
        "folders": [str(folder) for folder in report.folders],
        "problems": [_told(each) for each in report.problems],
        "warnings": [_told(each) for each in report.warnings],
    }


def _told(finding: Finding) -> dict[str, Any]:
    from app.catalog.pointing import excerpt

    problem, folder = finding.problem, finding.folder
    if problem is None or folder is None:
        return {"file": None, "line": None, "column": None, "key": "", "reason": finding.text}
    shown = excerpt(folder, problem)
    return {
        "file": str(folder / problem.file),
        "line": problem.line,
        "column": shown.column if problem.line is not None else None,
        "key": problem.key,
        "reason": problem.reason,
        "text": shown.text,
    }
