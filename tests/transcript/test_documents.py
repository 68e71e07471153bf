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
