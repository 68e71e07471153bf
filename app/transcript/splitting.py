"""Cuts long turns into pieces of at most so many tokens, at the best places there are; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise
from typing import NamedTuple, TypeAlias, TypeVar

import regex

from app.transcript import sentences
from app.transcript.turn import Turn

Count: TypeAlias = Callable[[Sequence[str]], list[int]]
T = TypeVar("T")
Asking: TypeAlias = Generator[list[str], list[int], T]  # yields texts, is sent their counts, returns a T

_WINDOW = (256, 2**18)  # turns and characters that are counted in one go
_CHUNK = 1024  # sentences of one turn that are packed in one go
_AHEAD = 32  # pieces of one turn that are guessed in one go
_GRAIN = 16  # parts to a piece where words or graphemes have to be packed: few texts to count, pieces more than 90 % full
_NEAR = 1.25  # neighbours with more tokens than that many times the limit are not tried together: no joint saves so much
_LONG = 4  # characters to a token at most, in most texts: with more, a turn is taken for too long before it is counted
_MONSTER = 32  # code points; no grapheme that somebody means is longer

_CLAUSE = re.compile(r"(?:[,;:…][\"'”’»)\]]*|\s[—–-])(?=\s)|[，、；：،؛]+[」』”’）]*")
_WORD = re.compile(r"\S+")
_GRAPHEME = regex.compile(r"\X")


class TextSpan(NamedTuple):
    """A stretch of a text, white space at neither end, and its tokens."""

    start: int
    stop: int
    tokens: int


def _never(_text: str) -> bool:
    return False


def split(turns: Iterable[Turn], limit: int, count: Count, adds_up: Callable[[str], bool] = _never) -> Iterator[Turn]:
    """The turns, those longer than *limit* tokens cut into pieces that are not.

    Cuts are made at sentence ends; in a sentence that is too long at clause marks, then between words, then between graphemes.
    Pieces are packed as long as they fit: no two neighbours of one turn would fit together. Only a grapheme that is itself
    longer than *limit* goes over it. A piece has its turn's speaker and source, and its own times if the turn has marks; see
    `Turn.glue` and `whole` for how pieces make up the text again. Reads ahead a few hundred turns, so that *count* is called
    with many texts at once. *adds_up* tells whether the counts of a text's stretches add up over
    single spaces: then sentences are not counted again together, and the pieces are the same."""
    last: Turn | None = None
    for window in _windows(turns):
        for piece in _cut_window(window, limit, count, adds_up):
            last = _numbered(piece, last)
            yield last


def _numbered(piece: Turn, last: Turn | None) -> Turn:
    """*piece* with the next number, where it goes on with the turn that the *last* one came from."""
    if piece.part == 0 or last is None or last.source != piece.source:
        return piece
    return piece if piece.part == last.part + 1 else replace(piece, part=last.part + 1)


def _windows(turns: Iterable[Turn]) -> Iterator[list[Turn]]:
    most, room = _WINDOW
    window: list[Turn] = []
    size = 0
    for turn in turns:
        if not turn.text.strip():
            continue
        window.append(turn)
        size += len(turn.text)
        if len(window) >= most or size >= room:
            yield window
            window, size = [], 0
    if window:
        yield window


def _cut_window(window: list[Turn], limit: int, count: Count, adds_up: Callable[[str], bool]) -> Iterator[Turn]:
    texts = [turn.text for turn in window]
    sums = list(map(adds_up, texts))
    sizes = _sizes(texts, sums, limit, count)
    long = [_cut(text, limit, adds_up=each) for text, each, size in zip(texts, sums, sizes, strict=True) if size > limit]
    cuts = iter(_side_by_side(long, count))
    for turn, size in zip(window, sizes, strict=True):
        if size > limit:
            yield from _pieces(turn, next(cuts))
        else:
            yield turn


def _sizes(texts: list[str], sums: list[bool], limit: int, count: Count) -> list[int]:
    """The tokens of each text, or whether they are more than *limit* if its length tells that.

    Counts that add up are at most one for each byte and one more. If they may be summed up from those of the sentences, a text
    that is probably too long is not counted before it is cut; it may turn out to be one piece."""
    told = [_told_by_length(text, limit) if summed else None for text, summed in zip(texts, sums, strict=True)]
    unclear = [text for text, size in zip(texts, told, strict=True) if size is None]
    counts = iter(count(unclear) if unclear else ())
    return [next(counts) if size is None else size for size in told]


def _told_by_length(text: str, limit: int) -> int | None:
    if len(text) > _LONG * limit:
        return limit + 1
    return limit if len(text) < limit and len(text.encode()) < limit else None


def _pieces(turn: Turn, spans: list[TextSpan]) -> Iterator[Turn]:
    if len(spans) == 1:
        yield turn
        return
    behind = spans[0].start
    for number, span in enumerate(spans):
        glue = turn.text[behind : span.start] if number else turn.glue
        yield turn.between(span.start, span.stop, turn.part + number, glue)
        behind = span.stop


def _side_by_side(tasks: list[Asking[T]], count: Count) -> list[T]:
    """What the tasks return; what they ask at the same time is counted in one call."""
    results: dict[int, T] = {}
    asked = {number: next(task) for number, task in enumerate(tasks)}
    while asked:
        texts = list(chain.from_iterable(asked.values()))
        counts = iter(count(texts) if texts else ())
        answered = {number: list(islice(counts, len(texts))) for number, texts in asked.items()}
        asked = {}
        for number, sizes in answered.items():
            try:
                asked[number] = tasks[number].send(sizes)
            except StopIteration as done:
                results[number] = done.value
    return [results[number] for number in range(len(tasks))]


def _cut(text: str, limit: int, *, adds_up: bool) -> Asking[list[TextSpan]]:
    """The pieces of a text that is too long. Works through it a chunk of sentences at a time."""
    pieces: list[TextSpan] = []
    atoms: list[TextSpan] = []
    found = _spans(text, 0, sentences.ends(text))
    while chunk := list(islice(found, _CHUNK)):
        atoms += yield from _atoms(text, chunk, limit)
        packed = _summed(text, atoms, limit) if adds_up else []
        adds_up = bool(packed)
        pieces += packed or (yield from _pack(text, atoms, limit))
        atoms = [pieces.pop()]  # it may have room for the next chunk
    return pieces + atoms if adds_up else (yield from _merged(text, pieces + atoms, limit))


# Atoms: what a text is cut into before it is packed


def _spans(text: str, start: int, stops: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The stretches from *start* that end at *stops*, without white space at their ends; none is empty."""
    for stop in stops:
        inner = text[start:stop]
        begin = stop - len(inner.lstrip())
        if begin < stop:
            yield begin, start + len(inner.rstrip())
        start = stop


def _atoms(text: str, found: list[tuple[int, int]], limit: int) -> Asking[list[TextSpan]]:
    """The stretches that were *found*, those that are too long cut smaller until they fit or are one grapheme."""
    spans = yield from _weighed(text, found)
    if all(span.tokens <= limit for span in spans):
        return spans
    for cut in (_clauses, _words, _graphemes):
        while True:
            smaller = [list(cut(text, span, limit)) if span.tokens > limit else [] for span in spans]
            if not any(len(parts) > 1 for parts in smaller):
                break
            fresh = iter((yield from _weighed(text, [part for parts in smaller if len(parts) > 1 for part in parts])))
            spans = [
                piece
                for span, parts in zip(spans, smaller, strict=True)
                for piece in (islice(fresh, len(parts)) if len(parts) > 1 else (span,))
            ]
    return spans


def _weighed(text: str, found: list[tuple[int, int]]) -> Asking[list[TextSpan]]:
    sizes = yield [text[start:stop] for start, stop in found]
    return [TextSpan(start, stop, size) for (start, stop), size in zip(found, sizes, strict=True)]


def _clauses(text: str, span: TextSpan, _limit: int) -> Iterator[tuple[int, int]]:
    marks = (mark.end() for mark in _CLAUSE.finditer(text, span.start, span.stop))
    return _spans(text, span.start, chain(marks, [span.stop]))


def _words(text: str, span: TextSpan, limit: int) -> Iterator[tuple[int, int]]:
    stops = (word.end() for word in _WORD.finditer(text, span.start, span.stop))
    return _spans(text, span.start, _even(stops, span, limit))


def _graphemes(text: str, span: TextSpan, limit: int) -> Iterator[tuple[int, int]]:
    return _spans(text, span.start, _even(_grapheme_stops(text, span), span, limit))


def _grapheme_stops(text: str, span: TextSpan) -> Iterator[int]:
    """Looks at a few characters at a time: over a long row of flags `\\X` alone takes quadratic time."""
    stop = span.start
    while stop < span.stop:
        grapheme = _GRAPHEME.match(text[stop : min(stop + _MONSTER, span.stop)])
        stop += grapheme.end() if grapheme else 1
        yield stop


def _even(stops: Iterable[int], span: TextSpan, limit: int) -> Iterator[int]:
    """Those of the *stops* that cut *span*, which is too long, into even parts; at least two, if there are two stops."""
    size = (span.stop - span.start) * limit // (span.tokens * _GRAIN)
    start = behind = span.start
    for stop in stops:
        if stop - start > size and behind > start:
            yield behind
            start = behind
        behind = stop
    yield span.stop


# Packing


def _summed(text: str, atoms: list[TextSpan], limit: int) -> list[TextSpan]:
    """Runs of atoms, each as long as fits; the tokens of a run are the sum of those of its atoms.

    Empty if anything but one space stands between two atoms."""
    packed: list[TextSpan] = []
    start, stop, tokens = atoms[0]
    for begin, end, more in islice(atoms, 1, None):
        if text[stop:begin] != " ":
            return []
        if tokens + more <= limit:
            tokens += more
        else:
            packed.append(TextSpan(start, stop, tokens))
            start, tokens = begin, more
        stop = end
    return [*packed, TextSpan(start, stop, tokens)]


def _pack(text: str, atoms: list[TextSpan], limit: int) -> Asking[list[TextSpan]]:
    """Runs of atoms, each as long as fits.

    Where a run ends is guessed from its atoms' own counts, for several runs at once as long as the guesses are right. Counts
    are not additive, so every run is then counted as a whole, and so is the same run with one more atom."""
    packed: list[TextSpan] = []
    first, ahead, pace = 0, 1, 1.0
    while first < len(atoms):
        runs = list(islice(_guesses(atoms, first, limit / pace), ahead))
        sizes = yield [_joined(text, atoms, begin, stop + more) for begin, stop in runs for more in (0, 1)]
        ahead = min(2 * ahead, _AHEAD)
        for (begin, guess), size, further in zip(runs, sizes[::2], sizes[1::2], strict=True):
            first, tokens = yield from _settled(text, atoms, (begin, guess), (size, further), limit)
            packed.append(TextSpan(atoms[begin].start, atoms[first - 1].stop, tokens))
            pace = _pace(tokens, atoms[begin:first])
            if first != guess:
                ahead = 1
                break
    return packed


def _joined(text: str, atoms: list[TextSpan], first: int, stop: int) -> str:
    return text[atoms[first].start : atoms[min(stop, len(atoms)) - 1].stop]


def _guesses(atoms: list[TextSpan], first: int, room: float) -> Iterator[tuple[int, int]]:
    """Runs of at least one atom from *first* on, of as many as should fit in *room* by their own counts."""
    total = 0
    for number in range(first, len(atoms)):
        total += atoms[number].tokens
        if total > room and number > first:
            yield first, number
            first, total = number, atoms[number].tokens
    yield first, len(atoms)


def _pace(tokens: int, atoms: list[TextSpan]) -> float:
    """How many times its atoms' own counts a run takes, kept within reason."""
    return min(max(tokens / max(sum(atom.tokens for atom in atoms), 1), 0.25), 4.0)


def _settled(
    text: str, atoms: list[TextSpan], run: tuple[int, int], sizes: tuple[int, int], limit: int
) -> Asking[tuple[int, int]]:
    """Where a run ends for good, and its tokens; *sizes* are those of the guessed run and of one atom more.

    A wrong guess is put right in steps that double, then halve."""
    first, stop = run
    size, further = sizes
    rising = size <= limit
    if (further > limit or stop == len(atoms)) if rising else stop == first + 1:
        return stop, size
    fits, tokens, over = (stop + 1, further, len(atoms) + 1) if rising else (first + 1, atoms[first].tokens, stop)
    step = 1
    while over - fits > 1:
        probe = min(fits + step, over - 1) if rising else max(over - step, fits + 1)
        (size,) = yield [_joined(text, atoms, first, probe)]
        if size <= limit:
            fits, tokens = probe, size
        else:
            over = probe
        step = 2 * step if (size <= limit) == rising else max(1, (over - fits) // 2)
    return fits, tokens


def _merged(text: str, pieces: list[TextSpan], limit: int) -> Asking[list[TextSpan]]:
    """The pieces, neighbours joined wherever they fit together after all: one more atom may have been too much, and two not."""
    refused: set[tuple[int, int]] = set()
    while True:
        near = [
            (left.start, right.stop)
            for left, right in pairwise(pieces)
            if left.tokens + right.tokens <= _NEAR * limit + 8 and (left.start, right.stop) not in refused
        ]
        if not near:
            return pieces
        sizes = yield [text[start:stop] for start, stop in near]
        fitting = {pair: size for pair, size in zip(near, sizes, strict=True) if size <= limit}
        refused.update(pair for pair in near if pair not in fitting)
        pieces = list(_with_joined(pieces, fitting))


def _with_joined(pieces: list[TextSpan], fitting: dict[tuple[int, int], int]) -> Iterator[TextSpan]:
    """The pieces, each pair of neighbours that is *fitting* made one; a piece joins one neighbour at a time."""
    left: TextSpan | None = None
    for piece in pieces:
        if left is not None and (left.start, piece.stop) in fitting:
            left = TextSpan(left.start, piece.stop, fitting[left.start, piece.stop])
            continue
        if left is not None:
            yield left
        left = piece
    if left is not None:
        yield left
