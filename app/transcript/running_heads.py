"""What a printed text repeats on each page and nobody says: numbers of pages, titles above, notices below."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise, takewhile

from app.transcript.names import LONGEST, Likeness, likeness
from app.transcript.pieces import lines_of, with_line_feeds

PAGE = "page header/footer"

_PAGE = re.compile(
    r"(?:[-–—] ?)?(?:page|seite|página|pagina|стр\.?|עמוד|p\.) ?\d{1,4}(?: ?(?:of|von|sur|de|di|/|из) ?\d{1,4})?(?: ?[-–—])?$",
    re.I,
)
_NUMBER_ALONE = re.compile(r"(?:[-–—] )?(\d{1,4})(?: [-–—])?$")
_NUMBER = re.compile(r"\d+")
_NUMBERED_TITLE = re.compile(r"(?:(?P<first>\d{1,4}) (?P<title>\D.*)|(?P<above>.*\D) (?P<last>\d{1,4}))$")
_FEWEST_PAGES = 3
_FEWEST_FEEDS = 3  # form feeds
_FEWEST_TITLES = 5  # with numbers
_WORDS_OF_A_TITLE = 3
_FEWEST_LINES = 6  # of a page
_EVENLY = 1.35  # the longest page is so many times the shortest
_MOST_LINES = 4  # of a head or a foot
_OF_THE_PAGES = 0.8  # that have a head; if odd and even pages differ, half as many
_OF_THE_BLOCKS = 0.75  # of lines that names alone head, if they are speakers
_OF_ITS_LINES = 0.8  # the share of lines of one wording that stand at the ends of pages, if nobody says it
_LONG_NOTICE = 40  # characters; a shorter line with a colon at the end of pages may be a label


def breaks_in(text: str) -> list[int]:
    """Before which of the lines of *text* a page begins, by its form feeds."""
    if text.count("\f") < _FEWEST_FEEDS:
        return []
    pages = with_line_feeds(text).split("\f")
    return list(accumulate(sum(1 for _ in lines_of(page)) for page in pages))[:-1]


def without_heads(lines: list[str], breaks: Sequence[int], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines* without those that most pages have alike, but for figures, next to the *breaks* between pages."""
    if not breaks:
        return lines
    heads = _alike_on_pages(lines, [*breaks, len(lines)], [0, *breaks])
    left_out[PAGE] += len(heads)
    return [line for place, line in enumerate(lines) if place not in heads] if heads else lines


def _alike_on_pages(lines: Sequence[str], ends: Sequence[int], begins: Sequence[int]) -> set[int]:
    """The places of the lines at the ends of pages that are alike on most of them, and hardly stand elsewhere."""
    pages = list(zip(begins, ends, strict=True))
    edges = [list(_filled_before(lines, end, begin)) for begin, end in pages]
    edges += [list(_filled_behind(lines, begin, end)) for begin, end in pages]
    often = Counter(_wording(lines[place]) for place in {place for edge in edges for place in edge})
    least = max(_FEWEST_PAGES, _OF_THE_PAGES / 2 * len(ends))
    sides = enumerate((edges[: len(pages)], edges[len(pages) :]))
    depths = Counter(
        (_wording(lines[place]), side, depth) for side, each in sides for edge in each for depth, place in enumerate(edge)
    )
    heads = {wording for (wording, _, _), times in depths.items() if times >= least and _may_run(wording)}
    heads -= {_wording(name) for name in _heads_of_blocks(lines)} if heads else set()
    if not heads:
        return set()
    everywhere = Counter(wording for line in lines if line and (wording := _wording(line)) in heads)
    alone = {wording for wording in heads if often[wording] >= _OF_ITS_LINES * everywhere[wording]}
    return {place for edge in edges for place in takewhile(lambda place: _wording(lines[place]) in alone, edge)}


def _wording(line: str) -> str:
    return _NUMBER.sub("0", line)


def _filled_before(lines: Sequence[str], end: int, first: int = 0) -> Iterator[int]:
    begin = max(first - 1, end - 1 - 4 * _MOST_LINES)
    return islice((place for place in range(end - 1, begin, -1) if lines[place]), _MOST_LINES)


def _filled_behind(lines: Sequence[str], begin: int, last: int | None = None) -> Iterator[int]:
    end = min(len(lines) if last is None else last, begin + 4 * _MOST_LINES)
    return islice((place for place in range(begin, end) if lines[place]), _MOST_LINES)


def without_pages(lines: list[str], left_out: Counter[str]) -> list[str]:
    """Without `Page 3 of 10`, and without numbers alone on their lines that count on from page to page."""
    numbers = [(place, int(found[1])) for place, line in enumerate(lines) if (found := _number_alone(line)) is not None]
    counting = len(numbers) >= 3 and all(after[1] == before[1] + 1 for before, after in pairwise(numbers))
    pages = {place for place, _ in numbers} if counting else _numbered_titles(lines)
    pages |= {place for place, line in enumerate(lines) if len(line) <= 24 and line[-1:].isdigit() and _PAGE.match(line)}
    pages = pages | _heads_of_pages(lines, sorted(pages)) if pages else _regular_titles(lines)
    if not pages:
        return lines
    left_out[PAGE] += len(pages)
    return [line for place, line in enumerate(lines) if place not in pages]


def _numbered_titles(lines: Sequence[str]) -> set[int]:
    """The lines with the same title of several words, and a number before or behind it that counts on each time."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, line in enumerate(lines):
        if len(line) <= LONGEST and (line[-1:].isdigit() or line[:1].isdigit()) and ":" not in line:
            titled = _NUMBERED_TITLE.match(line)
            if titled is not None:
                found[titled["title"] or titled["above"]].append((place, int(titled["first"] or titled["last"])))
    return {
        place
        for title, numbered in found.items()
        if len(numbered) >= _FEWEST_TITLES and len(title.split()) >= _WORDS_OF_A_TITLE
        for place, _ in (numbered if all(after[1] == before[1] + 1 for before, after in pairwise(numbered)) else ())
    }


def _regular_titles(lines: Sequence[str]) -> set[int]:
    """The places of titles that come again word by word after about as many lines each time, as the same line of each page does
    in a text without numbers of pages or form feeds."""
    titles = {line for line, times in Counter(lines).items() if times >= _FEWEST_TITLES and _is_title(line)}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines) if titles else ():
        if line in titles:
            places[line].append(place)
    even = {title: found for title, found in places.items() if _are_even(found)}
    speakers = _heads_of_blocks(lines) if even else set()
    return {place for title, found in even.items() if title not in speakers for place in found}


def _heads_of_blocks(lines: Sequence[str]) -> set[str]:
    """What looks like a name and stands above words at the top of blocks of lines alone, if several such come again and head
    most blocks: they are speakers who take turns, however even the lines between them are."""
    tops = [
        line
        for before, line, below in zip(["", *lines], lines, islice(lines, 1, None), strict=False)
        if line and below and not before
    ]
    seen, everywhere = Counter(tops), Counter(lines)
    names = {line for line, times in seen.items() if 1 < times == everywhere[line] and likeness(line) >= Likeness.NAME}
    return names if len(names) > 1 and sum(seen[name] for name in names) >= _OF_THE_BLOCKS * len(tops) else set()


def _is_title(line: str) -> bool:
    words = line.split()
    return (
        len(words) >= _WORDS_OF_A_TITLE
        and len(line) <= LONGEST
        and ":" not in line
        and line[0].isupper()
        and line[-1].isalnum()
        and sum(word[0].isupper() or word[0].isdigit() for word in words) > len(words) / 2
    )


def _are_even(places: Sequence[int]) -> bool:
    gaps = [after - before for before, after in pairwise(places)]
    return min(gaps) >= _FEWEST_LINES and max(gaps) <= _EVENLY * min(gaps)


def _heads_of_pages(lines: Sequence[str], pages: Sequence[int]) -> set[int]:
    """The lines that say the same above or below the number of nearly every page, such as the title of a record."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    above = [list(_filled_before(lines, place)) for place in pages]
    below = [list(_filled_behind(lines, place + 1)) for place in pages]
    alike = {line for near in (above, below) for line in _repeated(lines, near)}
    places = {place for place, line in enumerate(lines) if line in alike} if alike else set()
    return places if len(places) >= _FEWEST_PAGES * len(alike) else set()


def _repeated(lines: Sequence[str], near: Sequence[Sequence[int]]) -> Iterator[str]:
    """The lines that come at most pages, as far from the number as there is nothing else between."""
    least = max(_FEWEST_PAGES - 1, _OF_THE_PAGES * (len(near) - 1))
    for depth in range(_MOST_LINES):
        seen = Counter(lines[places[depth]] for places in near if len(places) > depth)
        alike = [line for line, times in seen.items() if times >= least and _may_run(line)]
        if not alike:
            return
        yield from alike


def _may_run(line: str) -> bool:
    """Whether a line that comes again is no short one with a label."""
    return ":" not in line or len(line) > _LONG_NOTICE


def _number_alone(line: str) -> re.Match[str] | None:
    return _NUMBER_ALONE.match(line) if len(line) <= 8 and line[-1:] in "0123456789-–—" else None
