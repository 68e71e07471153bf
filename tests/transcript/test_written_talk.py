"""Talks as notes, plays, records and exports write them: callouts, brackets, dashes, numbers of lines, heads and feet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse
from tests.transcript.writing import as_turns

NOBODY = UNKNOWN_SPEAKER
texts = st.lists(
    st.sampled_from(["雨", "Note:", "10:30?", "氷が、", "(笑)", "it's", "https://example.org/a", "…", "１：２"]),
    min_size=1,
    max_size=5,
).map(" ".join)
talks = st.lists(st.tuples(st.sampled_from(["花子", "さくら", "José", "王さん", "Ann2"]), texts), min_size=3, max_size=8)


def turns(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(text).turns]


@given(talks)
@settings(max_examples=30)
def test_corner_brackets_come_back_exactly(talk: list[tuple[str, str]]) -> None:
    talk = [*talk, *talk]  # a label that is seen once before a link alone is none
    transcript = parse("\n".join(f"{who}「{said}」" for who, said in talk))

    assert transcript.report.labels == "corner brackets"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(who, " ".join(said.split())) for who, said in talk]


def test_what_stands_outside_of_corner_brackets_is_nobodys() -> None:
    text = (
        "○駅（夜）\n太郎「雨だ」\n　花子、笑う。\n花子「本当に\n　降るの？」\n"
        "太郎（小声で）「『雨』だ」\n彼は「はい」と言った。"
    )

    assert turns(text) == [
        (NOBODY, "○駅（夜）"),
        ("太郎", "雨だ"),
        (NOBODY, "花子、笑う。"),
        ("花子", "本当に 降るの？"),
        ("太郎", "（小声で）『雨』だ"),
        (NOBODY, "彼は「はい」と言った。"),
    ]


def test_a_corner_bracket_that_never_closes_takes_no_label_away() -> None:
    assert turns("太郎「雨だ\n花子「本当？」\n太郎「うん」\n花子「そう」")[1:] == [
        ("花子", "本当？"),
        ("太郎", "うん"),
        ("花子", "そう"),
    ]


@given(talks, st.sampled_from(["speech", "quote"]), st.sampled_from(["", "+", "-"]))
@settings(max_examples=30)
def test_callouts_come_back_exactly(talk: list[tuple[str, str]], kind: str, fold: str) -> None:
    talk = [*talk, *talk]  # a label that is seen once above a link alone is none
    text = "\n\n".join(f"> [!{kind}]{fold} {who}\n> {said}\n> and so on" for who, said in talk)

    assert turns(text) == [(who, f"{said} and so on") for who, said in talk]


def test_callouts_that_name_nobody_twice_are_text() -> None:
    text = "> [!note] Budget\n> We need ice.\n\n> [!warning] Salt\n> None left."

    assert [speaker for speaker, _ in turns(text)] == [NOBODY]


def test_the_dash_behind_all_labels_is_no_speech() -> None:
    text = (
        "O Sr. Presidente: — Está aberta a sessão.\nA Sr.ª Ana Vale (PSD): — Queria perguntar: quando?\n"
        "Vozes do PSD: — Muito bem!\nO Sr. Presidente: — Obrigado — e agora?"
    )

    assert turns(text) == [
        ("O Sr. Presidente", "Está aberta a sessão."),
        ("A Sr.ª Ana Vale (PSD)", "Queria perguntar: quando?"),
        ("Vozes do PSD", "Muito bem!"),
        ("O Sr. Presidente", "Obrigado — e agora?"),
    ]
    assert turns("Ann: — Ice.\nBo: Why?\nAnn: Salt.\nBo: Oh.")[0] == ("Ann", "— Ice.")


@pytest.mark.parametrize("width", [1, 2, 3])
def test_numbers_that_count_all_lines_are_no_speech(width: int) -> None:
    said = ["ANN: Ice.", "BO: Why?", "   (1.2)", "ANN: 10 boats."]
    transcript = parse("\n".join(f"{number:0{width}} {line}" for number, line in enumerate(said, 1)))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("ANN", "Ice."),
        ("BO", "Why? (1.2)"),
        ("ANN", "10 boats."),
    ]
    assert transcript.report.left_out == {"line number": 4}


def test_numbers_that_do_not_count_the_lines_stay() -> None:
    assert turns("1 boat\n2 cranes\n5 men\n4 oars")[0][1] == "1 boat 2 cranes 5 men 4 oars"


def test_the_head_and_the_foot_of_an_exported_chat_are_counted() -> None:
    rule = "=" * 62
    text = (
        f"{rule}\nGuild: Harbour\nChannel: Text Channels / general\nTopic: boats\n{rule}\n\n[3/4/2024 10:02 AM] ann\nIce\n"
        "\n[3/4/2024 10:03 AM] bo\nWhy: now?\n\n{Attachments}\nhttps://example.org/a.png\n\n[3/4/2024 10:04 AM] ann\n{sic}\n\n"
        f"{{Reactions}}\n👍 (2)\n\n{rule}\nExported 3 message(s)\n{rule}"
    )

    transcript = parse(text)

    assert turns(text) == [("ann", "Ice"), ("bo", "Why: now? https://example.org/a.png"), ("ann", "{sic}")]
    assert transcript.report.left_out == {"lines of the program that exported a chat": 10, "reactions": 1}


PAGES = {
    "terms": ("<dl>{}</dl>", "<dt>{who}</dt><dd>{said}</dd>"),
    "bold, new line": ("{}", "<p><strong>{who}</strong><br>{said}</p>"),
    "bold, same line": ("{}", "<p><b>{who}</b> {said}</p>"),
    "headings": ("<h1>Boats</h1>{}", "<h3>{who}</h3><p>{said}</p>"),
}


@pytest.mark.parametrize("page", PAGES)
@given(talks)
@settings(max_examples=10)
def test_names_in_elements_of_their_own_come_back_exactly(page: str, talk: list[tuple[str, str]]) -> None:
    whole, one = PAGES[page]
    talk = [("Ida Moor", "Ice"), ("Bo", "Why: now?"), ("Ida Moor", "Salt"), *talk]
    text = "<html><body>" + whole.format("".join(one.format(who=who, said=said) for who, said in talk)) + "</body></html>"

    transcript = parse(text)

    said = [(turn.speaker, turn.text) for turn in transcript.turns]
    assert said[page == "headings" :] == as_turns(talk)


def test_words_in_bold_type_that_are_no_names_stay_speech() -> None:
    text = "<p><b>We sail</b> at ten.</p><p><b>We sail</b> at two.</p><p><b>Note</b> the ice.</p><p>Ann: So.</p><p>Ann: Oh.</p>"

    assert " ".join(said for _, said in turns(text)) == "We sail at ten. We sail at two. Note the ice. So. Oh."


def test_a_page_of_a_chat_has_times_of_day_and_no_reactions() -> None:
    message = (
        '<div><div class="date" title="04.03.2024 10:0{n}:03 UTC+01:00">10:0{n}</div><div class="from_name">{who}</div>'
        '<div class="text">{said}</div><div class="chatlog__reactions">👍 2</div></div>'
    )
    text = (
        '<html><body><div class="preamble">Harbour</div>'
        + message.format(n=2, who="Ida", said="Ice")
        + message.format(n=3, who="Bo", said="Why?")
        + '<div class="postamble">Exported 2 message(s)</div></body></html>'
    )

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == [
        ("Ida", "Ice", 36123),
        ("Bo", "Why?", 36183),
    ]
    assert transcript.report.left_out == {"heads, feet and reactions of a chat": 4}


LOGS = [
    "start={start} end={end} speaker_{who}: {said}",
    "start={start}s stop={end}s speaker_{who} text={quoted}",
    "start={start}, end={end}, speaker={who}, text={said}",
    "[start={start} end={end}] speaker_{who}: {said}",
    'speaker="{who}" start={start} end={end} text={quoted}',
]


@pytest.mark.parametrize("line", LOGS)
@given(talks.map(lambda talk: [(f"A{len(who)}", said) for who, said in talk]))
@settings(max_examples=10)
def test_lines_of_pairs_come_back_exactly(line: str, talk: list[tuple[str, str]]) -> None:
    talk = [("A1", "Ice"), ("B2", "Why"), ("A1", "Salt"), ("B2", "Oh"), *talk, *talk]
    text = "\n".join(
        line.format(start=2.5 * n, end=2.5 * n + 2, who=who, said=said, quoted=f'"{said}"')
        for n, (who, said) in enumerate(talk)
    )

    transcript = parse(text)

    assert transcript.report.format == "log"
    assert [(turn.speaker.removeprefix("speaker_"), turn.text) for turn in transcript.turns] == as_turns(talk)
    assert [turn.start for turn in transcript.turns][:3] == [0, 2.5, 5]


def test_a_log_of_who_speaks_when_is_refused() -> None:
    with pytest.raises(BadContent, match="no words"):
        parse("start=0.2s stop=1.5s speaker_SPEAKER_00\nstart=1.8s stop=3.9s speaker_SPEAKER_01")


def test_equations_are_no_log() -> None:
    assert parse("x = 5 and so on\ny = 6 then").report.format == "text"


def test_a_list_of_points_above_a_talk_names_nobody() -> None:
    points = "Introduction: what we do\nBudget: where it goes\nQuestions: at the end"
    transcript = parse(f"{points}\n\nAnn Vale: Welcome.\nBo Moor: Thanks.\nAnn Vale: We begin.")

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        (NOBODY, points.replace("\n", " ")),
        ("Ann Vale", "Welcome."),
        ("Bo Moor", "Thanks."),
        ("Ann Vale", "We begin."),
    ]
    assert any("read as speech: Introduction" in each for each in transcript.report.warnings)


def test_a_talk_that_is_quoted_as_a_whole() -> None:
    assert turns("> **Ida:** Ice\n>\n> > so\n> **Bo:** Why: now?\n> **Ida:** Oh") == [
        ("Ida", "Ice > so"),
        ("Bo", "Why: now?"),
        ("Ida", "Oh"),
    ]
