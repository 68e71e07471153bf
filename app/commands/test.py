"""`test`: runs the tests beside the prompts (`<service>.tests.json`) against the services' own model servers."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.commands import flags, output, usage
from app.settings import Settings

if TYPE_CHECKING:
    from app.commands.local import LocalServices
    from app.prompt_tests import Case, CaseResult

SUMMARY = "run the tests beside the prompts"
EXAMPLES = ("test cra -k price", "test --flavor mixtral --repeat 3 --junit report.xml")
FAILED, NOTHING = 1, 5
STATUSES = {
    0: "every case passed",
    FAILED: "a case failed, or could not run",
    usage.USAGE: "the arguments or a file of tests cannot be used",
    NOTHING: "no case was selected",
}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    parser.add_argument("service", nargs="?", help="only the tests of this service")
    parser.add_argument("-k", dest="words", metavar="WORDS", default="", help="only cases whose names hold all these words")
    parser.add_argument("--flavor", help="flavor for all cases, instead of their own")
    parser.add_argument("--repeat", type=usage.at_least(1), default=1, metavar="N", help="run each case N times (%(default)s)")
    parser.add_argument("--parallel", type=usage.at_least(1), default=1, metavar="N", help="run N cases at once (%(default)s)")
    parser.add_argument("--list", action="store_true", help="list the cases, and run none")
    parser.add_argument("--junit", type=output.writable, metavar="FILE", help="also write the results as JUnit XML")
    parser.add_argument("--json", action="store_true", help="print a JSON object, answers included")
    flags.add(parser)


@dataclass(frozen=True)
class Selected:
    """A case of *service* to run with *flavor*, None being the service's first."""

    service: str
    case: Case
    flavor: str | None


def run(given: argparse.Namespace) -> int:
    """Runs the selected cases; the exit status says how they ended. Raises GatewayError."""
    from app.commands.local import LocalServices
    from app.errors import ManifestError

    flags.services_folder(given.settings)
    with LocalServices(given.settings) as services:
        try:
            selected = list(_selected(services, given))
        except ManifestError as exc:
            sys.stderr.writelines(f"llm-gateway: {problem}\n" for problem in exc.problems)
            return usage.USAGE
        if not selected:
            sys.stderr.write(f"llm-gateway: no case was selected{_reason(services, given)}\n")
            return NOTHING
        if given.list:
            sys.stdout.writelines(f"{line}\n" for line in _listed(selected))
            return 0
        began = time.monotonic()
        results = list(_results(services, selected, given))
        _report(results, time.monotonic() - began, given)
    return FAILED if any(result.status != "passed" for result in results) else 0


def _selected(services: LocalServices, given: argparse.Namespace) -> Iterator[Selected]:
    """The cases that the arguments choose. Raises ManifestError."""
    from app.errors import ManifestError, Problem
    from app.prompt_tests import SUFFIX, read

    words = given.words.casefold().split()
    for file in sorted(given.settings.services_folder.glob(f"*{SUFFIX}")):
        manifest = file.name.removesuffix(SUFFIX) + ".json"
        names = [entry.service.name for entry in services.catalog.services.values() if entry.file == manifest]
        if given.service and given.service not in (*names, file.name.removesuffix(SUFFIX)):
            continue
        tests = read(file)
        if not names:
            broken = [problem for problem in services.catalog.problems if problem.file.split(".")[0] == manifest.split(".")[0]]
            raise ManifestError(broken or [Problem(file.name, "", f"is beside no manifest: there is no {manifest}")])
        for case in tests.cases:
            if all(word in case.name.casefold() for word in words):
                yield Selected(names[0], case, given.flavor or case.flavor or tests.flavor)


def _reason(services: LocalServices, given: argparse.Namespace) -> str:
    """Why no case was selected, as far as a name is wrong."""
    from app.errors import nearest
    from app.prompt_tests import SUFFIX

    tested = sorted(file.name.removesuffix(SUFFIX) for file in given.settings.services_folder.glob(f"*{SUFFIX}"))
    if not tested:
        return f": there is no file of tests (NAME{SUFFIX}) in {given.settings.services_folder}"
    names = {*services.catalog.services, *tested}
    if given.service and given.service not in names:
        return f': there is no service "{given.service}"{nearest(given.service, sorted(names))}'
    if given.service and not given.words:
        return f": there is no {given.service}{SUFFIX}, or it holds none"
    return ": no name of a case holds all the words of -k" if given.words else ""


def _listed(selected: Sequence[Selected]) -> Iterator[str]:
    for each in selected:
        asserted = ", ".join(assertion.type for assertion in each.case.asserted)
        flavor = f" [{each.flavor}]" if each.flavor else ""
        yield f"{each.service} / {each.case.name}{flavor}: {asserted}"


def _results(services: LocalServices, selected: Sequence[Selected], given: argparse.Namespace) -> Iterator[CaseResult]:
    """The results in the order of the cases, each told as soon as it and those before it are known."""
    from concurrent.futures import ThreadPoolExecutor

    from app.cancellation import CancelToken
    from app.prompt_tests import Judge, run_case

    judge = Judge(services.catalog, services.backends.of, CancelToken())
    folder = given.settings.services_folder

    def one(each: Selected) -> CaseResult:
        return run_case(services, judge, each.service, each.case, each.flavor, folder=folder)

    tell = _silent if given.json else _told
    with ThreadPoolExecutor(given.parallel, thread_name_prefix="case") as threads:
        try:
            for result in threads.map(one, [each for each in selected for _ in range(given.repeat)]):
                tell(result)
                yield result
        except BaseException:  # Ctrl-C: no case begins any more, and those that run end now
            threads.shutdown(wait=False, cancel_futures=True)
            judge.cancel.cancel()
            raise


def _told(result: CaseResult) -> None:
    from app.prompt_tests import reporting

    sys.stdout.writelines(f"{line}\n" for line in (reporting.line(result), *reporting.details(result)))
    sys.stdout.flush()


def _silent(result: CaseResult) -> None:
    """Tells nothing."""


def _report(results: Sequence[CaseResult], seconds: float, given: argparse.Namespace) -> None:
    """The totals, and the files that were asked for."""
    from app.prompt_tests import reporting

    if given.junit:
        given.junit.write_bytes(reporting.junit(results, seconds))
    if given.json:
        sys.stdout.write(json.dumps(reporting.record(results, seconds), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(reporting.totals(results, seconds) + "\n")
