"""Times in signs that hardly any file has, and chats copied with the day of the week."""

from __future__ import annotations

from app.transcript import parse

SAID = [("森", "はい。", 1.0), ("田中", "いつ？", 4.0), ("森", "月曜。", 6.0)]


def test_wide_brackets_and_wide_colons_around_times_are_read() -> None:
    for pattern in ("［00：0{time:.0f}］{name}：{text}", "（00：0{time:.0f}）{name}：{text}", "00：0{time:.0f} {name}：{text}"):
        text = "\n".join(pattern.format(name=name, text=text, time=time) for name, text, time in SAID)
        assert [(turn.speaker, turn.text, turn.start) for turn in parse(text).turns] == SAID, pattern


def test_start_and_end_in_seconds_before_speaker_and_words_are_times() -> None:
    rows = [(0.0, 4.2, "SPEAKER_00", "Closed."), (4.5, 6.0, "SPEAKER_01", "When?"), (6.2, 8.0, "SPEAKER_00", "Monday.")]
    turns = parse("\n".join(f"{start:.2f} {end:.2f} {name} {text}" for start, end, name, text in rows)).turns

    assert [(turn.start, turn.end, turn.speaker, turn.text) for turn in turns] == rows


def test_numbers_before_words_that_do_not_rise_stay() -> None:
    text = "0.90 1.20 Pier sections\n0.50 1.90 Gate posts\n0.70 2.00 Lamp oil\n"

    assert " ".join(turn.text for turn in parse(text).turns) == " ".join(text.split())


def test_a_chat_copied_from_a_page_has_dashes_between_small_names_and_days() -> None:
    text = "".join(f"{name}\n — \nToday at 9:0{n} AM\n{said}\n" for n, (name, said) in enumerate(CHAT))

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == CHAT


def test_days_of_the_week_below_messages_name_nobody() -> None:
    named = [("Nora Vale", "Closed."), ("Tunde Okoye", "When?"), ("Nora Vale", "Monday.")]
    text = "".join(f"{name}\n{said}\nThu 9:0{n} AM\n" for n, (name, said) in enumerate(named))

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == named


def test_what_a_program_says_of_its_log_is_left_out() -> None:
    lines = [f"09:0{n} < {name}> {said}" for n, (name, said) in enumerate(CHAT)]
    opened, changed, closed = "opened Thu May 02 09:00:00 2024", "changed Fri May 03 2024", "closed Fri May 03 10:00:00 2024"
    behind = [f"--- Day {changed}", "00:01 < nora> bye", f"--- Log {closed}"]
    transcript = parse("\n".join([f"--- Log {opened}", *lines, *behind]))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [*CHAT, ("nora", "bye")]
    assert sum(transcript.report.left_out.values()) == 3


CHAT = [("nora", "the pier is closed"), ("tunde", "since when"), ("nora", "monday"), ("tunde", "i see")]
