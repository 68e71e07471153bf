from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.cancellation import CancelToken
from app.errors import BackendUnavailable, Cancelled, StoreError
from app.limits.slots import HOLD_SECONDS, CallContext, ConcurrencyLimits, SlotSemaphore, call_context, storing
from app.storage.slot_locks import Wishes, locks_of

Ways = Callable[..., SlotSemaphore]
PROJECT = Path(__file__).parent.parent.parent

HOLDER = """
import sys, time
from app.storage.slot_locks import locks_of
locks = locks_of(sys.argv[1])
print(*locks.acquire("vLLM", range(2)), flush=True)
time.sleep(60)
"""


@pytest.fixture
def gate(url: str) -> Iterator[Callable[..., SlotSemaphore]]:
    """Makes a way to the backend as another process would have it."""
    made: list[ConcurrencyLimits] = []

    def make(most: int = 4, *, interactive: bool = False) -> SlotSemaphore:
        made.append(ConcurrencyLimits(url, interactive=interactive))
        return made[-1].semaphore("vLLM", most)

    yield make
    for slots in made:
        slots.close()


def free(url: str, most: int = 4) -> int:
    """How many of the places nobody has."""
    locks = locks_of(url)
    taken = len(locks.acquire("vLLM", range(most), most=most))
    locks.close()
    return taken


class Crowd:
    """Calls that all want through a gate at once, and how many were in at a time."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.done = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def want(self, gates: list[SlotSemaphore], times: int, seconds: float) -> None:
        for each in gates * times:
            self._threads.append(threading.Thread(target=self._pass, args=(each, seconds)))
            self._threads[-1].start()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _pass(self, way: SlotSemaphore, seconds: float) -> None:
        with way.hold():
            with self._lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
            time.sleep(seconds)
            with self._lock:
                self.inside -= 1
                self.done += 1


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd()
    yield made
    made.wait()


def test_never_more_calls_than_places_however_many_processes_ask(gate: Ways, crowd: Crowd) -> None:
    ways = [gate(), gate(), gate(interactive=True)]  # each as a process of its own would have it

    crowd.want(ways, 10, 0.02)
    crowd.wait()

    assert (crowd.done, crowd.most <= 4) == (30, True)


def test_all_places_are_used(gate: Ways, crowd: Crowd) -> None:
    crowd.want([gate()], 12, 0.2)
    crowd.wait()

    assert crowd.most == 4


class Answered:
    """Calls that are answered at once, each with an answer that is stored when the test says so."""

    def __init__(self, way: SlotSemaphore) -> None:
        self._way = way
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self.number = 0
        self._stored = threading.Semaphore(0)

    def call(self, fails: bool = False) -> None:
        self._threads.append(threading.Thread(target=self._call, args=(fails,)))
        self._threads[-1].start()

    def wait_for(self, number: int, seconds: float = 30.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.number >= number, seconds)

    def store(self, number: int) -> None:
        self._stored.release(number)

    def end(self) -> None:
        self.store(len(self._threads))
        for thread in self._threads:
            thread.join()

    def _call(self, fails: bool) -> None:
        with storing():
            try:
                with self._way.hold():
                    if fails:
                        raise BackendUnavailable("away")
            except BackendUnavailable:
                pass
            with self._changed:
                self.number += 1
                self._changed.notify_all()
            assert self._stored.acquire(timeout=60)


@pytest.fixture
def answered(gate: Ways) -> Iterator[Answered]:
    made = Answered(gate(2))
    yield made
    made.end()


def test_no_call_begins_while_as_many_answers_as_places_are_not_stored(answered: Answered) -> None:
    for _ in range(6):
        answered.call()
    early = answered.wait_for(2)

    late = answered.wait_for(5, 0.3)  # two may have begun before the first two answers came
    answered.store(6)

    assert (early, late, answered.wait_for(6)) == (True, False, True)


def test_calls_that_failed_have_nothing_to_store(answered: Answered) -> None:
    for _ in range(6):
        answered.call(fails=True)

    assert answered.wait_for(6)


def test_calls_of_clients_that_wait_are_not_held_up(gate: Ways, crowd: Crowd) -> None:
    crowd.want([gate(1, interactive=True)], 4, 0.0)
    crowd.wait()

    assert crowd.done == 4


def test_the_places_of_a_process_that_was_killed_are_free_again(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        held = holder.stdout.readline()
        before = free(url, 2)
        holder.kill()

    _until(lambda: free(url, 2) == 2)
    assert (held, before) == ("0\n", 1)


def test_while_people_wait_jobs_leave_them_their_share(gate: Ways, crowd: Crowd) -> None:
    jobs_way, people = gate(8), gate(8, interactive=True)
    with people.hold():
        pass  # somebody was there a moment ago

    crowd.want([jobs_way], 20, 0.05)
    crowd.wait()

    assert crowd.most == 6


def test_a_person_is_not_starved_by_jobs_that_hand_places_on(gate: Ways, crowd: Crowd) -> None:
    jobs_way, person = gate(4), gate(4, interactive=True)
    crowd.want([jobs_way], 100, 0.1)
    time.sleep(0.3)

    with person.hold():
        left = 100 - crowd.done

    assert left > 20


def test_of_those_who_wait_the_urgent_go_first_then_who_came_first(gate: Ways) -> None:
    way, came = gate(1), []
    first, second, urgent = CallContext("first", 5), CallContext("second", 5), CallContext("urgent", 0)

    def call(who: CallContext) -> None:
        call_context.set(who)
        with way.hold():
            came.append(who.key)

    with way.hold():
        waiting = []
        for number, who in enumerate((first, second, urgent), 1):
            waiting.append(threading.Thread(target=call, args=(who,)))
            waiting[-1].start()
            _until(lambda number=number: len(way._line) == number)
    for thread in waiting:
        thread.join()

    assert came == ["urgent", "first", "second"]


def test_a_job_of_many_calls_leaves_room_for_a_job_of_one(gate: Ways) -> None:
    way, came = gate(2), []
    go_on = threading.Semaphore(0)

    def call(who: CallContext) -> None:
        call_context.set(who)
        with way.hold():
            came.append(who.key)
            go_on.acquire(timeout=10)

    many = [threading.Thread(target=call, args=(CallContext("many", 5),)) for _ in range(6)]
    for thread in many:
        thread.start()
    _until(lambda: len(came) == 2)
    one = threading.Thread(target=call, args=(CallContext("one", 5),))
    one.start()
    _until(lambda: len(way._line) == 5)
    go_on.release()
    _until(lambda: len(came) == 3)
    go_on.release(6)
    for thread in [*many, one]:
        thread.join()

    assert came[2] == "one"


def test_a_single_place_is_shared_by_jobs_and_people(gate: Ways, crowd: Crowd) -> None:
    with gate(1, interactive=True).hold():
        pass

    crowd.want([gate(1)], 3, 0.01)
    crowd.wait()

    assert (crowd.done, crowd.most) == (3, 1)


def test_who_is_sent_away_stops_waiting_and_takes_no_place(url: str, gate: Ways) -> None:
    way, cancel, caught = gate(1), CancelToken(), []

    def wait() -> None:
        try:
            with way.hold(cancel):
                pass
        except Cancelled as error:
            caught.append(error)

    with ExitStack() as stack:
        stack.enter_context(way.hold())
        waiting = [threading.Thread(target=wait) for _ in range(3)]
        for thread in waiting:
            thread.start()
        time.sleep(0.1)
        cancel.cancel()
        for thread in waiting:
            thread.join()

    assert len(caught) == 3
    _until(lambda: free(url, 1) == 1)


class Counting:
    """Locks that are all free, and count how often they are asked. The first time they answer once *go* is set."""

    def __init__(self, *, wanted_elsewhere: bool = False) -> None:
        self.asked: Counter[str] = Counter()
        self.go = threading.Event()
        self._wanted = wanted_elsewhere

    def acquire(
        self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None, most: int = 1
    ) -> Sequence[int]:
        self.asked["acquire"] += 1
        assert self.go.wait(60)
        return slots[:most]

    def release(self, name: str, slots: Collection[int]) -> None:
        self.asked["release"] += 1

    def reserve_interactive(self, name: str) -> None:
        self.asked["reserve"] += 1

    def release_reserve(self, name: str) -> None:
        self.asked["release reserve"] += 1

    def want(self, name: str, wanted: bool) -> None:
        pass

    def look(self, name: str) -> Wishes:
        return Wishes(reserved=False, wanted=self._wanted)

    def close(self) -> None:
        pass


def test_the_database_is_asked_once_for_the_places_of_all_calls_that_wait() -> None:
    locks, all_in = Counting(), threading.Barrier(64)
    way = SlotSemaphore(locks, "vLLM", 64, interactive=False)

    def call() -> None:
        with way.hold():
            all_in.wait(60)

    threads = [threading.Thread(target=call) for _ in range(64)]
    for thread in threads:
        thread.start()
    _until(lambda: len(way._line) == 64)
    locks.go.set()
    for thread in threads:
        thread.join()

    assert locks.asked["acquire"] == 2  # for the first that came, then for the 63 others


@pytest.mark.parametrize(("elsewhere", "asked"), [(False, 1), (True, 2)])
def test_a_place_goes_on_within_a_process_until_another_one_wants_it(elsewhere: bool, asked: int) -> None:
    locks, over = Counting(wanted_elsewhere=elsewhere), threading.Event()
    locks.go.set()
    way = SlotSemaphore(locks, "vLLM", 1, interactive=False)

    def call() -> None:
        with way.hold():
            over.set()

    with way.hold():
        waiting = threading.Thread(target=call)
        waiting.start()
        time.sleep(1.2 * HOLD_SECONDS)
    waiting.join()

    assert (over.is_set(), locks.asked["acquire"]) == (True, asked)


def test_interactive_calls_reserve_their_share_with_one_statement() -> None:
    locks = Counting()
    locks.go.set()
    way = SlotSemaphore(locks, "vLLM", 4, interactive=True)

    for _ in range(100):
        with way.hold():
            pass

    assert (locks.asked["reserve"], locks.asked["release reserve"]) == (1, 0)


class Failing:
    """Locks of which only the first place can be had before the database goes away."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self.away = False

    def acquire(
        self, name: str, slots: Sequence[int], while_wished: Sequence[int] | None = None, most: int = 1
    ) -> Sequence[int]:
        if self.away or self.held:
            raise StoreError("away")
        self.held.add(slots[0])
        return slots[:1]

    def release(self, name: str, slots: Collection[int]) -> None:
        self.held.difference_update(slots)

    def reserve_interactive(self, name: str) -> None:
        raise StoreError("away")

    def release_reserve(self, name: str) -> None:
        pass

    def want(self, name: str, wanted: bool) -> None:
        pass

    def look(self, name: str) -> Wishes:
        return Wishes(reserved=False, wanted=False)

    def close(self) -> None:
        pass


def test_a_database_that_goes_away_while_places_are_found_costs_none() -> None:
    locks = Failing()
    way, ended = SlotSemaphore(locks, "vLLM", 4, interactive=False), []

    def want() -> None:
        try:
            with way.hold():
                pass
        except StoreError as error:
            ended.append(error)

    with way._changed:  # both are in line before the first of them looks
        waiting = [threading.Thread(target=want) for _ in range(2)]
        for thread in waiting:
            thread.start()
        time.sleep(0.1)
    for thread in waiting:
        thread.join()

    _until(lambda: not locks.held)
    assert not way._inside


def test_a_wish_that_could_not_be_made_is_not_counted() -> None:
    way = SlotSemaphore(Failing(), "vLLM", 4, interactive=True)

    with pytest.raises(StoreError), way.hold():
        pass

    assert way._calls == 0


def test_a_place_costs_a_few_milliseconds_mostly(gate: Ways) -> None:
    way = gate()
    took: list[float] = []

    for _ in range(100):
        began = time.monotonic()
        with way.hold():
            pass
        took.append(time.monotonic() - began)

    assert statistics.median(took) < 0.02  # measured: 0.1 ms on files, 1 ms on a server


def _until(true: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_place_that_is_left_about_when_the_thread_of_places_ends_is_given_up_too(url: str, gate: Ways) -> None:
    way = gate(1)
    with way.hold():
        pass
    eventually_free(url, 1)

    for pause in (0.9, 1.0, 1.1):  # of the time after which the thread ends that had nothing to do
        time.sleep(pause * HOLD_SECONDS)
        with way.hold():
            pass

    eventually_free(url, 1)


def eventually_free(url: str, number: int) -> None:
    deadline = time.monotonic() + 20
    while free(url, 1) < number:
        assert time.monotonic() < deadline, "nobody gives the place up"
        time.sleep(0.02)
