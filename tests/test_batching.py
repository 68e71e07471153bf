"""Which turns go to the model together: the longest head that fits, whatever the guesses were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batching import GUESSES, Batch, batches, take
from app.tokens import LineCosts, Spec, Tokenizer, Tokenizers
from app.transcript.turn import Turn

TEMPLATE = 10  # tokens of a prompt without turns
TRANSCRIPTS = Path(__file__).parents[2] / "shared" / "data" / "transcripts"


def turns_of(sizes: Sequence[int]) -> tuple[Turn, ...]:
    """A turn of so many words for each size."""
    return tuple(Turn("A", " ".join(["word"] * size), number) for number, size in enumerate(sizes))


def words(turns: Sequence[Turn]) -> int:
    return TEMPLATE + sum(len(turn.text.split()) for turn in turns)


@dataclass
class Meter:
    """Measures by words, and remembers how many turns it was shown each time."""

    shown: list[int] = field(default_factory=list)

    def __call__(self, turns: Sequence[Turn]) -> int:
        self.shown.append(len(turns))
        return words(turns)


def costs_of(turns: Sequence[Turn]) -> list[int]:
    return [words([turn]) - TEMPLATE for turn in turns]


sizes = st.lists(st.integers(1, 60), min_size=1, max_size=40)
rooms = st.integers(1, 400)
mosts = st.integers(1, 50)


def planned(
    turns: Sequence[Turn], most: int, room: int, costs: Sequence[int], measure: Callable[[Sequence[Turn]], int] = words
) -> list[Batch[Turn]]:
    return list(batches(turns, most=most, room=room, costs=costs, measure=measure, fixed=TEMPLATE))


@given(sizes, mosts, rooms)
def test_each_turn_is_sent_once_and_in_order_the_last_one_included(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)

    plan = planned(turns, most, room, costs_of(turns))

    assert tuple(turn for batch in plan for turn in batch.turns) == turns


@given(sizes, mosts, rooms)
def test_a_batch_knows_its_place(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)

    plan = planned(turns, most, room, costs_of(turns))

    assert all(batch.turns == turns[batch.first : batch.last + 1] for batch in plan)


@given(sizes, mosts, rooms)
def test_no_batch_has_more_turns_than_asked_for(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)

    plan = planned(turns, most, room, costs_of(turns))

    assert all(1 <= len(batch.turns) <= most for batch in plan)


@given(sizes, mosts, rooms)
def test_no_batch_is_over_the_room_unless_one_turn_alone_is(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)

    plan = planned(turns, most, room, costs_of(turns))

    assert all(words(batch.turns) <= room for batch in plan if len(batch.turns) > 1)


@given(sizes, mosts, rooms)
def test_one_more_turn_would_not_have_fitted(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)

    plan = planned(turns, most, room, costs_of(turns))

    more = [turns[batch.first : batch.last + 2] for batch in plan if len(batch.turns) < most and batch.last + 1 < len(turns)]
    assert all(words(head) > room for head in more)


@given(sizes, mosts, rooms, st.data())
def test_wrong_costs_change_nothing_in_the_result(sizes: list[int], most: int, room: int, data: st.DataObject) -> None:
    turns = turns_of(sizes)
    wrong = data.draw(st.lists(st.integers(0, 500), min_size=len(turns), max_size=len(turns)))

    plan = planned(turns, most, room, wrong)

    assert plan == planned(turns, most, room, costs_of(turns))


@given(sizes, mosts, rooms, st.data())
def test_wrong_costs_never_need_many_measures(sizes: list[int], most: int, room: int, data: st.DataObject) -> None:
    turns = turns_of(sizes)
    wrong = data.draw(st.lists(st.integers(0, 500), min_size=len(turns), max_size=len(turns)))
    meter = Meter()

    take(turns, 0, most=most, room=room, costs=wrong, measure=meter)

    assert len(meter.shown) <= GUESSES + log2(most) + 1


@given(sizes, mosts, rooms)
def test_right_costs_need_at_most_two_measures(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)
    meter = Meter()

    take(turns, 0, most=most, room=room, costs=costs_of(turns), measure=meter, fixed=TEMPLATE)

    assert len(meter.shown) <= 2


@given(sizes, mosts, rooms)
def test_a_prompt_of_unknown_length_needs_at_most_three_measures(sizes: list[int], most: int, room: int) -> None:
    turns = turns_of(sizes)
    meter = Meter()

    take(turns, 0, most=most, room=room, costs=costs_of(turns), measure=meter)

    assert len(meter.shown) <= 3


def test_one_measure_is_enough_where_the_number_of_turns_binds() -> None:
    turns = turns_of([5] * 20)
    meter = Meter()

    take(turns, 3, most=6, room=1000, costs=costs_of(turns), measure=meter, fixed=TEMPLATE)

    assert meter.shown == [6]


def test_a_single_turn_is_taken_unmeasured_as_it_is_sent_anyway() -> None:
    turns = turns_of([500])
    meter = Meter()

    batch = take(turns, 0, most=6, room=20, costs=costs_of(turns), measure=meter, fixed=TEMPLATE)

    assert (batch, meter.shown) == (Batch(0, turns), [])


def test_a_turn_that_is_over_the_room_comes_alone() -> None:
    turns = turns_of([500, 1, 1])

    batch = take(turns, 0, most=6, room=20, costs=costs_of(turns), measure=words, fixed=TEMPLATE)

    assert batch == Batch(0, turns[:1])


def test_twice_the_turns_are_measured_about_twice() -> None:
    short, long = turns_of([7, 3, 11, 2] * 50), turns_of([7, 3, 11, 2] * 100)
    meters = Meter(), Meter()

    for turns, meter in zip((short, long), meters, strict=True):
        planned(turns, 1000, 90, costs_of(turns), meter)

    assert sum(meters[1].shown) <= 2.2 * sum(meters[0].shown)


def test_braces_in_a_turn_are_only_text() -> None:
    turns = (Turn("{A}", "{vocalsound} {0} {{ x }} {% y %}"), Turn("B", "}{"))

    plan = planned(turns, 6, 1000, costs_of(turns))

    assert plan == [Batch(0, turns)]


def test_nothing_makes_no_batch() -> None:
    assert planned((), 6, 100, []) == []


def test_taking_beyond_the_end_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no turn left at 1 of 1"):
        take(turns_of([1]), 1, most=6, room=100, costs=[1], measure=words)


@pytest.fixture(scope="module", params=["LlamaTokenizer", None], ids=["mistral-v1", "estimate"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return Tokenizers().of(Spec(None, request.param, "a-model"))


@pytest.fixture(scope="module")
def said() -> tuple[Turn, ...]:
    """Every line of the eight transcripts as a turn of at most 600 characters."""
    if not TRANSCRIPTS.is_dir():
        pytest.skip("the shared transcripts are not beside this checkout")
    lines = [line for path in sorted(TRANSCRIPTS.glob("*.txt")) for line in path.read_text("utf-8").split("\n")]
    return tuple(Turn("A", line.strip()[:600]) for line in lines if line.strip())


@dataclass
class Filling:
    """The transcripts, filled into real prompts of at most *room* tokens."""

    turns: tuple[Turn, ...]
    tokenizer: Tokenizer
    room: int
    shown: list[int] = field(default_factory=list)

    def measure(self, turns: Sequence[Turn]) -> int:
        text = "Write the minutes.\n\n" + "\n".join(map(str, turns)) + "\n\nMinutes:"
        return self.tokenizer.measure([{"role": "user", "content": text}])

    def counted(self, turns: Sequence[Turn]) -> int:
        self.shown.append(len(turns))
        return self.measure(turns)

    def plan(self) -> list[Batch[Turn]]:
        costs = LineCosts(self.tokenizer).of([str(turn) for turn in self.turns])
        fixed = self.measure(())
        return list(batches(self.turns, most=10_000, room=self.room, costs=costs, measure=self.counted, fixed=fixed))


@pytest.fixture(params=[1_024, 6_144, 30_720])
def filling(request: pytest.FixtureRequest, said: tuple[Turn, ...], tokenizer: Tokenizer) -> Filling:
    return Filling(said, tokenizer, request.param)


def test_every_turn_of_real_transcripts_is_sent_once(filling: Filling) -> None:
    plan = filling.plan()

    assert tuple(turn for batch in plan for turn in batch.turns) == filling.turns


def test_no_real_prompt_is_over_the_room(filling: Filling) -> None:
    plan = filling.plan()

    assert max(filling.measure(batch.turns) for batch in plan) <= filling.room


def test_no_real_prompt_had_room_for_one_more_turn(filling: Filling) -> None:
    plan = filling.plan()

    assert min(filling.measure(filling.turns[batch.first : batch.last + 2]) for batch in plan[:-1]) > filling.room


def test_a_real_prompt_is_measured_about_twice(filling: Filling) -> None:
    plan = filling.plan()

    assert len(filling.shown) <= 2.1 * len(plan) + 1


def test_the_turns_that_are_measured_grow_as_the_transcript_does(filling: Filling) -> None:
    plan = filling.plan()

    assert sum(filling.shown) <= 2 * (len(filling.turns) + len(plan))
