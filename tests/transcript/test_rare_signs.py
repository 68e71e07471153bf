"""Signs that hardly any file has around or behind names, and what a log puts before them, are known on nearly all lines."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse
from app.transcript.text import read_text
from tests.growth import MOST, growth

TALK = [("Ida", "Ice: salt."), ("Bo Vale", "Yes; Rain."), ("Ida", "So it is."), ("Bo Vale", "Good.")]
SIGNS = {
    "guillemets": "«{}» {}",
    "single guillemets": "‹{}› {}",
    "bars": "|{}| {}",
    "quotation marks": '"{}" {}',
    "German quotation marks": "„{}“ {}",
    "brackets of titles": "《{}》{}",
    "stars": "*{}* {}",
    "a dash without blanks": "{}—{}",
    "a short dash without blanks": "{}–{}",
    "a dash with one blank": "{}— {}",
    "a hyphen with one blank": "{}- {}",
    "a guillemet behind": "{} » {}",
    "a level": "INFO {}: {}",
    "a level in brackets": "[WARN] {}: {}",
    "a level and a program": "2024-01-02 10:00:00,123 - asr.live - INFO - {}: {}",
    "a level between colons": "INFO:root:{}: {}",
    "a time and a level": "2024-01-02T10:00:00.123Z [info] {}: {}",
    "a program with its number": "Jan  2 10:00:00 host asr[12]: {}: {}",
    "a nick and a tab": "<{}>\t{}",
    "a wide blank": "◆{}\u3000{}",
}
PROSE = {
    "what was said in quotation marks": "«Bonjour» dit Anne.\n«Salut» dit Bo.\n«Bonjour» dit Anne.\n«Salut» dit Bo.",
    "whom a message is for": "@Ida look, please.\n@Bo call them.\n@Ida thanks.\n@Bo see above.",
    "an index": "Pier; see Lamps.\nLamps; see Boats.\nPier; history of.\nLamps; cost of.",
    "remarks between dashes": "Lamps—they are old.\nBoats—they are new.\nLamps—they need paint.\nBoats—they float.",
    "a table of Markdown": "|Ida|Leeds|\n|Bo|York|\n|Ida|Hull|\n|Bo|Bath|",
    "emphasis": "*Note* the pier.\n*Remember* it.\n*Note* the lamps.\n*Remember* them.",
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_rare_sign_on_nearly_all_lines_parts_names_from_words(sign: str) -> None:
    names = ["Ida", "Bo" if "nick" in sign or "wide" in sign else "Bo Vale"]
    talk = [(names[number % 2], said) for number, (_, said) in enumerate(TALK)]
    transcript = parse("\n".join(SIGNS[sign].format(who, said) for who, said in talk))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == talk


@pytest.mark.parametrize("prose", PROSE)
def test_other_lines_with_such_signs_name_nobody(prose: str) -> None:
    assert not parse(PROSE[prose]).speakers


def test_what_a_log_puts_before_labels_is_counted_and_times_are_kept() -> None:
    transcript = parse("\n".join(f"2024-01-02 10:00:0{number} INFO {who}: {said}" for number, (who, said) in enumerate(TALK)))

    assert [turn.start for turn in transcript.turns] == [36000.0, 36001.0, 36002.0, 36003.0]
    assert transcript.report.left_out == {"levels and names in a log": 4}


def test_names_alone_without_blank_lines_begin_turns_if_sentences_end_below_them() -> None:
    text = "Ida\nIce.\nBo\nYes.\nIs it?\nIda\nSo.\nBo\nGood."
    poem = "Ice\nsalt and rain\nTar\nfog and mud\nIce\nwind and rope\nTar\npier and boat"

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [
        ("Ida", "Ice."),
        ("Bo", "Yes. Is it?"),
        ("Ida", "So."),
        ("Bo", "Good."),
    ]
    assert not parse(poem).speakers


@pytest.mark.parametrize("time", ["[00.0{}]", "(00.0{})", "00.0{} Uhr"])
def test_clocks_with_full_stops_are_times(time: str) -> None:
    transcript = parse("\n".join(f"{time.format(number)} {who}: {said}" for number, (who, said) in enumerate(TALK)))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == TALK
    assert all(turn.start is not None for turn in transcript.turns)


def test_names_in_a_column_of_their_own_begin_turns() -> None:
    text = "Ida         Ice and salt,\n            and rain.\nBo Vale     Yes.\nIda         So.\nBo Vale     Good."
    list_of_things = "Milk     Two.\nBread    One.\nEggs     Six.\nSalt     None."

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [
        ("Ida", "Ice and salt, and rain."),
        ("Bo Vale", "Yes."),
        ("Ida", "So."),
        ("Bo Vale", "Good."),
    ]
    assert not parse(list_of_things).speakers


def test_a_chat_in_which_somebody_in_small_letters_writes_once_gives_the_words_to_nobody_else() -> None:
    transcript = parse("[10:00:01] ida: ice\n[10:00:05] bo: yes\n[10:00:09] ida: so\n[10:00:10] * bo waves")

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("ida", "ice"),
        ("bo", "yes"),
        ("ida", "so"),
        (UNKNOWN_SPEAKER, "* bo waves"),
    ]


def test_a_label_in_small_letters_that_is_read_as_speech_is_told() -> None:
    transcript = parse("ida: ice\nand more\nof it\nbo: yes\nida: so\nit goes\nida: on")

    assert "1 label is seen once and read as speech: bo" in transcript.report.warnings


@pytest.mark.parametrize(
    "text",
    [
        "1. Pier\nWe spoke.\nDecision: open it.\nAction: Ida calls.\n2. Lamps\nWe spoke.\nDecision: buy.\nAction: Bo pays.",
        "Name: Ida Moor\nAddress: 1 Pier\nPhone: 01\nName: Bo Vale\nAddress: 2 Pier\nPhone: 02",
        "[Verse 1]\nThe rain fell\n[Chorus]\nOh pier\n[Verse 2]\nThe fog came\n[Chorus]\nOh pier",
        "# Pier\n## History\nIt is old.\n## Today\nIt is closed.",
        "1. Pier: repair\n2. Lamps: replace\n3. Boats: paint",
    ],
    ids=["points", "fields", "verses", "chapters", "a list"],
)
def test_what_heads_points_and_chapters_is_nobody(text: str) -> None:
    assert not parse(text).speakers


@pytest.mark.parametrize(
    "line", ["«Ida» Ice\n", "Ida—Ice\n", "Ida   Ice\n", "INFO asr: Ida: Ice\n", "[00.01] Ida: Ice\n", "«", "Ida  ", "a - INFO"]
)
def test_looking_for_rare_signs_takes_time_that_grows_as_the_text_does(line: str) -> None:
    assert growth(read_text, lambda size: line * (size // len(line)), 10_000, floor=1e-4) < MOST
