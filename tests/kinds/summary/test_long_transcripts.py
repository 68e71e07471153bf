"""What a long transcript costs: texts that nobody reads are not made, and no step looks at all that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import Call
from app.kinds import summary
from app.kinds.base import Phase, Progress, Work
from app.kinds.summary.flavor import Flavor
from app.kinds.summary.lines import Growing, Line, text_of
from app.kinds.summary.prompt import Prompt
from app.kinds.summary.strategies import planned
from app.kinds.transcripts import CUTS, TurnStream, segments
from app.transcript import Turn, parse
from tests.fakes.model import Model, Words
from tests.growth import MOST, growth
from tests.kinds.summary.test_summary import carried_out, minutes, order


@dataclass(frozen=True)
class Counting(Words):
    """A tokenizer that notes how many texts it is given."""

    asked: tuple[list[int], ...] = ([],)

    def count(self, texts: Sequence[str]) -> list[int]:
        self.asked[0].append(len(texts))
        return super().count(texts)


def line(number: int) -> Line:
    return Line("Ann", f"said {number}", number, number, "batch/0")


def counted(lines: int) -> int:
    """How many texts are counted to plan the calls that shorten a summary of so many lines."""
    tokenizer = Counting(asked=([],))
    asked = order(totalContextLength=160)
    work = Work(asked, Model(minutes), tokenizer)
    prompt = Prompt.of(work, Flavor.model_validate(asked.flavor, strict=False), "reduce", rolling=False)
    plan = list(planned(prompt, [line(number) for number in range(lines)], most=lines * 1000))
    assert sum(map(len, plan)) == lines
    return sum(tokenizer.asked[0])


def test_the_text_of_progress_is_made_when_it_is_read() -> None:
    made: list[str] = []

    def text() -> str:
        made.append("text")
        return "text"

    progress = Progress(Phase("summary"), 1, 2, text)

    unread = (progress.percent, list(made))
    assert (unread, progress.text, made) == ((50.0, []), "text", ["text"])


def test_lines_that_are_added_later_do_not_change_the_text_of_a_moment() -> None:
    lines = Growing()
    first = lines.add([line(0), line(1)])
    second = lines.add([line(2)])

    texts = first(), second()

    assert texts == (text_of([line(0), line(1)]), text_of([line(0), line(1), line(2)]))


@pytest.mark.parametrize(("most", "numbers"), [(0, []), (2, [1, 2]), (9, [0, 1, 2])])
def test_the_last_lines_are_as_many_as_are_wanted(most: int, numbers: list[int]) -> None:
    lines = Growing()

    lines.add([line(0), line(1), line(2)])

    assert lines.last(most) == tuple(map(line, numbers))


@pytest.mark.parametrize("fields", [1, 2])
def test_each_report_that_is_read_at_the_end_tells_its_own_moment(fields: int) -> None:
    reports: list[Progress] = []

    result, _ = carried_out(order(fields=fields), report=reports.append)

    texts = [report.text for report in sorted(reports, key=lambda report: report.done)]
    assert texts[-1] == result.text
    assert all(later.startswith(text) for text, later in pairwise(texts))


def test_the_first_call_is_made_before_most_of_a_long_transcript_is_counted() -> None:
    tokenizer = Counting(asked=([],))
    before: list[int] = []

    def say(call: Call) -> str:
        before.append(sum(tokenizer.asked[0]))
        return minutes(call)

    content = parse("\n".join(f"{('Ann', 'Bob')[n % 2]} : w{n} is said." for n in range(6000))).stored()
    result = summary.run(Work(order(content, maxNewTurns=100), Model(say), tokenizer))

    assert before[0] < 2000
    assert before[-1] > 6000
    assert (result.coverage["turns"], result.coverage["turns_sent"]) == (6000, 6000)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 7), st.integers(1, 30))
def test_the_share_that_is_done_never_falls_and_ends_at_all_turns(sizes: list[int], batch: int, ahead: int) -> None:
    turns = [Turn("Ann", "x" * size, number) for number, size in enumerate(sizes)]
    stream = TurnStream(turns, sum(sizes), ahead=ahead)

    left, done, told = iter(stream), 0, []
    while near := list(islice(left, batch)):
        done += len(near)
        told.append((done, stream.total(done)))

    assert told[-1] == (len(turns), len(turns))
    assert all(done <= total for done, total in told)
    assert all(b[0] * a[1] >= a[0] * b[1] for a, b in pairwise(told))


def test_the_total_of_a_short_transcript_is_known_at_once() -> None:
    stream = TurnStream([Turn("Ann", "x" * size) for size in (1, 99)], 100)

    totals = [stream.total(done) for done, _ in enumerate(stream, 1)]

    assert totals == [2, 2]


@pytest.mark.parametrize("fields", [1, 2])
def test_a_transcript_of_twice_the_size_takes_about_twice_as_long(fields: int) -> None:
    def text(size: int) -> str:
        said = (f"{('Ann', 'Bob')[n % 2]} : w{n} is what was said here. And w{n} was not." for n in range(size // 50))
        return parse("\n".join(said)).stored()

    factor = growth(lambda content: carried_out(order(content, fields=fields)), text, 4000)

    assert factor < MOST


def test_planning_counts_each_line_equally_often_however_many_there_are() -> None:
    assert counted(1600) <= 10 * counted(200)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=30, unique=True),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=8, unique=True),
)
def test_the_batches_of_the_last_run_are_stretches_that_hold_each_turn_once(
    places: list[tuple[int, int]], begins: list[tuple[int, int]]
) -> None:
    turns = [Turn("Ann", "hm", source=source, part=part) for source, part in sorted(places)]
    begins = sorted(begins)
    cuts = [(f"batch/{number}", *begin) for number, begin in enumerate(begins)]
    asked = replace(order(), options={CUTS: cuts})

    stretches = [(next(steps), list(own)) for steps, own in segments(asked, turns)]

    assert [turn for _, own in stretches for turn in own] == turns
    for step, own in stretches:
        number = int(step.removeprefix("batch/"))
        assert all((turn.source, turn.part) >= begins[number] for turn in own) or number == 0
        assert number + 1 == len(begins) or all((turn.source, turn.part) < begins[number + 1] for turn in own)


def test_the_total_of_a_long_transcript_is_about_right_from_its_first_batch_on() -> None:
    turns = [Turn("Ann", "word " * (10 + number % 7)) for number in range(5000)]
    stream = TurnStream(turns, sum(len(turn.glue) + len(turn.text) for turn in turns))
    reading, totals = iter(stream), []

    for done in range(6, 5000, 6):
        list(islice(reading, 6))
        totals.append(stream.total(done))

    assert all(0.95 * 5000 <= total <= 1.05 * 5000 for total in totals)
