"""document/authors.md says what there is: assertions, exit statuses, and commands that run."""

from __future__ import annotations

import re

import pytest

from app.cli import COMMANDS, TOOLS, main
from app.prompt_tests.assertions import ASSERTIONS, names
from app.settings import APP_FOLDER

DOCUMENT = (APP_FOLDER.parent / "document" / "authors.md").read_text(encoding="utf-8")


def test_every_assertion_stands_in_the_document_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", DOCUMENT, re.MULTILINE))

    assert rows == {name: each.meaning for name, each in ASSERTIONS.items()}


def test_the_document_says_which_assertions_have_a_negated_form() -> None:
    order = list(ASSERTIONS)

    negated = [name for name in order if f"not-{name}" in names()]

    assert negated == order[order.index("equals") : order.index("is-json") + 1]


@pytest.mark.parametrize("line", sorted(set(re.findall(r"python3 -m app ([a-z][a-z-]*(?: [^`\n]*)?)", DOCUMENT))))
def test_a_command_of_the_document_is_one_that_there_is(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = re.split(r"\s{2,}", line)[0].split()
    if words[0] in COMMANDS:
        return

    with pytest.raises(SystemExit, match="0"):
        main([words[0], "--help"], {})

    shown = capsys.readouterr().out
    assert words[0] in TOOLS
    assert [word for word in words if word.startswith("--") and word not in shown] == []
