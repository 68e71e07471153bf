"""Corrections, edits, restored versions and new runs in any order, against the simplest account of what must be true."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.jobs import Status
from tests.meetings.conftest import TRANSCRIPT, Desk, matching, on_sqlite

STEPS = 14
WORDS = ("roof", "boiler", "fence", "kitchen", "cellar", "stairs")


@dataclass(frozen=True)
class Heard:
    """A turn as a model sees it."""

    label: str
    text: str
    struck: bool = False

    @property
    def shown(self) -> tuple[str, str] | None:
        return None if self.struck else (self.label, self.text)


@dataclass
class Walk:
    """One meeting, and what is known of it beside the gateway: its turns, the names of its labels, what each version was and
    which turns it knew."""

    desk: Desk
    service: str
    dice: random.Random
    job_id: str = ""
    turns: list[Heard] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    versions: dict[int, dict[str, Any]] = field(default_factory=dict)
    known: dict[int, list[Heard]] = field(default_factory=dict)
    given: int = 0

    def begin(self) -> None:
        self.turns = [Heard(label, text) for label, _, text in (line.partition(" : ") for line in TRANSCRIPT.split("\n"))]
        self.job_id = self.desk.held(self.service)
        self.known[1] = list(self.turns)

    # -- steps

    def rename(self) -> None:
        self._rename(self.dice.choice(self.present), self._fresh())

    def rename_to_more(self) -> None:
        """A name that has the old one in it."""
        old = self.dice.choice(self.present)
        self._rename(old, f"{old} {self._fresh()}")

    def merge(self) -> None:
        if len(self.present) > 1:
            self._rename(*self.dice.sample(self.present, 2))

    def swap(self) -> None:
        if len(self.present) > 1:
            one, other = self.dice.sample(self.present, 2)
            self._correct(speakers={one: other, other: one})
            self.names = {label: {one: other, other: one}.get(name, name) for label, name in self._called.items()}
            self._made(self.known[max(self.known)])

    def correct(self) -> None:
        number = self.dice.randrange(len(self.turns))
        text = f"The {self.dice.choice(WORDS)} is {self.dice.choice(WORDS)} again."
        self._correct(turns=[{"number": number, "text": text}])
        self.turns[number] = replace(self.turns[number], text=text)

    def correct_back(self) -> None:
        """As the first run heard it."""
        number = self.dice.randrange(len(self.known[1]))
        text = self.known[1][number].text
        self._correct(turns=[{"number": number, "text": text}])
        self.turns[number] = replace(self.turns[number], text=text)

    def give_to_another(self) -> None:
        number = self.dice.randrange(len(self.turns))
        name = self.dice.choice(self.present)
        self._correct(turns=[{"number": number, "speaker": name}])
        label = next(label for label in self._labels if self._called[label] == name)
        self.turns[number] = replace(self.turns[number], label=label)

    def strike(self) -> None:
        if sum(not turn.struck for turn in self.turns) > 2:
            self._strike(struck=True)

    def unstrike(self) -> None:
        self._strike(struck=False)

    def edit(self) -> None:
        if self.service == "notes":
            text = f"# {self.dice.choice(WORDS)}\n\n{self.dice.choice(self.present)} : {self.dice.choice(WORDS)}."
            answer = self.desk.client.put(f"/results/{self.job_id}/text", json={"text": text}, headers=matching("*"))
        else:
            minutes = self.desk.minutes(self.job_id)
            live = [number for number, turn in enumerate(self.turns) if not turn.struck]
            if minutes["items"]:
                item = self.dice.choice(minutes["items"])
                item.update(text=f"About the {self.dice.choice(WORDS)}.", turns=[self.dice.choice(live)], kind="action")
            answer = self.desk.client.put(f"/results/{self.job_id}/minutes", json=minutes, headers=matching("*"))
        assert answer.status_code == 200, answer.text
        self._made(self.known[max(self.known)])

    def restore(self) -> None:
        number = self.dice.choice(list(self.known))
        answer = self.desk.client.post(f"/results/{self.job_id}/versions/{number}/restore", headers=matching("*"))
        assert answer.status_code == 200, answer.text
        self._made(self.known[number])

    def retry(self) -> None:
        stale = self.desk.job(self.job_id).stale
        answer = self.desk.client.post(f"/jobs/{self.job_id}/retry")
        assert answer.status_code == (202 if stale else 409), (stale, answer.text)
        if stale is not None:
            self._run(len(stale["batches"]), exact=self.service == "notes")

    def append(self) -> None:
        turn = Heard(self.dice.choice(("Bob Stone", "SPEAKER_00", "Dora")), f"And the {self.dice.choice(WORDS)} too.")
        answer = self.desk.client.post(f"/jobs/{self.job_id}/turns", json={"content": f"{turn.label} : {turn.text}"})
        assert answer.status_code in (200, 202), answer.text
        self.turns.append(turn)
        self._run(len(self.turns))

    def rename_before_the_run(self) -> None:
        """A rename of a job that is queued again: its former result gets the name too."""
        if self.desk.job(self.job_id).stale is not None:
            self.desk.client.post(f"/jobs/{self.job_id}/retry")
            old, new = self.dice.choice(self.present), self._fresh()
            self._correct(speakers={old: new})
            self.names = {label: new if name == old else name for label, name in self._called.items()}
            self.known[max(self.known) + 1] = self.known[max(self.known)]
            self._run(len(self.turns))

    # -- what must be true

    def look(self, step: str) -> None:
        client, job = self.desk.client, self.desk.job(self.job_id)
        assert job.status is Status.COMPLETE, (step, job.error)
        told = client.get(f"/results/{self.job_id}/versions").get_json()
        shown = {number: client.get(f"/results/{self.job_id}/versions/{number}").get_json() for number in self.known}
        assert told["current"] == max(self.known), step
        assert {number: shown[number] for number in self.versions} == self.versions, f"{step}: a version was overwritten"
        self.versions = shown
        self._look_at_stale(step, job.stale)
        self._look_at_names(step)

    def _look_at_stale(self, step: str, stale: Any) -> None:
        known = self.known[max(self.known)]
        now = {number: turn.shown for number, turn in enumerate(self.turns)}
        then: dict[int, Any] = {number: turn.shown for number, turn in enumerate(known)}
        changed = [number for number in now if now[number] != then.get(number)]
        assert (stale or {"turns": []})["turns"] == changed, step
        for item in self._minutes.get("items", ()):
            assert (item["id"] in stale["items"] if stale else False) == bool(set(changed) & set(item["turns"])), step

    def _look_at_names(self, step: str) -> None:
        client = self.desk.client
        present = {each["speaker"] for each in self.desk.transcript(self.job_id)["turns"]}
        assert present == set(self.present), step
        if self.service == "notes":
            return
        minutes, text = self._minutes, self.desk.text(self.job_id)
        people = [each["name"] for each in minutes["participants"]]
        assert len(people) == len(set(people)), step
        assert set(people) <= set(self.names.values()) | set(self._called.values()), step
        assert {item["owner"] for item in minutes["items"] if item.get("owner")} <= set(people), step
        export = client.get(f"/results/{self.job_id}/export/json").get_json(force=True)
        markdown = client.get(f"/results/{self.job_id}/export/md").get_data(as_text=True).replace("\\", "")
        assert export["minutes"] == minutes, step
        assert export["participants"] == people, step
        assert f"Participants: {', '.join(people)}\n" in f"{text}\n", step
        listed = client.get("/actions", query_string={"limit": 100}).get_json()["actions"]
        wanted = {(item["id"], item.get("owner"), item["text"]) for item in minutes["items"] if item["kind"] == "action"}
        assert {(each["item"], each["owner"], each["text"]) for each in listed} == wanted, step
        assert all(item["text"] in text and item["text"] in markdown for item in minutes["items"]), step

    # -- what the steps have in common

    @property
    def _labels(self) -> list[str]:
        return list(dict.fromkeys(turn.label for turn in self.turns))

    @property
    def _called(self) -> dict[str, str]:
        return {**self.names, **{label: self.names.get(label, label) for label in self._labels}}

    @property
    def present(self) -> list[str]:
        return list(dict.fromkeys(self._called[label] for label in self._labels))

    @property
    def _minutes(self) -> dict[str, Any]:
        return {} if self.service == "notes" else self.desk.minutes(self.job_id)

    def _fresh(self) -> str:
        self.given += 1
        return f"Person{self.given}x"

    def _correct(self, **body: Any) -> None:
        answer = self.desk.correct(self.job_id, **body)
        assert answer.status_code == 200, answer.text

    def _strike(self, *, struck: bool) -> None:
        number = self.dice.randrange(len(self.turns))
        self._correct(turns=[{"number": number, "struck": struck}])
        self.turns[number] = replace(self.turns[number], struck=struck)

    def _rename(self, old: str, new: str) -> None:
        self._correct(speakers={old: new})
        self.names = {label: new if name == old else name for label, name in self._called.items()}
        self._made(self.known[max(self.known)])

    def _run(self, most: int, *, exact: bool = False) -> None:
        calls = self.desk.carry_out(self.job_id)
        assert calls <= most if exact else calls <= most + 2, (calls, most)  # minutes write their summary anew
        self._made(list(self.turns))

    def _made(self, known: list[Heard]) -> None:
        """Notes which turns the newest version knows, and those that nothing is known of yet."""
        newest = self.desk.client.get(f"/results/{self.job_id}/versions").get_json()["current"]
        for number in range(max(self.known) + 1, newest + 1):
            self.known[number] = known


@on_sqlite
@pytest.mark.parametrize("service", ["board", "quoted", "notes"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_in_whatever_order(desk: Desk, service: str, seed: int) -> None:
    walk = Walk(desk, service, random.Random(seed))
    walk.begin()
    steps: list[Callable[[], None]] = [
        *(walk.rename, walk.rename_to_more, walk.merge, walk.swap, walk.correct, walk.correct_back, walk.give_to_another),
        *(walk.strike, walk.unstrike, walk.edit, walk.restore, walk.restore, walk.retry, walk.append),
        walk.rename_before_the_run,
    ]
    for _ in range(STEPS):
        step = walk.dice.choice(steps)
        step()
        walk.look(f"{service} {seed}: {step.__name__}")


@on_sqlite
def test_what_an_earlier_release_left_stale_stays_so_until_it_is_asked_again(desk: Desk) -> None:
    job_id = desk.held()
    desk.correct(job_id, turns=[{"number": 1, "text": "The heating is cheap."}])
    with desk.jobs.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET basis = NULL")
        connection.exec_driver_sql("DELETE FROM turn_changes")

    renamed = desk.correct(job_id, speakers={"SPEAKER_00": "Ann Berg"}).get_json()
    struck = desk.correct(job_id, turns=[{"number": 4, "struck": True}]).get_json()
    desk.client.post(f"/results/{job_id}/versions/1/restore", headers=matching("*"))
    restored = desk.job(job_id).stale
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)

    assert (renamed["turns"], struck["turns"]) == ([1], [1, 4])
    assert restored is not None
    assert restored["turns"] == [1, 4]
    assert "Participants: Ann Berg, Bob Stone" in desk.text(job_id)
    assert desk.job(job_id).stale is None
