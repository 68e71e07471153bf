"""Labels of one person in several forms become one if that is certain, and are told of if it is not."""

from __future__ import annotations

import pytest

from app.transcript import parse
from app.transcript.people import same_people


@pytest.mark.parametrize(
    ("labels", "stands_for", "doubtful"),
    [
        (("Angela Merkel", "Merkel, Angela"), {"Merkel, Angela": "Angela Merkel"}, ()),
        (
            ("Dr. Angela Merkel (CDU/CSU)", "Angela Merkel, Bundeskanzlerin"),
            {},
            (("Dr. Angela Merkel (CDU/CSU)", "Angela Merkel, Bundeskanzlerin"),),
        ),
        (("Dr. Merkel (CDU)", "Dr. Merkel, Bundeskanzlerin"), {}, (("Dr. Merkel (CDU)", "Dr. Merkel, Bundeskanzlerin"),)),
        (("Peter Ott (SPD)", "Peter Ott (FDP)"), {}, (("Peter Ott (SPD)", "Peter Ott (FDP)"),)),
        (("Bob Stone", "Dr. Bob Stone"), {"Dr. Bob Stone": "Bob Stone"}, ()),
        (("Thomas Martin", "Martin Thomas"), {}, (("Thomas Martin", "Martin Thomas"),)),
        (("Speaker 1", "Speaker 2", "Ann Berg", "Ann Stone"), {}, ()),
    ],
)
def test_the_labels_of_one_person(
    labels: tuple[str, ...], stands_for: dict[str, str], doubtful: tuple[tuple[str, ...], ...]
) -> None:
    assert same_people(labels) == (stands_for, doubtful)


def test_a_transcript_has_each_person_once_and_tells_of_doubts() -> None:
    said = [
        "Angela Merkel : Guten Tag.",
        "Dr. Ott (SPD) : Guten Tag.",
        "Merkel, Angela : Wir beginnen.",
        "Dr. Ott, Minister : Gern.",
    ]

    read = parse("\n".join(said))

    assert dict(read.speakers) == {"Angela Merkel": 2, "Dr. Ott (SPD)": 1, "Dr. Ott, Minister": 1}
    assert "labels that may be one person are kept apart: Dr. Ott (SPD) / Dr. Ott, Minister" in read.report.warnings


@pytest.mark.parametrize(
    "labels", [("John Moor", "John Moor Jr."), ("John Moor Sr.", "John Moor Jr."), ("M. Claude Moor", "Mme Claude Moor")]
)
def test_a_father_and_a_son_and_a_man_and_a_woman_are_two(labels: tuple[str, str]) -> None:
    assert same_people(labels)[0] == {}
