"""For each form of label: names of any script and any words come back exactly, with their times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.transcript import plain
from app.transcript.lexicon import ARTICLES, OPENERS, PRONOUNS, REMARKS, SAYING, SCHEMES, SOUNDS, TITLES
from app.transcript.text import read_text

BIDI = "\u200e\u200f\u202a\u202c\u2066\u2069"
NO_NAMES = ARTICLES | OPENERS | PRONOUNS | REMARKS | SAYING | SCHEMES | SOUNDS | TITLES
# Scripts of the same letters in both cases or in none, a few letters each; CJK and Hangul clauses end like some names.
SCRIPTS = [
    ("Aañøéžłß", "NTVOÉŽŁ"),
    ("бвгдж", "БВГД"),
    ("αβγδ", "ΑΒΓΔ"),
    ("יוראד", "יוראד"),
    ("سارحم", "سارحم"),
    ("नमसत", "नमसत"),
    ("张三李王", "张三李王"),
    ("ათბგ", "ათბგ"),
]
SIGNS = ['"', "'", "’", "-", "–", "״", "."]
ASIDES = ["", "", "", " (SPD)", " [CDU/CSU]", ' "Bo"', " (a, b)", ", Ministerin", " 2", " #3", " | Base", " & Co", " / B"]
SAYINGS = [
    "10:30",
    "at 10:30 sharp",
    "12:30:15 and later",
    "https://example.org/a:b?c=d",
    "see https://example.org : there",
    "note: this",
    "Note: that",
    "for example: the crane",
    "Zum Beispiel: der Kran",
    "she said: no",
    "the ratio is 2:1",
    "(as I said)",
    "[as before]",
    "a - b",
    "well. Right. Yes",
    "« oui »",
    '"so"',
    "你好：世界",
    "Is it? It is!",
]


@st.composite
def words_of_names(draw: st.DrawFn) -> str:
    small, large = draw(st.sampled_from(SCRIPTS))
    rest = draw(st.text(st.sampled_from(small), min_size=2, max_size=6))
    inside = draw(st.one_of(st.just(""), st.just(""), st.sampled_from(SIGNS)))
    word = draw(st.sampled_from(large)) + rest[:-1] + inside + rest[-1]
    return word + draw(st.sampled_from(["", "", "", "1", "_7"]))


@st.composite
def some_names(draw: st.DrawFn) -> str:
    words = draw(st.lists(words_of_names(), min_size=1, max_size=3))
    name = " ".join(words) + draw(st.sampled_from(ASIDES))
    assume(sum("\u4e00" <= sign <= "\u9fff" for sign in name) <= 8)
    assume(not any(word.casefold().strip(".") in NO_NAMES for word in name.split()))
    marks = draw(st.sampled_from(["", "", BIDI[0], BIDI[1], BIDI[2]]))
    return plain(marks + name)


speech = st.lists(
    st.one_of(st.sampled_from(SAYINGS), st.text(st.sampled_from("abcdeéабяשלом你好吗 ,.;?!'"), min_size=1, max_size=30)),
    min_size=1,
    max_size=3,
).map(lambda parts: plain("so " + " ".join(parts)))
further = st.sampled_from(
    ["note: this", "For example: that", "at 10:30 we go on", "https://example.org/x", "and so on.", "10:30 it was"]
)


@dataclass(frozen=True)
class Talk:
    """What is said: pairs of a name and its lines; every name comes at least twice."""

    said: tuple[tuple[str, tuple[str, ...]], ...]


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    pool = draw(st.lists(some_names(), min_size=2, max_size=4, unique_by=lambda name: bare(name).casefold()))
    order = draw(st.permutations(pool * 2))
    lines = st.tuples(speech, st.lists(further, max_size=draw(st.sampled_from([0, 1, 4]))))
    return Talk(tuple((name, (first, *more)) for name in order for first, more in [draw(lines)]))


def bare(name: str) -> str:
    """A name as it comes back: marks of direction are no part of one."""
    return "".join(sign for sign in name if sign not in BIDI)


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def same_line(pattern: str) -> Callable[[int, str, Sequence[str]], str]:
    return lambda at, name, lines: pattern.format(name=name, clock=clock(at)) + "\n".join(lines)


def own_line(pattern: str) -> Callable[[int, str, Sequence[str]], str]:
    return lambda at, name, lines: "\n".join((pattern.format(name=name, clock=clock(at)), *lines)) + "\n"


FORMS = {
    "colon": ("colon", same_line("{name}: ")),
    "spaced colon": ("colon", same_line("{name} : ")),
    "time, colon": ("colon", same_line("[{clock}] {name}: ")),
    "colon, time": ("colon", same_line("{name} ({clock}): ")),
    "caption": ("colon", same_line(">> {name}: ")),
    "bold colon": ("colon", same_line("**{name}:** ")),
    "colon alone": ("colon alone", own_line("{name}:")),
    "colon alone, time": ("colon alone", own_line("{name} ({clock}):")),
    "name and time": ("name and time", own_line("{name}  {clock}")),
    "name, dash, time": ("name and time", own_line("{name} - {clock}")),
    "name, time in brackets": ("name and time", own_line("{name} [{clock}]")),
    "saved by Zoom": ("name and time", own_line("[{name}] {clock}")),
    "time and name": ("time and name", own_line("{clock} {name}")),
    "time | name": ("time and name", own_line("{clock} | {name}")),
    "brackets": ("brackets", same_line("[{name}] ")),
    "parentheses": ("parentheses", same_line("({name}) ")),
    "IRC": ("angle brackets", same_line("<{name}> ")),
    "IRC with times": ("angle brackets", same_line("[{clock}] <{name}> ")),
    "bold": ("bold", same_line("**{name}** ")),
    "bold alone": ("bold", own_line("**{name}**")),
    "heading": ("heading", own_line("### {name}")),
    "bullet": ("bullet", same_line("- {name}: ")),
    "dash": ("dash", same_line("{name} — ")),
    "Zoom chat": ("from-to", same_line("{clock} From {name} to Everyone : ")),
    "Zoom chat, new": ("from-to", own_line("{clock} From {name} To Everyone:")),
    "WhatsApp": ("chat", same_line("[12/03/2024, {clock}] {name}: ")),
    "WhatsApp, Android": ("chat", same_line("12/03/2024, {clock} - {name}: ")),
    "Telegram": ("name and time", own_line("{name}, [12.03.2024 {clock}]")),
    "Discord": ("name and time", own_line("{name} — Today at {clock}")),
}
WITH_TIMES = {form for form in FORMS if "time" in form or form.startswith(("WhatsApp", "Zoom", "saved", "Telegram", "Discord"))}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30)
@given(talk=talks(), begin=st.integers(0, 80_000))
def test_names_words_and_times_come_back_exactly(form: str, talk: Talk, begin: int) -> None:
    elected, written = FORMS[form]
    text = "\n".join(written(begin + 7 * number, name, lines) for number, (name, lines) in enumerate(talk.said))

    read = read_text(text)

    assert read.form == elected
    assert [(each.speaker, each.text) for each in read.utterances] == [
        (bare(name), " ".join(lines)) for name, lines in talk.said
    ]
    if form in WITH_TIMES:
        assert [each.start for each in read.utterances] == [begin + 7 * number for number in range(len(talk.said))]


@pytest.mark.parametrize("label", ["**{}** ", "{} — ", "{} – "])
@pytest.mark.parametrize("speech", ["so note: this", "for example: that", "note: all of it"])
def test_a_colon_in_speech_makes_no_label_of_a_name_and_the_words_before_it(label: str, speech: str) -> None:
    names = ["Anna Lee", "Bob Ray"] * 2

    read = read_text("\n".join(label.format(name) + speech for name in names))

    assert [(each.speaker, each.text) for each in read.utterances] == [(name, speech) for name in names]
