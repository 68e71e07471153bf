"""`replay`: runs stored jobs of a running gateway again, and shows their results side by side with the stored ones."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands import remote, usage
from app.commands.remote import WrongArguments
from app.errors import counted
from app.settings import Settings

if TYPE_CHECKING:
    from app.client import Gateway, Job
    from app.prompt_tests.comparing import Compared, Outcome, SourceText

SUMMARY = "run stored jobs of a running gateway again, and compare the results with the stored ones"
EXAMPLES = ("replay cra --last 20 --with cra.short.txt", "replay cra --flavor mixtral --yes --json")
USUAL = 10
MANIFEST = ".json"
NOTHING, UNCONFIRMED = 5, 6
HEADINGS = ("JOB", "REPLAY", "LENGTH", "COVERAGE", "LANGUAGE", "KEPT", "UNSUPPORTED", "TOKENS", "SECONDS")
STATUSES = {
    **remote.STATUSES,
    0: "every job was replayed and compared",
    remote.FAILED: "a replay failed, or the gateway refused it",
    NOTHING: "there is no complete job of the service",
    UNCONFIRMED: "nothing was run: nobody has confirmed the number of calls (--yes)",
    usage.INTERRUPTED: "Ctrl-C: open replays are cancelled; the same command goes on with them",
}
NOTES = "The results are compared on this machine, which needs the packages of the server: pip install 'llm-gateway[server]'."


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    parser.epilog = NOTES
    parser.add_argument("service", help="name of the service whose jobs are replayed")
    parser.add_argument(
        "--last", type=usage.at_least(1), default=USUAL, metavar="N", help=f"the newest N complete jobs [{USUAL}]"
    )
    parser.add_argument(
        "--with",
        dest="file",
        metavar="FILE",
        help="a template (.txt), a manifest (.json) with the templates beside it, or a variant that the gateway has",
    )
    parser.add_argument("--flavor", help="another flavor; default: that of each job")
    parser.add_argument("--yes", action="store_true", help="do not ask before the calls are made")
    parser.add_argument(
        "--save-as-tests",
        action="store_true",
        help="append the stored jobs, transcripts included, to SERVICE.tests.json in the services folder of this machine",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object, with texts and diffs")
    remote.add(parser, settings)


def run(given: argparse.Namespace) -> int:
    """Replays and compares; the exit status. Raises ModuleNotFoundError before anything is asked if the server is missing."""
    import_module("app.prompt_tests.saving")  # all that compares and saves results
    return _run(given)


@remote.command
def _run(gateway: Gateway, given: argparse.Namespace) -> int:
    stored = list(islice(_stored(gateway, given.service), given.last))
    if not stored:
        remote.tell(f"llm-gateway: there is no complete job of {given.service}")
        return NOTHING
    fields = _fields(gateway, stored[0], given)
    if not _confirmed(_foreseen(gateway, stored, fields), given):
        return UNCONFIRMED
    replays: list[Job] = []
    try:
        for job in stored:
            replays.append(_begun(gateway, job, fields))  # noqa: PERF401 - those that are begun are cancelled on Ctrl-C
        ended = [_ended(gateway, each) for each in replays]
    except KeyboardInterrupt:
        _cancel(gateway, replays, stored[len(replays) :][:1], fields)
        return usage.INTERRUPTED
    found = [_compared(gateway, *pair) for pair in zip(stored, ended, strict=True) if pair[1].status == "complete"]
    _show(found, as_json=given.json)
    if given.save_as_tests:
        _save(gateway, given, found, fields)
    failed = [each for each in ended if each.status != "complete"]
    for each in failed:
        remote.tell(f"llm-gateway: replay {each.id} is {each.status}: {each.error}")
    return remote.FAILED if failed else 0


def _fields(gateway: Gateway, stored: Job, given: argparse.Namespace) -> dict[str, Any]:
    """What the replays are asked for instead of the service's own files and the jobs' flavors. Raises WrongArguments."""
    from app.prompt_tests import trial_files

    fields = {"flavor": given.flavor} if given.flavor else {}
    if given.file is None:
        return fields
    file = Path(given.file)
    if file.suffix != MANIFEST and not file.exists():
        return {**fields, "variant": file.name}
    manifest = gateway.preview_replay(stored.id)["manifest"]
    try:
        return {**fields, **trial_files.fields(file, stored.service, manifest)}
    except trial_files.Unusable as error:
        raise WrongArguments(str(error)) from error


def _stored(gateway: Gateway, service: str) -> Iterator[Job]:
    """The complete jobs of the service, newest first, without those that are replays themselves."""
    return (job for job in gateway.jobs(service=service, status="complete") if not job.body.get("replayOf"))


@dataclass(frozen=True)
class Foreseen:
    """What the replays will cost: *calls*, *more* that only the run shows, in words, and *tokens* of the prompts."""

    jobs: int
    calls: int
    more: tuple[str, ...]
    tokens: int

    def __str__(self) -> str:
        more = f", and {'; '.join(self.more)}" if self.more else ""
        jobs, calls, tokens = counted(self.jobs, "job"), counted(self.calls, "call"), counted(self.tokens, "token")
        return f"{jobs} will be run again with {calls} ({tokens} of prompts){more}"


def _foreseen(gateway: Gateway, stored: Sequence[Job], fields: Mapping[str, Any]) -> Foreseen:
    previews = [gateway.preview_replay(job.id, **fields) for job in stored]
    return Foreseen(
        len(stored),
        sum(each["calls"] for each in previews),
        tuple(dict.fromkeys(each["more_calls"] for each in previews if each["more_calls"])),
        sum(each["tokens"]["prompt"] for each in previews),
    )


def _confirmed(foreseen: Foreseen, given: argparse.Namespace) -> bool:
    remote.tell(str(foreseen))
    if given.yes:
        return True
    if not sys.stdin.isatty():
        remote.tell("llm-gateway: nothing was run: confirm it with --yes")
        return False
    sys.stderr.write("Run them? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _begun(gateway: Gateway, stored: Job, fields: Mapping[str, Any]) -> Job:
    """The replay of *stored*, which goes on if it was cancelled or failed before."""
    replay = gateway.replay(stored.id, **fields)
    return gateway.retry(replay.id) if replay.status in ("cancelled", "error") else replay


def _ended(gateway: Gateway, replay: Job) -> Job:
    """*replay* once it has ended."""
    [last] = deque(gateway.events(replay.id), maxlen=1)
    remote.tell(f"replay {last.id}: {last.status}")
    return last


def _cancel(gateway: Gateway, replays: Sequence[Job], asked: Sequence[Job], fields: Mapping[str, Any]) -> None:
    """Cancels the *replays* that have not ended, and that of the job *asked* for whose answer had not come: it is the same if
    it is asked for again."""
    from app.client import GatewayError

    remote.tell("cancelling the open replays; the same command goes on with them")
    with suppress(GatewayError):  # it cannot be replayed
        replays = [*replays, *(gateway.replay(job.id, **fields) for job in asked)]
    for each in replays:
        with suppress(GatewayError):  # it has ended
            gateway.cancel(each.id)


def _compared(gateway: Gateway, stored: Job, replayed: Job) -> Compared:
    from app.prompt_tests.comparing import compared

    return compared(_outcome(gateway, stored.id), _outcome(gateway, replayed.id), _source_of(gateway, stored.id))


def _outcome(gateway: Gateway, job_id: str) -> Outcome:
    from app.prompt_tests.comparing import Outcome

    result = gateway.result(job_id)
    job = gateway.job(job_id)
    seconds = (job.finished - job.started).total_seconds() if job.started and job.finished else None
    return Outcome(job_id, result.text, result.coverage, job.tokens.prompt + job.tokens.completion, seconds)


def _source_of(gateway: Gateway, job_id: str) -> SourceText:
    """What was said in the job's meeting; nothing if the job has no transcript."""
    from app.client import Refused
    from app.prompt_tests.comparing import SourceText

    try:
        told = gateway.transcript(job_id)
    except Refused as refused:
        if refused.status != 409:
            raise
        return SourceText()
    turns = [turn for turn in told["turns"] if not turn["struck"]]
    text = "\n".join(f"{turn['speaker']} : {turn['text']}" for turn in turns)
    return SourceText(text, [each["name"] for each in told["speakers"]], told["language"])


def _save(gateway: Gateway, given: argparse.Namespace, found: Sequence[Compared], fields: Mapping[str, Any]) -> None:
    """Appends the stored jobs to the tests of the service."""
    from app.prompt_tests import SUFFIX
    from app.prompt_tests.saving import case_of, save

    service = fields.get("service", given.service)
    file = given.settings.services_folder / f"{service}{SUFFIX}"
    cases = []
    for each in found:
        source = _source_of(gateway, each.stored.job)
        if source.text:
            cases.append(case_of(each, source, gateway.job(each.replayed.job).flavor, fields))
    remote.tell(f"added {counted(save(file, cases), 'case')} to {file}")


def _show(found: Sequence[Compared], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"replays": [each.record() for each in found]}, ensure_ascii=False, indent=2) + "\n")
        return
    remote.print_table([HEADINGS, *map(_row, found)])
    for each in found:
        for line in each.diff():
            remote.put(line)


def _row(each: Compared) -> tuple[str, ...]:
    before, after = each.before, each.after
    pairs = (
        (str(before.characters), str(after.characters)),
        (_share(before.coverage), _share(after.coverage)),
        (before.language, after.language),
        (_share(before.retention), _share(after.retention)),
        (_number(before.unsupported), _number(after.unsupported)),
        (str(before.tokens), str(after.tokens)),
        (_seconds(before.seconds), _seconds(after.seconds)),
    )
    return each.stored.job[:8], each.replayed.job[:8], *(f"{old} -> {new}" for old, new in pairs)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _number(found: Sequence[str] | None) -> str:
    return "-" if found is None else str(len(found))


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"
