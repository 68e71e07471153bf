"""Templates are compiled and rendered in a process that can be killed before any serving process sees them."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.catalog import Catalog, Examiner, LastGood, Proofs, load
from app.catalog.apart import Examined
from app.catalog.examining import Case, Outcome
from app.catalog.proofs import FILE
from app.errors import Problem, StoreError
from app.kinds import KINDS
from tests.catalog import folders
from tests.catalog.folders import FLAVOR, TEMPLATE, manifest

SLOW = "{{ turns }}\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
LARGE = (
    "{{ turns }}\n{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [ns.x, 'x' * 9999 ~ a] %}{% endfor %}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    made = Examiner()
    yield made
    made.close()


class Counting(Examiner):
    """Counts what is examined."""

    def __init__(self, examiner: Examiner) -> None:
        super().__init__()
        self._examiner = examiner
        self.files: list[str] = []

    def examine(self, case: Case) -> Examined:
        self.files.append(case.file)
        return self._examiner.examine(case)


class Absent(Examiner):
    def examine(self, case: Case) -> Examined:
        raise StoreError(f"{case.file}: no process can be started")


def put(folder: Path, file: str, template: str = TEMPLATE, **changed: Any) -> None:
    """A service in *folder*; only summaries have `fields`."""
    folders.put(folder, file, template, **changed)
    written = json.loads((folder / f"{file}.json").read_text())
    if written["type"] != "summary":
        (folder / f"{file}.json").write_text(json.dumps({key: each for key, each in written.items() if key != "fields"}))


def loaded(folder: Path, proofs: Proofs, previous: Catalog | None = None) -> Catalog:
    return load(folder, KINDS, previous, prove=proofs)


def told(catalog: Catalog) -> list[str]:
    return [str(problem) for problem in catalog.problems]


def test_a_catalog_is_the_same_whoever_examines_its_services(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra", "{% include 'rules.txt' %}{{ turns }}", flavor={"reduce_prompt": "last"})
    put(folder, "off", "{{ turnz }}")
    put(folder, "bad", "{% if %}{{ turns }}", flavor={"reduce_prompt": "lsat"})
    put(folder, "gen", "{{ prompt }}", type="generate")
    (folder / "fn.json").write_text(json.dumps([{"name": "f", "parameters": {}}]))
    call = {"type": "function_call", "name": "call", "functions": "fn.json", "flavor": [FLAVOR]}
    (folder / "call.json").write_text(json.dumps(call))
    (folder / "call.txt").write_text("{{ prompt }}{{ functions }}")
    for name, text in (("rules", "r"), ("last", "{{ turns }}")):
        (folder / f"{name}.txt").write_text(text)

    here, apart = load(folder, KINDS), loaded(folder, Proofs(examiner))

    assert (apart.services, apart.problems) == (here.services, here.problems)
    assert set(apart.services) == {"cra", "gen", "call"}


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (SLOW, "cra.txt:2: cannot be rendered: takes more than 2 s"),
        ("{{ turns }}" + "{% set x = range(9)|list %}" * 3_000, "more than 10000 expressions"),
        (LARGE, "cra.txt:2: cannot be rendered: "),
        ("{{ turns }}\n{{ turns|string|urlize }}", "cra.txt:2: the filter urlize is not for templates"),
    ],
)
def test_a_template_that_fails_is_a_problem_by_file_and_line(
    folder: Path, examiner: Examiner, template: str, reason: str
) -> None:
    put(folder, "cra")
    before = loaded(folder, Proofs(examiner))

    (folder / "cra.txt").write_text(template)
    now = loaded(folder, Proofs(examiner), before)

    assert reason in told(now)[0]
    assert now.services["cra"].templates == {"cra": TEMPLATE}


@pytest.mark.parametrize("kind", ["generate", "chat"])
def test_a_first_render_of_every_kind_is_bounded(folder: Path, examiner: Examiner, kind: str) -> None:
    put(folder, "cra", f"{{{{ prompt }}}}{SLOW.removeprefix('{{ turns }}')}", type=kind)

    assert "takes more than 2 s" in told(loaded(folder, Proofs(examiner)))[0]


def test_what_only_a_request_knows_is_no_problem_of_a_first_render(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra", "{{ prompt }}{% for each in items %}{{ each.name }}{% endfor %}", type="generate")

    assert told(loaded(folder, Proofs(examiner))) == []


def test_each_version_is_examined_once_by_all_processes_and_after_a_restart(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra")
    put(folder, "off", SLOW)
    first, second = Counting(examiner), Counting(examiner)
    before = loaded(folder, Proofs(first, folder.parent))

    now = loaded(folder, Proofs(second, folder.parent))

    assert (first.files, second.files) == (["cra.json", "off.json"], [])
    assert (now.services, now.problems) == (before.services, before.problems)


def test_a_template_that_has_changed_is_examined_again_for_each_service_that_reaches_it(
    folder: Path, examiner: Examiner
) -> None:
    put(folder, "cra", "{% include 'rules.txt' %}{{ turns }}")
    put(folder, "cred", "{% include ['none.txt', 'rules.txt'] %}{{ turns }}")
    put(folder, "zoo")
    (folder / "rules.txt").write_text("r")
    loaded(folder, Proofs(examiner, folder.parent))
    counting = Counting(examiner)

    (folder / "rules.txt").write_text(SLOW)
    now = loaded(folder, Proofs(counting, folder.parent))

    assert counting.files == ["cra.json", "cred.json"]
    assert [problem.file for problem in now.problems] == ["rules.txt"]


def test_a_template_that_was_looked_for_in_vain_has_a_service_examined_again(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra", "{% include 'rules.txt' ignore missing %}{{ turns }}")
    loaded(folder, Proofs(examiner, folder.parent))

    (folder / "rules.txt").write_text("r")
    now = loaded(folder, Proofs(examiner, folder.parent))

    assert set(now.services["cra"].templates) == {"cra", "rules"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": [1]}', '{"a": [{}]}', "[" * 100_000])
def test_a_file_of_proofs_that_is_broken_holds_nothing(folder: Path, examiner: Examiner, text: str) -> None:
    put(folder, "cra")
    (folder.parent / "proofs.json").write_text(text)

    assert set(loaded(folder, Proofs(examiner, folder.parent)).services) == {"cra"}


def test_a_folder_that_cannot_be_written_keeps_proofs_in_memory(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra")
    (folder.parent / "file").write_text("")
    counting = Counting(examiner)
    proofs = Proofs(counting, folder.parent / "file" / "state")
    loaded(folder, proofs)

    now = loaded(folder, proofs)

    assert (set(now.services), counting.files) == ({"cra"}, ["cra.json"])


def test_without_a_process_that_examines_the_last_good_version_serves(folder: Path, examiner: Examiner) -> None:
    put(folder, "cra")
    before = loaded(folder, Proofs(examiner))

    (folder / "cra.txt").write_text("{{ turns }}!")
    now = loaded(folder, Proofs(Absent()), before)

    assert now.services["cra"].templates == {"cra": TEMPLATE}
    assert told(now) == ["cra.json: cra.json: no process can be started"]


def test_a_last_good_version_of_another_release_is_examined_before_it_serves(folder: Path, examiner: Examiner) -> None:
    memory = LastGood(folder.parent)
    memory.save(folder, {"cra.json": {"manifest": manifest("cra"), "templates": {"cra": SLOW}}})
    (folder / "cra.json").write_text("{")

    catalog = load(folder, KINDS, remember=memory, prove=Proofs(examiner))

    assert dict(catalog.services) == {}


def test_a_process_that_was_killed_while_it_was_idle_is_started_again(folder: Path) -> None:
    examiner = Examiner()
    case = Case("cra.json", manifest("cra"), {"cra": TEMPLATE})
    examiner.examine(case)
    assert examiner.pid is not None

    os.kill(examiner.pid, signal.SIGKILL)

    assert examiner.examine(case).outcome == Outcome(reached=("cra",))
    examiner.close()


def test_a_case_that_outlasts_all_patience_is_not_final() -> None:
    says_what_it_looks_at_and_no_more = """import time; print('{"looked": "cra"}', flush=True); time.sleep(600)"""
    examiner = Examiner(command=(sys.executable, "-c", says_what_it_looks_at_and_no_more), patience=5)

    examined = examiner.examine(Case("cra.json", manifest("cra"), {"cra": SLOW}))

    assert (examined.outcome.problems, examined.final) == (
        (Problem("cra.txt", "", "was killed while it was tried"),),
        False,
    )


def test_a_process_that_has_taken_much_time_makes_room_for_another() -> None:
    ends_after_each_case = "from app.catalog import examiner; examiner.LONGEST = 0.0; examiner.main()"
    examiner = Examiner(command=(sys.executable, "-c", ends_after_each_case))
    case = Case("cra.json", manifest("cra"), {"cra": TEMPLATE})

    outcomes = [examiner.examine(case).outcome for _ in range(3)]

    examiner.close()
    assert outcomes == [Outcome(reached=("cra",))] * 3


def test_an_interruption_that_comes_when_all_is_done_ends_no_process() -> None:
    late = """
import os, signal
from app.catalog import examiner
done = examiner.examine

def examine(*given):
    found = done(*given)
    os.kill(os.getpid(), signal.SIGPROF)
    return found

examiner.examine = examine
examiner.main()
"""
    examiner = Examiner(command=(sys.executable, "-c", late))

    examined = examiner.examine(Case("cra.json", manifest("cra"), {"cra": TEMPLATE}))

    examiner.close()
    assert examined.outcome.problems == (Problem("cra.txt", "", "takes more than 2 s"),)


def test_a_process_that_is_idle_ends() -> None:
    examiner = Examiner(idle=0.2)
    examiner.examine(Case("cra.json", manifest("cra"), {"cra": TEMPLATE}))
    deadline = time.monotonic() + 10

    while examiner.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)

    assert examiner.pid is None


def test_the_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_TOKEN", "planted")
    examiner = Examiner()
    examiner.examine(Case("cra.json", manifest("cra"), {"cra": TEMPLATE}))

    environment = Path(f"/proc/{examiner.pid}/environ").read_bytes()

    examiner.close()
    assert b"planted" not in environment


DYING = """
import os, re, resource, signal, sys
resource.setrlimit(resource.RLIMIT_CPU, (1, 9))
sys.stdin.readline()
{said}
sys.stdout.flush()
{end}
"""
LOOKED = """print('{"looked": "cra"}')"""


@pytest.mark.parametrize(
    ("end", "reason", "final"),
    [
        ("re.match('(a+)+$', 'a' * 60 + 'b')", "takes more than 2 s, and cannot be interrupted", True),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended the process in which it was tried", True),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed while it was tried", False),
        ("print('{'); sys.stdout.flush(); sys.stdin.read()", "was killed while it was tried", False),
    ],
    ids=["slow", "crash", "killed", "no json"],
)
def test_what_ends_the_process_is_the_fault_of_the_template_that_was_tried(end: str, reason: str, *, final: bool) -> None:
    examiner = Examiner(command=(sys.executable, "-c", DYING.format(said=LOOKED, end=end)))

    examined = examiner.examine(Case("cra.json", manifest("cra"), {"cra": TEMPLATE}))

    assert examined == Examined(Outcome(problems=(Problem("cra.txt", "", reason),)), frozenset({"cra"}), final)


@pytest.mark.parametrize("command", [("/nowhere",), (sys.executable, "-c", "")], ids=["missing", "silent"])
def test_a_process_that_examines_nothing_is_said(command: tuple[str, ...]) -> None:
    with pytest.raises(StoreError, match="templates cannot be tried"):
        Examiner(command=command).examine(Case("cra.json", manifest("cra"), {"cra": TEMPLATE}))


def test_a_process_without_an_examiner_leaves_an_edit_to_the_one_that_has_one(
    folder: Path, tmp_path: Path, examiner: Examiner
) -> None:
    put(folder, "cra")
    warm, cold = Proofs(examiner, tmp_path / "state"), Counting(examiner)
    follower = Proofs(cold, tmp_path / "state", head_start=60)
    before = loaded(folder, warm)
    put(folder, "cra", "{{ turns }} at once")
    after: list[Catalog] = []
    following = threading.Thread(target=lambda: after.append(loaded(folder, follower, before)))

    following.start()
    catalog = loaded(folder, warm, before)
    following.join()

    assert (cold.files, after[0].services) == ([], catalog.services)


def test_a_head_start_that_nobody_takes_ends(folder: Path, tmp_path: Path, examiner: Examiner) -> None:
    put(folder, "cra")
    before = loaded(folder, Proofs(examiner, tmp_path / "state"))
    put(folder, "cra", "{{ turns }} at once")
    cold = Counting(examiner)

    loaded(folder, Proofs(cold, tmp_path / "state", head_start=0.01), before)

    assert cold.files == ["cra.json"]


@pytest.mark.parametrize(("ahead", "waits"), [(0, True), (3600, False), (-3600, False)])
def test_nobody_gives_a_head_start_because_the_clock_was_set_back(
    folder: Path, tmp_path: Path, examiner: Examiner, ahead: float, *, waits: bool
) -> None:
    put(folder, "cra")
    loaded(folder, Proofs(examiner, tmp_path / "state"))
    written = time.time() + ahead

    os.utime(tmp_path / "state" / FILE, (written, written))

    assert Proofs(Counting(examiner), tmp_path / "state")._was_written_lately() is waits
