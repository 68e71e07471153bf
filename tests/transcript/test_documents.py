"""Long documents with colons at the ends of words, in which nobody speaks: programs, articles, notes, forms."""

from __future__ import annotations

import pytest

from app.transcript import parse

PROSE = "The quay was empty when the ship came in. Nobody had told the office, and the ropes lay where they were."
PROGRAM = """def load(path: str) -> dict:
    try:
        with open(path) as file:
            return read(file)
    except OSError:
        raise
    else:
        close()
"""
DOCUMENTS = {
    "program": PROGRAM * 20,
    "style sheet": "".join(f".a{n} {{\n  color: red;\n  margin: 0 {n}px;\n  display: flex;\n}}\n\n" for n in range(30)),
    "script": "".join(
        f"const a{n} = {{\n  name: 'x',\n  port: {n},\n}};\nswitch (x) {{\n  default: break;\n}}\n" for n in range(30)
    ),
    "minutes": f"{PROSE}\nAction: Nora to ask the office\nDecision: We wait.\nDeadline: 5 March\n\n" * 12,
    "diary": "".join(f"Monday, {n} March\n{PROSE}\nWeather: rain, later sun\nMood: good, all in all\n\n" for n in range(1, 20)),
    "changelog": "".join(
        f"## 1.{n}\n\n- Fix: the gate\n- feat(ui): a door\n- docs: say so\n- Fix: the lock\n\n" for n in range(12)
    ),
    "to do": "- [ ] Call: the office\n- [x] Buy: two ropes\n- [ ] Call: the yard\n- [x] Buy: some ice\n" * 5,
    "settings": f"{PROSE}\n\nservices:\n  web:\n    ports:\n      - 80\n{PROSE}\n{PROSE}\n{PROSE}\n{PROSE}\n{PROSE}\n" * 10,
    "news": f"{PROSE}\n\nVale told reporters: “The quay is closed.”\n\n{PROSE}\n\nRead more: the ships\nPhoto: Harbour Office\n"
    * 10,
    "mails": f"Hi Bo,\n\n{PROSE}\n\nA few points:\n1) The quay\n\nBest,\nNora\nPhone: 555 12 and 13\nWeb: harbour.example\n\n"
    * 9,
    "changes of a package": "".join(
        f"quay (1.{n}-2) unstable; urgency=medium\n\n  [ Nora Vale ]\n  * {PROSE}\n\n  [ Tunde Okoye ]\n  * {PROSE}\n\n"
        f" -- Nora Vale <nora@quay.example>  Mon, 02 Mar 2026 10:0{n}:00 +0100\n\n"
        for n in range(9)
    ),
    "changes of files": "2026-03-02  Nora Vale\n\n\t* quay 1.2 released.\n\n"
    + "2026-03-02  Nora Vale  <nora@quay.example>\n\n\t* src/quay.c (moor): Wait for the ropes.\n\t(leave): Likewise.\n"
    "\t* Makefile.in: Regenerate.\n\t(moor): Fix.\n\n" * 9,
    "days of releases": "".join(f"{day}, 2026: {PROSE}\n" * 2 for day in ("Mar 02", "Apr 11", "May 21")),
    "headings": "".join(f"## {part} Ropes\n{PROSE}\n\n" for part in ["List", "Add", "Tie", "Cut", "Dry", "Buy"])
    + f"## Quay Rules\n{PROSE}\n\n" * 2,
    "comments of a page": f"{PROSE}\n<!-- quay:start -->\n{PROSE}\n<!-- quay:end -->\n" * 9,
    "syntax": f"[, ...] ON quay\n{PROSE}\n[, ...] TO nora\n{PROSE}\n" * 9,
    "shortcodes": f"{{{{< quay >}}}}\n{PROSE}\n{{{{< /quay >}}}}\n{PROSE}\n" * 9,
    "heads of releases": f"New Features:\n{PROSE}\n{PROSE}\nBug Fixes:\n{PROSE}\nTests:\n{PROSE}\n" * 9,
    "failures": f"{PROSE}\nTraceback (most recent call last):\n{PROSE}\nValueError: {PROSE}\n" * 9,
    "article": "".join(
        f"## Step {n}: the plan\n\n{PROSE}\n\n- **Cost**: {PROSE}\n- **Speed**: high\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}\n\n"
        for n in range(9)
    ),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_nobody_speaks_in_a_document(kind: str) -> None:
    assert not parse(DOCUMENTS[kind]).speakers


def test_people_speak_beside_points_of_a_document() -> None:
    text = f"Nora Vale: {PROSE}\nTunde Okoye: {PROSE}\nAction: Nora to ask.\n" * 4

    assert parse(text).speakers["Nora Vale"] == parse(text).speakers["Tunde Okoye"] == 4


def test_sounds_in_braces_end_no_lines_of_a_program() -> None:
    text = "Nora: {vocalsound}\nTunde: We begin. {disfmarker}\n" * 15

    assert parse(text).speakers == {"Nora": 15, "Tunde": 15}


def test_patients_and_doctors_speak() -> None:
    text = "Doctor: How are you?\nPatient: Better, thanks.\nDoctor: And the knee?\nPatient: It hurts.\n"

    assert parse(text).speakers == {"Doctor": 2, "Patient": 2}


def test_points_with_names_go_on_in_lines_below() -> None:
    turn = "We start with the first point of the agenda\n  which is quite long and goes on for\n  three lines or so.\n"
    text = "".join(f"- {name}: {turn}" for name in ("Ann", "Bob", "Ann", "Cara", "Bob", "Ann"))

    assert parse(text).speakers == {"Ann": 3, "Bob": 2, "Cara": 1}


def test_people_in_small_letters_speak_in_lines_that_go_on_below() -> None:
    turn = "well i think that we should start\nand go on with that\nand then more\nand more words\n"
    text = "".join(f"{name}: {turn}" for name in ("ann", "bob", "ann", "bob", "ann", "ann"))

    assert set(parse(text).speakers) == {"ann", "bob"}


def test_people_may_dictate_a_program() -> None:
    text = "Ann: and it ends with }\nBob: then it says if (a) {\n" * 12

    assert parse(text).speakers == {"Ann": 12, "Bob": 12}


def test_a_number_in_brackets_behind_a_name_is_no_program() -> None:
    text = "Speaker[1]: We begin with the budget.\nSpeaker[2]: It is short.\n" * 4

    assert set(parse(text).speakers) == {"Speaker[1]", "Speaker[2]"}


def test_people_speak_though_one_of_them_lists_files() -> None:
    listed = "Ann: Look.\n- main.c: broken\n- util.c: fine\n- main.h: gone\n- quay.py: new\nBo: I see.\nAnn: So?\nBo: Fix it."

    assert parse(listed).speakers == {"Ann": 2, "Bo": 2}


def test_people_speak_though_one_of_them_quotes_a_log_of_changes() -> None:
    quoted = "Ann: Look.\nquay (1.0-2) unstable; urgency=medium\nBo: I see.\nAnn: So?\nBo: Fix it."

    assert parse(quoted).speakers == {"Ann": 2, "Bo": 2}


def test_people_speak_below_headings_of_which_few_come_again() -> None:
    said = [
        ("Moderator", "Shall we begin?"),
        ("Ann Lee", "I have no time."),
        ("Bo Ray", "The barn is dear."),
        ("Cleo Dunn", "I agree."),
    ]
    said += [("Dan Fox", "It is too far for us."), ("Eve Hill", "Me too."), ("Moderator", "Thank you all.")]
    talk = "\n\n".join(f"## {name}\n\n{text}" for name, text in said)

    assert [(turn.speaker, turn.text) for turn in parse(talk).turns] == said


@pytest.mark.parametrize(
    ("names", "values"), [(("Gold", "Silver"), ("Up 2%", "1900.20")), (("North", "South"), ("light winds", "rain"))]
)
def test_nobody_speaks_in_prices_and_forecasts(names: tuple[str, ...], values: tuple[str, ...]) -> None:
    assert not parse("".join(f"{name}: {value}\n" for value in values * 2 for name in names)).speakers


def test_people_speak_below_the_head_of_a_log_of_changes_that_one_of_them_quotes() -> None:
    text = "quay (1.0-2) unstable; urgency=medium\n\nAnn: I found that line.\nBo: I see it.\nAnn: So?\nBo: Fix it.\nAnn: Well."

    assert parse(text).speakers == {"Ann": 3, "Bo": 2}


def test_a_name_in_brackets_may_end_with_dots() -> None:
    text = "[Ann...] Hello.\n[Bo] Hi.\n[Ann...] Snow?\n[Bo] Ice.\n"

    assert parse(text).speakers == {"Ann...": 2, "Bo": 2}
