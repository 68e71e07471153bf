"""Every text of a page comes from the catalogue of messages, and every message of the catalogue is used and translated."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.jobs import Status
from app.web.studio import listing, meeting, pages, parts, submitting, words

STUDIO = Path(pages.__file__).parent
TEMPLATES = sorted((STUDIO / "templates" / "studio").glob("*.html"))
SCRIPTS = [STUDIO / "static" / name for name in ("studio.js", "meeting.js")]
# Messages that are named after what the program knows.
NAMED = (
    *Status,
    *meeting.ORDER,
    *meeting.FIGURES.values(),
    *("transcript", "minutes", "manifest", "template", "language"),
    *(f"field_{name}" for name in parts.FIELDS),
    *(f"kind_{name}" for name in parts.KINDS),
    *(f"source_{name}" for name in ("run", "edit", "rename", "restore")),
    *(f"export_{name}" for name in pages.EXPORTS),
    *(f"actions_{name}" for name in listing.STATES),
    *(f"wrong_{name}" for name in submitting.SAID),
)
# What scripts and templates call by the same names.
NO_MESSAGES = {"version", "message"}
SAME = ("services", "api", "service", "date", "participants", "pages", "action", "topic", "kind_action", "kind_topic",
        "versions", "export_docx", "export_pdf", "export_md")  # fmt: skip


def messages(code: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((words.MESSAGES / f"{code}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_no_template_holds_a_text_of_its_own(template: Path) -> None:
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)

    said = re.sub(r"<!?/?\w[^>]*>|aria-\w+=\"[\w-]*\"", "", source)
    shown = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', source)
    assert not re.findall(r"[^\W\d_]{2,}", " ".join([re.sub(r"&\w+;|UTC", "", said), *shown]))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.stem)
def test_no_script_holds_a_text_of_its_own(script: Path) -> None:
    source = script.read_text(encoding="utf-8")

    assert not re.findall(r">[^<>{}$`]*[^\W\d_]{2,}[^<>{}$`]*</", source)
    assert not re.findall(r'\b(?:aria-label|title|placeholder|alt|textContent)\s*[=:]\s*"[^"$]+"', source)


def test_every_message_is_used_and_every_one_that_is_used_is_there() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in (*TEMPLATES, *SCRIPTS, *STUDIO.glob("*.py")))

    used = set(re.findall(r"\b(?:words|told)(?:\.|\[[\"'])([a-z_]+)\b(?![\"']\s*~)", sources)) - NO_MESSAGES
    assert used | set(NAMED) == messages("en").keys()


@pytest.mark.parametrize("code", [code for code in words.languages() if code != words.DEFAULT])
def test_every_message_is_translated(code: str) -> None:
    own = messages(code)

    assert own.keys() == messages("en").keys()
    assert [name for name, text in messages("en").items() if text == own[name] and name not in SAME] == []
    assert [name for name, text in own.items() if not text.strip()] == []
