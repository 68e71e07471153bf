"""Tables without a header: the columns are told from their cells, or the file stays a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import as_turns, clock, speech

ANN, BOB = "Ann Lee", "Bob"
TALK = [(ANN, "Good morning, all of you"), (BOB, "Ice: none"), (ANN, 'At 10:30; "sure"?'), (BOB, "Yes")]


def rows(order: str) -> list[list[str]]:
    """The talk in columns: n(umber), s(tart), e(nd), w(ho), t(ext), c(onfidence), l(anguage), i(d)."""
    return [
        [
            {
                "n": str(n + 1),
                "s": str(2.5 * n),
                "e": str(2.5 * n + 2),
                "w": who,
                "t": said,
                "c": "0.9",
                "l": "en",
                "i": f"u{len(who)}",
            }[column]
            for column in order
        ]
        for n, (who, said) in enumerate(TALK)
    ]


def written(table: Sequence[Sequence[str]], delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return held.getvalue()


@pytest.mark.parametrize("order", ["swt", "sewt", "wset", "nwset", "wst", "wt", "tw", "setwc", "nlwset", "iwst", "lwt", "tswe"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_are_told_from_their_cells(order: str, delimiter: str) -> None:
    transcript = parse(written(rows(order), delimiter))

    assert transcript.report.format == ("tsv" if delimiter == "\t" else "csv")
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == TALK
    assert [turn.start for turn in transcript.turns] == [2.5 * n if "s" in order else None for n in range(4)]
    assert [turn.end for turn in transcript.turns] == [2.5 * n + 2 if "e" in order else None for n in range(4)]


@given(
    st.lists(st.tuples(st.sampled_from(["Nora Vale", "Tunde Okoye", "SPEAKER_00", "Ida"]), speech), min_size=1, max_size=8),
    st.sampled_from(",;|"),
)
@settings(max_examples=25)
def test_a_quoted_table_with_times_comes_back_exactly(talk: list[tuple[str, str]], delimiter: str) -> None:
    talk = [(ANN, "we begin now, at last, with what there is to say"), *talk, (ANN, "and we end it here, as ever")]
    table = [[clock(2 * n), clock(2 * n + 1), who, said] for n, (who, said) in enumerate(talk)]

    transcript = parse(written(table, delimiter, csv.QUOTE_ALL))

    assert transcript.report.format == "csv"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)


def test_a_text_that_nobody_quoted_keeps_its_commas() -> None:
    turns = parse("0:01,Ann,Well, all of you\n0:03,Bob,Yes\n0:09,Ann,Fine, good\n").turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Well, all of you"), ("Bob", "Yes"), ("Ann", "Fine, good")]


def test_columns_that_hold_no_speech_are_counted() -> None:
    assert parse(written(rows("nwsetc"), ",")).report.left_out == {"columns without speech": 2}


@pytest.mark.parametrize(
    "text",
    [
        "Well, yes we do\nWell, no we do not\nNow, maybe it is\nNow, we go",
        "We bought milk, eggs, and bread\nThey sold hay, straw, and oats\nWe all came home, tired, and slept",
        "first a, then b, says Ann\nfirst b, then c, says Bob\nfirst c, then d, says Ann",
        "Note,this is so\nNote,that is not\nNote,we shall see",
        "0:01,Ann,Hello there,in the big hall\n0:02,Bob,Yes,in the small hall\n0:03,Ann,Go on,in the big hall",
    ],
)
def test_a_text_with_commas_and_a_table_with_other_words_stay_text(text: str) -> None:
    transcript = parse(text)

    assert transcript.report.format == "text"


def test_a_row_that_does_not_fit_is_refused_with_its_line() -> None:
    table = written(rows("wset") * 20, ",") + "Ann,0.0\n"

    with pytest.raises(BadContent, match=r"line 81, column 1 cannot be read: its rows have 4 columns"):
        parse(table)
