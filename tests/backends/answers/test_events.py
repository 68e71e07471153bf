"""Server-sent events are read alike however they are cut and however their lines end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.answers import events as module
from app.backends.answers.events import BOM, WholeEvents, events, of_lines

DATA = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=20).filter(
    lambda text: text.strip()
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(said=st.lists(DATA, max_size=5), end=ENDS, bom=st.booleans(), cuts=st.lists(st.integers(0, 200), max_size=8))
def test_what_was_sent_is_read(said: list[str], end: bytes, bom: bool, cuts: list[int]) -> None:
    stream = (BOM if bom else b"") + b"".join(b"data: " + each.encode() + end + end for each in said)
    at = sorted(min(cut, len(stream)) for cut in cuts)
    parts = [stream[start:stop] for start, stop in zip([0, *at], [*at, len(stream)], strict=True)]

    assert [data.decode() for _, data in events(parts)] == said


@pytest.mark.parametrize(
    ("stream", "read"),
    [
        (b": comment\n\ndata: a\n\n", [("", b"a")]),
        (b"data:\n\ndata: a\n\n", [("", b"a")]),
        (b"data\n\ndata:a\n\n", [("", b"a")]),
        (b"event: error\ndata: a\ndata: b\n\n", [("error", b"a\nb")]),
        (b"event: ping\n\ndata: a\n\n", [("", b"a")]),
        (b"data: a\n\nerror: b\n\n", [("", b"a"), ("error", b"b")]),
        (b"id: 1\nretry: 10\ndata: a\n\n", [("", b"a")]),
        (b"data: a\n\ndata: cut", [("", b"a"), ("", b"cut")]),
        (b"\n\n\n", []),
        (b"", []),
    ],
)
def test_fields_are_read_as_the_specification_has_them(stream: bytes, read: list[tuple[str, bytes]]) -> None:
    assert [*events([stream])] == read


@given(
    said=st.lists(DATA, min_size=1, max_size=4),
    ends=st.lists(st.sampled_from([b"\n\n", b"\r\n\r\n", b"\r\r", b"\n\r\n"]), min_size=4, max_size=4),
    cuts=st.lists(st.integers(0, 60), max_size=8),
)
def test_whole_events_are_the_same_wherever_the_stream_is_cut(said: list[str], ends: list[bytes], cuts: list[int]) -> None:
    """An LF that comes late begins no event: clients that look for empty lines would glue two events together."""
    sent = [b"data: " + each.encode() + end for each, end in zip(said, ends, strict=False)]
    stream = b"".join(sent)
    at = sorted(min(cut, len(stream)) for cut in cuts)
    whole = WholeEvents()

    found = [each for start, stop in zip([0, *at], [*at, len(stream)], strict=True) for each in whole.feed(stream[start:stop])]

    assert (found, whole.end()) == (sent, b"")


CHUNKS = [b'{"choices":[{"index":0,"delta":{"content":"a"}}]}', b'{"choices":[{"index":0,"delta":{}}]}', b"[DONE]"]


@pytest.mark.parametrize("before", [b"", b"data: ", b"data:"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("cut", [1, 3, 7, 60, 1000])
def test_events_without_an_empty_line_between_them_are_events(before: bytes, end: bytes, cut: int) -> None:
    stream = b"".join(before + each + end for each in CHUNKS)

    read = events(of_lines(stream[at : at + cut] for at in range(0, len(stream), cut)))

    assert [data for _, data in read] == CHUNKS


@pytest.mark.parametrize(
    "stream",
    [
        b'data: {"choices":[{"delta":{}}]}\n\ndata: {"choices":[{"delta":{}}]}\n\n',
        b'data: {"choices":\ndata: [{"delta":{}}]}\n\n',
        b'data: {"choices":[{"delta":{}}]}\n: still here\n\n',
        b"data: a\ndata: b\n\n",
        b"data: a",
        b"dat",
    ],
)
@pytest.mark.parametrize("cut", [1, 5, 1000])
def test_other_streams_stay_as_they_are(stream: bytes, cut: int) -> None:
    assert b"".join(of_lines(stream[at : at + cut] for at in range(0, len(stream), cut))) == stream


def test_the_first_event_of_an_ordinary_stream_waits_for_nothing() -> None:
    first = b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    arriving = iter([first, b"never read"])

    assert next(of_lines(arriving)) == first
    assert next(arriving) == b"never read"


class Counting:
    """A pattern that counts the bytes that are looked through."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self.pattern = pattern
        self.bytes = 0

    def finditer(self, held: bytearray, start: int = 0) -> Iterator[re.Match[bytes]]:
        self.bytes += len(held) - start
        return self.pattern.finditer(held, start)


def test_a_long_event_of_many_lines_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = Counting(module._EVENT_END)
    monkeypatch.setattr(module, "_EVENT_END", pattern)
    line, whole = b"data: 1,\n", WholeEvents()

    for _ in range(2000):
        assert whole.feed(line) == []

    assert whole.feed(b"\n") == [line * 2000 + b"\n"]
    assert pattern.bytes < 2 * len(line) * 2000


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=repr)
def test_whole_events_are_the_same_in_parts_of_any_size(end: bytes, size: int) -> None:
    sent = [b"data: a" + 2 * end, b"event: b" + end + b"data: c" + 2 * end]
    stream = b"".join(sent)
    whole = WholeEvents()

    assert [each for at in range(0, len(stream), size) for each in whole.feed(stream[at : at + size])] == sent
    assert whole.end() == b""
