from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kinds.transcripts import LONGEST_TITLE, file_title


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("board_2026-03-05.txt", "board 2026-03-05"),
        ("GMT20260301-100000_Recording.transcript.vtt", "GMT20260301-100000 Recording"),
        ("Réunion du 5 mars.en.srt", "Réunion du 5 mars"),
        ("/tmp/a/Board.docx", "Board"),
        ("C:\\Users\\Ann\\Board v2.1.docx", "Board v2.1"),
        ("Meeting 5.3.2026", "Meeting 5.3.2026"),
        ("Board v2.1", "Board v2.1"),
        ("Meeting with Dr. Who", "Meeting with Dr. Who"),
        ("جلسه\u200cی هیئت.txt", "جلسه\u200cی هیئت"),
        ("a\u202eb\nc\0.txt", "a b c"),
        ("x" * 300 + ".txt", "x" * LONGEST_TITLE),
        ("transcript.txt", ""),
        ("blob", ""),
        (".txt", ""),
        ("-", ""),
        ("", ""),
        ("R\ufffdunion.txt", ""),
    ],
)
def test_a_file_names_its_meeting(file: str, title: str) -> None:
    assert file_title(file) == title


@given(st.text())
def test_a_title_is_one_line_of_text(file: str) -> None:
    title = file_title(file)

    assert title == " ".join(title.split())
    assert len(title) <= LONGEST_TITLE
    assert not any(each in title for each in "/\\\n\0\u202e\ufffd")
