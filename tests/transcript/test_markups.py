"""Labels in markup languages, wikis and notes, and texts in the same markup in which nobody speaks."""

from __future__ import annotations

import pytest

from app.transcript import parse

TALK = [("Nora", "The pier: closed."), ("Tunde", "Since when?"), ("Nora", "Since 10:30."), ("Tunde", "I see.")]
MARKUPS = {
    "LaTeX, bold": "\\textbf{{{}:}} {}",
    "LaTeX, a colon behind": "\\textsc{{{}}}: {}",
    "LaTeX, a list of terms": "\\item[{}] {}",
    "a wiki": "'''{}:''' {}",
    "a wiki, a colon behind": "'''{}''': {}",
    "stars, as chats make bold type": "*{}:* {}",
    "stars, a colon behind, in a list": "- *{}*: {}",
    "terms of a wiki": ";{}: {}",
    "fields of reStructuredText": ":{}: {}",
    "quotation marks": '"{}": {}',
    "German quotation marks": "„{}“: {}",
    "a numbered list with bold names": "1. **{}** – {}",
}
NOBODY = {
    "theorems": "\\textbf{Definition:} A pier.\n\n\\textbf{Theorem:} It closes.\n\n\\textbf{Definition:} A gate.\n",
    "terms": "\\item[Pier] A long thing.\n\\item[Gate] A door.\n\\item[Lamp] A light.\n",
    "notes": "*Note:* it is closed.\n\n*Warning:* stay out.\n\n*Note:* it is open.\n",
    "a list of terms": "1. **Pier** – long.\n2. **Gate** – a door.\n3. **Lamp** – a light.\n",
    "fields of a document": ":Author: Ida Moor\n:Date: 2024-05-02\n:Version: 1.0\n\nThe pier is closed.\n",
    "changes": "## 1.2\n\n- Fix: the pier opens.\n- Add: a gate.\n- Fix: the lamps burn.\n\n## 1.1\n\n- Add: lamps.\n",
    "an agenda in YAML": "".join(
        f"  - topic: {what}\n    owner: {who}\n" for what, who in [("Pier", "Ida"), ("Gate", "Bo")] * 2
    ),
    "a week": "Monday: closed\nTuesday: all day\nWednesday: all day\nThursday: closed\n",
    "paragraphs of an article": "Der Hafen bleibt zu.\n\nHintergrund: Der Sturm kam am Montag.\n\nFazit: Abwarten.\n",
}


@pytest.mark.parametrize("markup", MARKUPS)
def test_labels_in_markup_name_people(markup: str) -> None:
    transcript = parse("\n\n".join(MARKUPS[markup].format(*each) for each in TALK))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == TALK


@pytest.mark.parametrize("text", NOBODY)
def test_the_same_markup_names_nobody_in_other_texts(text: str) -> None:
    assert not parse(NOBODY[text]).speakers


def test_a_line_that_only_names_the_speaker_stands_above_what_is_said() -> None:
    transcript = parse("SPEAKER: S1\nThe pier: closed.\nSPEAKER: S2\nSince when?\nSPEAKER: S1\nSince Monday.\n")

    said = [("S1", "The pier: closed."), ("S2", "Since when?"), ("S1", "Since Monday.")]
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == said


def test_a_name_typed_in_other_capitals_is_the_same_person() -> None:
    transcript = parse("Nora: Closed.\nTUNDE: Since when?\nnora: Since Monday.\nTunde: I see.\n")

    assert transcript.speakers == {"Nora": 2, "TUNDE": 2}


def test_identifiers_in_a_format_that_differ_in_capitals_are_two_people() -> None:
    transcript = parse('[{"speaker": "aB", "text": "Closed."}, {"speaker": "Ab", "text": "When?"}]')

    assert transcript.speakers == {"aB": 1, "Ab": 1}


@pytest.mark.parametrize(
    "odd", ["Mevrouw 't Hooft", "H2, 51 ans", "B3, w, 34 Jahre", "Female voice 2", "Speaker 2?", "Speaker ?"]
)
def test_a_name_seen_once_among_labels_is_a_speaker(odd: str) -> None:
    transcript = parse(f"Nora: Closed.\nTunde: When?\n{odd}: On Monday.\nNora: Yes.\nTunde: I see.\n")

    assert transcript.turns[2].speaker == odd


def test_words_that_are_taken_for_speech_where_every_line_has_a_label_are_told() -> None:
    odd = "keeper of the gate"
    transcript = parse(f"Nora: Closed.\nTunde: When?\n{odd}: On Monday.\nNora: Yes.\nTunde: I see.\n")

    assert transcript.speakers.get(odd) or any(odd in warning for warning in transcript.report.warnings)


@pytest.mark.parametrize(
    "pattern",
    [
        "[b]{}[/b]: {}",
        "[b]{}:[/b] {}",
        "`{}`: {}",
        "('{}', '{}'),",
        "**{}**\n> {}\n",
        "## {}\n> {}",
        "[Sprecherwechsel]\n{}: {}",
    ],
)
def test_labels_in_the_marks_of_forums_programs_and_quotations_name_people(pattern: str) -> None:
    said = [("Nora", "Closed."), ("Tunde", "Since when?"), ("Nora", "Since Monday."), ("Tunde", "I see.")]

    turns = parse("\n".join(pattern.format(name, text) for name, text in said)).turns

    assert [turn.speaker for turn in turns if turn.text.strip("[]") != "Sprecherwechsel"] == [name for name, _ in said]
    assert all(text in turn.text for turn, (_, text) in zip(turns[-len(said) :], said, strict=True))


def test_a_word_between_a_name_and_its_time_is_no_part_of_the_name() -> None:
    transcript = parse("Nora at 10:02: Closed.\nTunde at 10:03: When?\nNora at 10:04: Monday.\nTunde at 10:05: I see.\n")

    assert transcript.speakers == {"Nora": 2, "Tunde": 2}
    assert transcript.turns[0].start == 602
