"""Labels that stand on several lines, and labels of records and pages, are read with all their words."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

LAYOUTS: dict[str, tuple[str, Said]] = {
    "a role below a name": (
        "Ida Moor\nChair, Harbour Board\nWe begin. Note: salt.\n\nBo Vale\nMember for Leeds\nWhy now?\n\n"
        "Ida Moor\nChair, Harbour Board\nBecause.",
        [
            ("Ida Moor (Chair, Harbour Board)", "We begin. Note: salt.", None),
            ("Bo Vale (Member for Leeds)", "Why now?", None),
            ("Ida Moor (Chair, Harbour Board)", "Because.", None),
        ],
    ),
    "a label over two lines": (
        "The Secretary of State for the Environment, Food\nand Rural Affairs (Ida Moor): We act.\n"
        "Mr Vale: Thanks.\nThe Secretary of State for the Environment, Food\n"
        "and Rural Affairs (Ida Moor): Yes: now.\nMr Vale: No.",
        [
            ("The Secretary of State for the Environment, Food and Rural Affairs (Ida Moor)", "We act.", None),
            ("Mr Vale", "Thanks.", None),
            ("The Secretary of State for the Environment, Food and Rural Affairs (Ida Moor)", "Yes: now.", None),
            ("Mr Vale", "No.", None),
        ],
    ),
    "an office cut by a hyphen": (
        "Dr. Ida Moor, Parl. Staatssekretärin bei der Bundes-\n"
        "ministerin für Bildung und Forschung:\nHerr Präsident! Danke.\n\nVizepräsident Bo Vale:\n"
        "Vielen Dank: weiter.\n\nDr. Ida Moor, Parl. Staatssekretärin bei der Bundes-\n"
        "ministerin für Bildung und Forschung:\nGern.\n\nVizepräsident Bo Vale:\nBitte.",
        [
            (
                "Dr. Ida Moor, Parl. Staatssekretärin bei der Bundesministerin für Bildung und Forschung",
                "Herr Präsident! Danke.",
                None,
            ),
            ("Vizepräsident Bo Vale", "Vielen Dank: weiter.", None),
            ("Dr. Ida Moor, Parl. Staatssekretärin bei der Bundesministerin für Bildung und Forschung", "Gern.", None),
            ("Vizepräsident Bo Vale", "Bitte.", None),
        ],
    ),
    "a constituency in brackets below a name": (
        "Ida Moor\n(Leeds) (Lab)\nI ask: why?\n\nBo Vale\n(Hull) (Con)\nBecause.\n\nIda Moor\n(Leeds) (Lab)\nThanks.",
        [
            ("Ida Moor (Leeds) (Lab)", "I ask: why?", None),
            ("Bo Vale (Hull) (Con)", "Because.", None),
            ("Ida Moor (Leeds) (Lab)", "Thanks.", None),
        ],
    ),
    "buttons of a page": (
        "Ida Moor\nShare this specific contribution\nI ask: why?\n\nBo Vale\n"
        "Share this specific contribution\nBecause.\n\nIda Moor\nShare this specific contribution\nThanks.",
        [
            ("Ida Moor", "I ask: why?", None),
            ("Bo Vale", "Because.", None),
            ("Ida Moor", "Thanks.", None),
        ],
    ),
    "the colon on the next line": (
        "Ida Moor\n: Ice.\nBo Vale\n: No: snow.\nIda Moor\n: Yes.",
        [
            ("Ida Moor", "Ice.", None),
            ("Bo Vale", "No: snow.", None),
            ("Ida Moor", "Yes.", None),
        ],
    ),
    "a role, a date and a time below a name": (
        "Ida Moor\nLabour, Leeds\n10:02 am, 4 March 2024\nI ask: why?\n\nBo Vale\nConservative, Hull\n"
        "10:03 am, 4 March 2024\nBecause.\n\nIda Moor\nLabour, Leeds\n10:05 am, 4 March 2024\nThanks.",
        [
            ("Ida Moor (Labour, Leeds)", "I ask: why?", 36120.0),
            ("Bo Vale (Conservative, Hull)", "Because.", 36180.0),
            ("Ida Moor (Labour, Leeds)", "Thanks.", 36300.0),
        ],
    ),
    "roles, one name without": (
        "Ida Moor\nChief Executive Officer\nThanks, all. Ice.\n\nBo Vale\nAnalyst, Salt Bank\nWhy now?\n\n"
        "Una Hook\nAnalyst, Pier Bank\nWhere: here?\n\nIda Moor\nChief Executive Officer\nBecause.\n\n"
        "Operator\nNext question.\n\nBo Vale\nAnalyst, Salt Bank\nOk.",
        [
            ("Ida Moor (Chief Executive Officer)", "Thanks, all. Ice.", None),
            ("Bo Vale (Analyst, Salt Bank)", "Why now?", None),
            ("Una Hook (Analyst, Pier Bank)", "Where: here?", None),
            ("Ida Moor (Chief Executive Officer)", "Because.", None),
            ("Operator", "Next question.", None),
            ("Bo Vale (Analyst, Salt Bank)", "Ok.", None),
        ],
    ),
    "says and a colon": (
        "Ida Moor says: Ice: none.\nBo Vale says: At 10:30?\nIda Moor says: Yes.",
        [
            ("Ida Moor", "Ice: none.", None),
            ("Bo Vale", "At 10:30?", None),
            ("Ida Moor", "Yes.", None),
        ],
    ),
    "says and a time": (
        "Ida says (10:02):\nIce: none.\nBo says (10:03):\nAt 10:30?\nIda says (10:04):\nYes.",
        [
            ("Ida", "Ice: none.", 602.0),
            ("Bo", "At 10:30?", 603.0),
            ("Ida", "Yes.", 604.0),
        ],
    ),
    "announcements of a page": (
        "Ida Moor sent the following message at 10:02 AM\nView Ida’s profile\nIda Moor   10:02 AM\n"
        "Ice: none.\nBo Vale sent the following message at 10:03 AM\nView Bo’s profile\n"
        "Bo Vale   10:03 AM\nOk",
        [
            ("Ida Moor", "Ice: none.", 36120.0),
            ("Bo Vale", "Ok", 36180.0),
        ],
    ),
}

LABELS: dict[str, tuple[str, Said]] = {
    "titles without a blank, or with another sign, of a scanned record": (
        "MR. SPEAKER: Order!\nMR.VALE: Sir, the ice.\nMR. SPEAKER: Next.\nDR; MOOR: I see.\nMR..OKOYE: No.\n"
        "MR: LEE: I beg to reply: soon.\nMR. SPEAKER: Next.\nMRS. A. B. NOOR: Why?\nMRS. A. B. NOOR: When?\n"
        "We heard it.\nThey heard it.\nAnd it was so.\n" * 3,
        [
            ("MR. SPEAKER", "Order!", None),
            ("MR.VALE", "Sir, the ice.", None),
            ("MR. SPEAKER", "Next.", None),
            ("DR; MOOR", "I see.", None),
            ("MR..OKOYE", "No.", None),
            ("MR: LEE", "I beg to reply: soon.", None),
            ("MR. SPEAKER", "Next.", None),
            ("MRS. A. B. NOOR", "Why?", None),
            ("MRS. A. B. NOOR", "When? We heard it. They heard it. And it was so.", None),
        ]
        * 3,
    ),
    "long offices, and slips of print before a name in brackets": (
        "MR. SPEAKER: Order!\n"
        "THE ASSISTANT MINISTER FOR FOREIGN AFFAIRS AND INTERNATIONAL CO-OPERATION (Mr. Vale): Ice.\n"
        "THE MINISTER. FOR SALT; (Mr. Moor.): Salt.\nTHE CHAIRMAN (Mr: Lee): Next.\n"
        "THE MINISTER FOR WORKS (Mr. Okoye: Sir.\nMR. SPEAKER: Next.",
        [
            ("MR. SPEAKER", "Order!", None),
            ("THE ASSISTANT MINISTER FOR FOREIGN AFFAIRS AND INTERNATIONAL CO-OPERATION (Mr. Vale)", "Ice.", None),
            ("THE MINISTER. FOR SALT; (Mr. Moor.)", "Salt.", None),
            ("THE CHAIRMAN (Mr: Lee)", "Next.", None),
            ("THE MINISTER FOR WORKS (Mr. Okoye", "Sir.", None),
            ("MR. SPEAKER", "Next.", None),
        ],
    ),
    "who goes on to speak on the next page": (
        "MR. VALE: The ice\nMR. VALE (ctd.): is thin.\nMR. MOOR: Yes.\nMR. MOOR (Contd.): And cold.\nMR. VALE: No.",
        [
            ("MR. VALE", "The ice", None),
            ("MR. VALE", "is thin.", None),
            ("MR. MOOR", "Yes.", None),
            ("MR. MOOR", "And cold.", None),
            ("MR. VALE", "No.", None),
        ],
    ),
    "items in brackets, and a surname alone": (
        "Mr. Vale: I ask whether\n(a) the ice is thin;\n(b) the salt is dear; and\n(c) we wait.\n"
        "The Minister (Mr. Moor): I reply.\n(a) Yes.\n(b) No.\n(c) Yes.\nMr. Vale: And then?\n"
        "(a) in March?\n(b) in May?\nMoor: In May.\nMr. Vale: Thanks.\nThe Minister (Mr. Moor): Sir.",
        [
            ("Mr. Vale", "I ask whether (a) the ice is thin; (b) the salt is dear; and (c) we wait.", None),
            ("The Minister (Mr. Moor)", "I reply. (a) Yes. (b) No. (c) Yes.", None),
            ("Mr. Vale", "And then? (a) in March? (b) in May?", None),
            ("Moor", "In May.", None),
            ("Mr. Vale", "Thanks.", None),
            ("The Minister (Mr. Moor)", "Sir.", None),
        ],
    ),
    "the end of a sentence over lines, with a colon": (
        "Hon. Speaker: Order.\nHon. Ida Moor (Leeds): Hon. Speaker, I beg to give notice of the following\nMotion:\n"
        "THAT, we wait.\nHon. Speaker: Next.\nHon. Bo Vale (Hull): Hon. Speaker, I beg to give notice of the following\n"
        "Motion:\nTHAT, we go.\nHon. Speaker: Next.",
        [
            ("Hon. Speaker", "Order.", None),
            ("Hon. Ida Moor (Leeds)", "Hon. Speaker, I beg to give notice of the following Motion: THAT, we wait.", None),
            ("Hon. Speaker", "Next.", None),
            ("Hon. Bo Vale (Hull)", "Hon. Speaker, I beg to give notice of the following Motion: THAT, we go.", None),
            ("Hon. Speaker", "Next.", None),
        ],
    ),
    "the bearer of an office in the line below": (
        "Mr. Speaker: Order.\nThe Minister for Lands, Housing and Public Works\n(Mr. Vale): Sir, I reply: soon.\n"
        "Mr. Moor: When?\nMr. Speaker: Next.",
        [
            ("Mr. Speaker", "Order.", None),
            ("The Minister for Lands, Housing and Public Works (Mr. Vale)", "Sir, I reply: soon.", None),
            ("Mr. Moor", "When?", None),
            ("Mr. Speaker", "Next.", None),
        ],
    ),
    "the Sejm": (
        "Marszałek:\nOtwieram posiedzenie: dziś.\n\nPoseł Ida Moor:\n"
        "Panie Marszałku! Lód.\n\nMarszałek:\nDziękuję.\n\n"
        "Sekretarz Stanu w Ministerstwie Soli Bo Vale:\nTak.",
        [
            ("Marszałek", "Otwieram posiedzenie: dziś.", None),
            ("Poseł Ida Moor", "Panie Marszałku! Lód.", None),
            ("Marszałek", "Dziękuję.", None),
            ("Sekretarz Stanu w Ministerstwie Soli Bo Vale", "Tak.", None),
        ],
    ),
    "the Congress": (
        "  Mr. VALE. Mr. Speaker, I rise: now.\n  The SPEAKER pro tempore. The gentleman is recognized.\n"
        "  Ms. MOOR of Ohio. I object.\n  The SPEAKER pro tempore. Without objection.",
        [
            ("Mr. VALE", "Mr. Speaker, I rise: now.", None),
            ("The SPEAKER pro tempore", "The gentleman is recognized.", None),
            ("Ms. MOOR of Ohio", "I object.", None),
            ("The SPEAKER pro tempore", "Without objection.", None),
        ],
    ),
    "a chair in small letters": (
        "De heer Vale (X):\nIJs: nee.\n\nDe voorzitter:\nDank.\n\nDe heer Van der Moor (Y):\nJa.",
        [
            ("De heer Vale (X)", "IJs: nee.", None),
            ("De voorzitter", "Dank.", None),
            ("De heer Van der Moor (Y)", "Ja.", None),
        ],
    ),
    "an office seen once": (
        "Předseda PSP Bo Vale: Zahajuji: dnes.\n\nPoslankyně Ida Moor: Děkuji.\n\n"
        "Předseda PSP Bo Vale: Prosím.\n\nMinistr soli ČR Jan Hook: Ano.",
        [
            ("Předseda PSP Bo Vale", "Zahajuji: dnes.", None),
            ("Poslankyně Ida Moor", "Děkuji.", None),
            ("Předseda PSP Bo Vale", "Prosím.", None),
            ("Ministr soli ČR Jan Hook", "Ano.", None),
        ],
    ),
    "an office in small letters seen once": (
        "ELNÖK: Megnyitom: ma.\n\nMOOR IDA (X): Köszönöm.\n\nELNÖK: Tessék.\n\nDR. VALE BO sóügyi miniszter: Igen.",
        [
            ("ELNÖK", "Megnyitom: ma.", None),
            ("MOOR IDA (X)", "Köszönöm.", None),
            ("ELNÖK", "Tessék.", None),
            ("DR. VALE BO sóügyi miniszter", "Igen.", None),
        ],
    ),
    "a scene of a play": (
        "INT. PIER - NIGHT\n\nIda stands.\n\n                    IDA\n          Ice: none.\n\n"
        "                    BO (V.O.)\n          At 10:30?\n\n                    IDA\n"
        "               (quietly)\n          Yes.\n\n                    BO\n          No.",
        [
            (UNKNOWN_SPEAKER, "INT. PIER - NIGHT Ida stands.", None),
            ("IDA", "Ice: none.", None),
            ("BO (V.O.)", "At 10:30?", None),
            ("IDA", "(quietly) Yes.", None),
            ("BO", "No.", None),
        ],
    ),
    "heads of pages": (
        "PIER BOARD                                   4 March 2024\n\nIda Moor: Ice: none and\n\n"
        "                                   3\n\n"
        "PIER BOARD                                   4 March 2024\n\nmore.\nBo Vale: Yes.\n\n"
        "                                   4\n\n"
        "PIER BOARD                                   4 March 2024\n\nIda Moor: No.\n\n"
        "                                   5",
        [
            ("Ida Moor", "Ice: none and more.", None),
            ("Bo Vale", "Yes.", None),
            ("Ida Moor", "No.", None),
        ],
    ),
}


@pytest.mark.parametrize("record", LAYOUTS)
def test_what_belongs_to_one_label_is_put_together(record: str) -> None:
    text, expected = LAYOUTS[record]

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == expected


@pytest.mark.parametrize("record", LABELS)
def test_a_label_of_a_record_names_its_speaker(record: str) -> None:
    text, expected = LABELS[record]

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ida\nOk\nwe go\n\nBo\nGreat idea\nthanks\n\nIda\nNo way\nstay\n\nBo\nOk then\nbye",
        "Ida Moor: Thanks to all of\nBo Vale: ok.\nIda Moor: Yes and\nmore of ice.\nBo Vale: No.",
        "Ida: She says: no.\nBo: He said: yes.\nIda: Ok.",
    ],
)
def test_lines_that_are_said_are_put_to_no_label(text: str) -> None:
    turns = parse(text).turns

    assert {turn.speaker for turn in turns} <= {"Ida", "Bo", "Ida Moor", "Bo Vale", UNKNOWN_SPEAKER}
    said = " ".join(f"{turn.speaker.removeprefix(UNKNOWN_SPEAKER)} {turn.text}" for turn in turns)
    assert sorted(said.replace(":", "").split()) == sorted(text.replace(":", "").split())


def test_words_that_stand_beside_the_numbers_of_pages_by_chance_are_said() -> None:
    turns = parse("Nora: hi\n1\nTunde: why?\n- 2 -\nNora: ice\n3\nTunde: why?\n4\nNora: no").turns

    assert [turn.text for turn in turns] == ["hi", "why?", "ice", "why?", "no"]


@pytest.mark.parametrize(
    "text",
    [
        "Ida\n:) Ice\nBo\n:( No\nIda\n:) Yes",
        "The ice is thin\nand rural folk (all): go\n\nThe ice is thick\nWe stay\n\nThe ice is thin\nand rural folk (all): go",
        "x > y holds\ny > z holds\nx > z then",
        "10:02, 04/03/2024 - the ice came\n10:03, 04/03/2024 - the ice went",
    ],
)
def test_what_only_resembles_a_layout_is_said_as_it_stands(text: str) -> None:
    (turn,) = parse(text).turns

    assert (turn.speaker, turn.text) == (UNKNOWN_SPEAKER, " ".join(text.split()))


def test_a_duration_that_is_said_stays_in_words() -> None:
    turns = parse("Ida: How long?\nBo Vale 3 seconds\nIda: And?\nBo Vale 5 minutes\nIda: ok").turns

    assert [turn.text for turn in turns] == ["How long? Bo Vale 3 seconds", "And? Bo Vale 5 minutes", "ok"]
