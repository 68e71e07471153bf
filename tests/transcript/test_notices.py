"""What a program for meetings writes between the words of people is nobody's, and who spoke goes on behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

SAID = [("Ann", "Shall we begin?"), ("Bo", "The quay is closed."), ("Ann", "Good."), ("Carl", "I am late."), ("Bo", "Fine.")]
NOTICES = (
    "Carl Moor has joined the meeting",
    "Carl left the call",
    "Ann paused the recording",
    "Carl changed their name to Carl Moor",
    "Ann shared a file: quay.pdf",
    "Ann is sharing their screen",
    "Carl ist der Besprechung beigetreten",
    "Carl hat das Meeting verlassen",
    "Carl a rejoint la réunion",
    "Carl a quitté l'appel",
    "Carl se unió a la reunión",
    "Carl entrou na reunião",
    "Carl è entrato nella riunione",
    "Carl heeft de vergadering verlaten",
    "Carl dołączył do spotkania",
    "Карл присоединился к встрече",
    "卡尔加入了会议",
    "カールが参加しました",
    "칼님이 입장했습니다",
)
SHORT = ("Carl joined", "Carl left", "Carl a rejoint", "Карл вышел", "Recording stopped", "انضم كارل إلى الاجتماع")
FORMS = {
    "times before labels": ("[10:00:0{n}] {}: {}", "[10:00:02] {}"),
    "times and full stops": ("10:00:0{n} {}: {}", "10:00:02 {}."),
    "times": ("10:00:0{n} {}: {}", "10:00:02 {}"),
    "names above": ("{}  10:00:0{n}\n{}\n", "{}  10:00:02\n"),
    "times behind names": ("{} (10:00:0{n}): {}", "{} (10:00:02)"),
    "stars": ("{}: {}", "*{}*"),
    "brackets": ("{}: {}", "({})"),
    "arrows": ("{}: {}", "--> {}"),
}


def written(notice: str, form: str) -> list[tuple[str, str]]:
    spoken, told = FORMS[form]
    lines = [spoken.format(name, text, n=n) for n, (name, text) in enumerate(SAID)]
    lines.insert(3, told.format(notice))
    return [(turn.speaker, turn.text) for turn in parse("\n".join(lines)).turns]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("notice", [*NOTICES, *SHORT])
def test_what_a_program_tells_is_nobodys(notice: str, form: str) -> None:
    turns = written(notice, form)

    assert [each for each in turns if each[0] != UNKNOWN_SPEAKER] == SAID
    assert notice in next(text for speaker, text in turns if speaker == UNKNOWN_SPEAKER)


@pytest.mark.parametrize("change", [str.upper, str.title])
@pytest.mark.parametrize("notice", [each for each in NOTICES if ":" not in each])
def test_a_notice_may_have_letters_of_either_case(notice: str, change: Callable[[str], str]) -> None:
    turns = written(change(notice), "times before labels")

    assert [each for each in turns if each[0] != UNKNOWN_SPEAKER] == SAID


@pytest.mark.parametrize("notice", NOTICES)
def test_so_is_a_line_without_a_sign_if_it_tells_all(notice: str) -> None:
    lines = [f"{name}: {text}" for name, text in SAID]

    turns = parse("\n".join([*lines[:3], notice, *lines[3:]])).turns

    assert (UNKNOWN_SPEAKER, notice) in [(turn.speaker, turn.text) for turn in turns]


def test_what_comes_often_is_no_speaker() -> None:
    lines = [
        f"[10:00:0{n}] {name}: {text}\n[10:00:0{n}] Carl joined\n[10:00:0{n}] Carl left" for n, (name, text) in enumerate(SAID)
    ]

    assert parse("\n".join(lines)).speakers == {"Ann": 2, "Bo": 2, "Carl": 1}


def test_who_spoke_goes_on_behind_a_notice() -> None:
    text = "Ann: The quay is closed\n[10:00:12] Carl joined\nuntil May.\nBo: I see.\nAnn: Good."

    turns = parse(text).turns

    assert [(turn.speaker, turn.text) for turn in turns[:3]] == [
        ("Ann", "The quay is closed"),
        (UNKNOWN_SPEAKER, "Carl joined"),
        ("Ann", "until May."),
    ]
    assert turns[1].start == 36012


@pytest.mark.parametrize(
    "line",
    [
        "Carl left.",
        "> Salt left.",
        "- Salt left.",
        "[10:00:12] None left",
        "Carl left",
        "and Carl joined the meeting",
        "Everyone left the meeting and the quay was closed",
        "carl joined the meeting",
        "[10:00:12] She left",
        "Who has left the meeting?",
        "Recording stopped",
    ],
)
def test_a_line_of_speech_stays_with_its_speaker(line: str) -> None:
    turns = parse(f"Ann: We said\n{line}\nBo: I see.\nAnn: Good.").turns

    assert [turn.speaker for turn in turns] == ["Ann", "Bo", "Ann"]


@pytest.mark.parametrize(
    "pattern", ["[10:00:12] <{}> {}", "10:00 <{}> {}", "[10:00:12] [{}] {}", "<{}> {}", "**{}** {}", "{} - {}", "{} > {}"]
)
@pytest.mark.parametrize("words", ["Carl has left the meeting", "The boss has joined the group", "Tim joined as chair"])
def test_a_label_before_the_words_tells_that_somebody_says_them(pattern: str, words: str) -> None:
    lines = [pattern.format(name, text) for name, text in (*SAID, ("Ann", words), *SAID)]

    turns = parse("\n".join(lines)).turns

    assert UNKNOWN_SPEAKER not in [turn.speaker for turn in turns]


@pytest.mark.parametrize(
    "lines",
    [
        "[10:00:12] Britain left\n[10:00:13] the union",
        "[10:00:12] Marie est partie\n[10:00:13] hier",
        "Microsoft has joined the group\nof buyers, which is large.",
        "[10:00:12] Carl left\n\n[10:00:13] in a hurry.",
    ],
)
def test_a_sentence_that_goes_on_in_the_next_line_stays_with_its_speaker(lines: str) -> None:
    speakers = [turn.speaker for turn in parse(f"Ann: It is so.\n{lines}\nBo: I see.\nAnn: Good.").turns]

    assert speakers == ["Ann", "Bo", "Ann"]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "So Maria left",
            "Then Carl left",
            "Well Bo joined",
            "Half the team left",
            "Both joined",
            "Yesterday Carl left",
            "Since Bo left",
        ),
        *(
            "My boss left the meeting",
            "The dog left the room",
            "The Minister left",
            "A new column was added",
            "new people joined",
        ),
        *("The clause was removed by the committee", "Mi madre salió", "Der Chef ist gegangen"),
        *(
            "Он вышел",
            "Она ушла",
            "Она вышла",
            "先週は三人が参加しました",
            "我们加入了会议",
            "昨天他退出了会议",
            "三人が参加しました",
        ),
        *("Because Bo left the meeting", "Carl came. Bo left", "Ann > Bo left"),
    ],
)
def test_who_is_no_name_is_spoken_of(line: str) -> None:
    turns = parse(f"Ann: It is so.\n[10:00:12] {line}\nBo: I see.\nAnn: Good.").turns

    assert UNKNOWN_SPEAKER not in [turn.speaker for turn in turns]


@pytest.mark.parametrize(
    "notice", ["李明加入了会议", "今井さんが参加しました", "カール・シュミットが参加しました", "小明退出了群聊"]
)
def test_a_name_without_capitals_is_told_by_a_program(notice: str) -> None:
    turns = parse(f"Ann: It is so.\n{notice}\nBo: I see.\nAnn: Good.").turns

    assert [turn.speaker for turn in turns] == ["Ann", UNKNOWN_SPEAKER, "Bo", "Ann"]


def test_what_was_removed_is_told_by_a_program_only_with_a_sign() -> None:
    line = "Carl was removed by Ann"

    assert UNKNOWN_SPEAKER not in parse(f"Ann: It is so.\n{line}\nBo: I see.\nAnn: Good.").speakers
    assert UNKNOWN_SPEAKER in [turn.speaker for turn in parse(f"Ann: It is so.\n({line})\nBo: I see.\nAnn: Good.").turns]


@pytest.mark.parametrize(
    "name", ["Maria von der Leyen", "La Toya Jackson", "Carl (Guest)", "carl", "Guest 12", "iPhone von Carl"]
)
def test_names_of_all_kinds_are_told_by_a_program(name: str) -> None:
    turns = parse(f"Ann: It is so.\n[10:00:12] {name} left the meeting\nBo: I see.\nAnn: Good.").turns

    assert [turn.speaker for turn in turns] == ["Ann", UNKNOWN_SPEAKER, "Bo", "Ann"]
