"""Results of tests as lines for people, as JUnit XML for continuous integration, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree  # nosec B405  only written, never parsed

from app.prompt_tests.running import CaseResult

MARKS = {"passed": "ok  ", "failed": "FAIL", "error": "ERR "}


def line(result: CaseResult) -> str:
    """One line of the table."""
    name = f"{result.service} / {result.case}"
    flavor = f" [{result.flavor}]" if result.flavor else ""
    return f"{MARKS[result.status]}  {result.seconds:7.1f} s  {result.tokens:7} tokens  {name}{flavor}"


def details(result: CaseResult) -> Iterator[str]:
    """What failed and why, expected beside got."""
    if result.error:
        yield f"      error: {result.error}"
    for failure in result.failures:
        yield f"      {failure.type}"
        yield f"        expected: {failure.mismatch.expected}"
        yield f"        got:      {failure.mismatch.got}"


def totals(results: Sequence[CaseResult], seconds: float) -> str:
    """`7 passed, 1 failed in 12.3 s`."""
    counts = Counter(result.status for result in results)
    names = {"passed": "passed", "failed": "failed", "error": "could not run"}
    told = ", ".join(f"{counts[status]} {name}" for status, name in names.items() if counts[status])
    return f"{told or 'no cases'} in {seconds:.1f} s"


def record(results: Sequence[CaseResult], seconds: float) -> dict[str, Any]:
    """Everything, answers included."""
    counts = Counter(result.status for result in results)
    return {
        "passed": counts["passed"],
        "failed": counts["failed"],
        "errors": counts["error"],
        "seconds": round(seconds, 3),
        "cases": [_case(result) for result in results],
    }


def _case(result: CaseResult) -> dict[str, Any]:
    failures = [{"type": each.type, "expected": each.mismatch.expected, "got": each.mismatch.got} for each in result.failures]
    return {
        "service": result.service,
        "case": result.case,
        "flavor": result.flavor,
        "status": result.status,
        "seconds": round(result.seconds, 3),
        "tokens": result.tokens,
        "text": result.text,
        "failures": failures,
        "error": result.error or None,
    }


def junit(results: Sequence[CaseResult], seconds: float) -> bytes:
    """The results as continuous integration reads them."""
    whole = ElementTree.Element("testsuites", name="llm-gateway", time=f"{seconds:.3f}")
    for service in dict.fromkeys(result.service for result in results):
        some = [result for result in results if result.service == service]
        counts = Counter(result.status for result in some)
        suite = ElementTree.SubElement(
            whole,
            "testsuite",
            name=service,
            tests=str(len(some)),
            failures=str(counts["failed"]),
            errors=str(counts["error"]),
            time=f"{sum(result.seconds for result in some):.3f}",
        )
        for result in some:
            _add(suite, result)
    ElementTree.indent(whole)
    made: bytes = ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _add(suite: ElementTree.Element, result: CaseResult) -> None:
    name = _plain(f"{result.case} [{result.flavor}]" if result.flavor else result.case)
    case = ElementTree.SubElement(suite, "testcase", classname=result.service, name=name, time=f"{result.seconds:.3f}")
    if result.error:
        ElementTree.SubElement(case, "error", message=_plain(result.error))
    elif result.failures:
        types = ", ".join(failure.type for failure in result.failures)
        ElementTree.SubElement(case, "failure", message=types).text = _plain("\n".join(details(result)))


def _plain(text: str) -> str:
    """*text* without what XML cannot hold."""
    return "".join(each if each.isprintable() or each in "\n\t" else "?" for each in text)
