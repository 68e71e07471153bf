"""`bench.quality`: references of every shape, the records of jobs, and the tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.catalog import load
from app.kinds import KINDS
from bench.meetings import Meeting, meetings, references
from bench.quality import SERVICES, Answers, Gateway, main, read, row, tables

TALK = """Ann Berg : The boiler in Lilac Street leaks and costs 480 pounds.
Bob Stone : I will write to the company on Friday.
Ann Berg :
Bob Stone : The garden was paid by the town last year."""
QMSUM = {
    "general": [{"query": "Summarize.", "answer": "The boiler leaks and costs 480 pounds."}],
    "topics": [{"topic": "Everything", "relevant_text_span": [["0", "3"]]}],
    "specific": [{"query": "Who writes?", "answer": "Bob Stone writes.", "relevant_text_span": [["1", "2"], ["3", "3"]]}],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("transcripts", "references"):
        (tmp_path / folder).mkdir()
    (tmp_path / "transcripts" / "one.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "transcripts" / "two.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "references" / "one.json").write_text(json.dumps(QMSUM), encoding="utf-8")
    return tmp_path


@pytest.fixture
def meeting(data: Path) -> Meeting:
    [found] = meetings(data)
    return found


def record(*items: dict[str, Any]) -> dict[str, Any]:
    told = [{"kind": "topic", "speakers": ["Ann Berg"], "turns": [0], "unsupported": [], **item} for item in items]
    coverage = {"calls": 3, "tokens_in": 90, "tokens_out": 3}
    return {"minutes": {"items": told, "summary": []}, "coverage": coverage, "text": "", "seconds": 2.0}


def test_only_meetings_with_a_reference_are_measured(data: Path) -> None:
    assert [meeting.name for meeting in meetings(data)] == ["one"]
    assert meetings(data, ["two"]) == []


def test_spans_are_turns_though_a_line_without_words_has_none(meeting: Meeting) -> None:
    assert len(meeting.turns) == 3
    assert meeting.spans == (frozenset({1}), frozenset({2}))


def test_references_of_every_shape_are_read(meeting: Meeting) -> None:
    parts = [
        {"part": "1", "abstractive_1": "a", "abstractive_2": "b"},
        {"part": "2", "abstractive_1": "c", "abstractive_2": "d"},
    ]

    assert meeting.references == ("The boiler leaks and costs 480 pounds. Bob Stone writes.",)
    assert references(parts) == ("a c", "b d")
    assert references({"decisions": [{"timestamp": "00:01", "decision": "Go."}]}) == ("Go.",)
    assert references("As it is.") == ("As it is.",)


def test_minutes_are_measured_by_their_items(meeting: Meeting) -> None:
    good = {"text": "The boiler in Lilac Street leaks and costs 480 pounds."}
    bad = {"text": "Zorblax Miller pays 490 pounds.", "speakers": ["Bob Stone"], "unsupported": ["490"]}

    found = row(meeting, "minutes-{language}:local", read(record(good, bad), meeting))

    assert (found.way, found.items, found.evidence, found.invented, found.marked) == ("minutes-en:local", 2, 0.5, 2, 1)
    assert (found.speakers, found.spans, found.calls, found.tokens) == (0.5, 0.0, 3, (90, 3))
    assert found.kept is not None
    assert 0 < found.kept < 1


def test_a_summary_is_measured_by_its_lines_and_their_turns(meeting: Meeting) -> None:
    lines = [
        {"text": "Bob Stone : I write on Friday.", "speaker": "Bob Stone", "kind": "note", "turns": [1, 1]},
        {"text": "Ann Berg : the keys", "speaker": "Ann Berg", "kind": "note", "turns": [2, 2]},
    ]
    told = {"text": "\n".join(line["text"] for line in lines), "coverage": {"calls": 2, "lines": lines}, "seconds": 1.0}

    found = row(meeting, "cra:local", read(told, meeting))

    assert (found.items, found.evidence, found.speakers, found.spans) == (2, 0.5, 0.5, 1.0)


def test_tables_have_a_row_for_each_meeting_and_a_mean(meeting: Meeting) -> None:
    rows = [row(meeting, "minutes-{language}:local", read(record({"text": "The boiler leaks."}), meeting), ("Ann : boiler",))]

    lines = list(tables(rows))

    assert [line.split("|")[1].strip() for line in lines if line] == [
        "meeting",
        "---",
        "one",
        "**mean**",
        "meeting",
        "---",
        "one",
    ]
    assert {line.count("|") for line in lines[:4]} == {14}
    assert {line.count("|") for line in lines[5:]} == {17}


def test_kept_answers_are_not_asked_for_again(meeting: Meeting, tmp_path: Path) -> None:
    stored = record({"text": "The boiler leaks."})
    (tmp_path / "one.minutes-en.local.json").write_text(json.dumps(stored), encoding="utf-8")

    assert Answers(Gateway("http://127.0.0.1:9"), tmp_path).of(meeting, "minutes-{language}:local") == stored


def test_a_folder_without_references_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("transcripts", "references"):
        (tmp_path / folder).mkdir()

    assert main(["--data", str(tmp_path)]) == 1
    assert "no meeting with a reference" in capsys.readouterr().err


def test_the_services_of_the_benchmark_have_no_problem() -> None:
    catalog = load(SERVICES[1], KINDS)

    assert (list(catalog.services), catalog.problems) == (["lines-en", "lines-fr"], ())
