from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from app.client import Job, NotReachable, Progress, Refused, Result
from app.commands import actions, cancel, chat, jobs, output, remote, replay, results, run, services
from app.commands.following import Words, in_words
from app.documents.formats import FORMATS
from app.settings import Settings

COMMANDS = {
    "actions": actions,
    "cancel": cancel,
    "chat": chat,
    "jobs": jobs,
    "replay": replay,
    "results": results,
    "run": run,
    "services": services,
}


def parser_of(name: str, **variables: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name)
    COMMANDS[name].options(parser, Settings(variables=variables))
    return parser


@pytest.mark.parametrize("name", COMMANDS)
def test_no_help_shows_the_key(name: str) -> None:
    assert "planted" not in parser_of(name, GATEWAY_API_KEY="planted").format_help()


def state(status: str = "processing", **more: object) -> Job:
    return Job(id="j", service="cra", flavor="f", status=status, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (state("queued"), "job j: queued"),
        (state("queued", trouble="vLLM is down"), "job j: queued: vLLM is down"),
        (state(progress=Progress("map", 2, 5, 40.4)), "job j: processing, map 2/5, 40 %"),
        (state(progress=Progress("", 2, 5, 40.0)), "job j: processing, step 2/5, 40 %"),
        (state("complete", progress=Progress("map", 5, 5, 100.0)), "job j: complete"),
        (state("error", error="no room"), "job j: error: no room"),
    ],
)
def test_where_a_job_stands_is_a_line(job: Job, words: str) -> None:
    assert in_words(job) == words


def test_a_line_that_says_nothing_new_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    words = Words()

    for each in (state("queued"), state("queued", text="more"), state("complete")):
        words.show(each)

    assert capsys.readouterr().err.splitlines() == ["job j: queued", "job j: complete"]


class Exporting:
    """A gateway that exports, or cannot."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._error = error

    def export(self, job_id: str, form: str) -> bytes:
        self.asked.append((job_id, form))
        if self._error:
            raise self._error
        return b"PK\x03\x04"


def test_other_endings_are_exported_by_the_gateway(tmp_path: Path) -> None:
    gateway = Exporting()

    output.write(gateway, Result(state("complete"), "text"), str(tmp_path / "minutes.DOCX"))  # type: ignore[arg-type]

    assert gateway.asked == [("j", "docx")]
    assert (tmp_path / "minutes.DOCX").read_bytes() == b"PK\x03\x04"


def test_a_file_stays_as_it_was_if_its_new_content_cannot_be_had(tmp_path: Path) -> None:
    file = tmp_path / "minutes.docx"
    file.write_bytes(b"before")

    with pytest.raises(OSError, match="gone"):
        output.write(Exporting(OSError("gone")), Result(state("complete"), "text"), str(file))  # type: ignore[arg-type]

    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"before"]


def test_a_table_has_columns(capsys: pytest.CaptureFixture[str]) -> None:
    remote.print_table([("A", "LONGER", "C"), ("longest", "b", "")])

    assert capsys.readouterr().out == "A        LONGER  C\nlongest  b\n"


def test_what_goes_before_a_job_is_told_once_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    words = Words()

    for here in range(0, 98_000_001, 1_000_000):
        words.prepare("model", here, 98_000_000)
    words.prepare("starting", 0, 0)

    said = capsys.readouterr().err.splitlines()
    assert said == [*(f"model: {tenth * 10} % of 98 MB" for tenth in range(11)), "starting"]


def given_of(**more: object) -> argparse.Namespace:
    return argparse.Namespace(url="http://gateway", gateway_port=1, **more)


def raising(error: BaseException) -> Callable[[], int]:
    def act() -> int:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (
            Refused(404, "job_not_found", "j does not exist", detail="j does not exist"),
            1,
            "j does not exist (404 job_not_found)",
        ),
        (Refused(404, "x", "j is gone", detail="j is gone; send it again"), 1, "j is gone; send it again (404 x)"),
        (Refused(404, "x", "No flavor", detail="it has: f"), 1, "No flavor (404 x): it has: f"),
        (Refused(401, "no_key", "send a key"), 1, "send a key (401 no_key); GATEWAY_API_KEY holds the key"),
        (
            NotReachable("refused"),
            3,
            "no gateway answers at http://gateway: is it running, and is the address right? (refused)",
        ),
        (remote.WrongArguments("no file"), 2, "no file"),
    ],
)
def test_what_goes_wrong_is_said_once(capsys: pytest.CaptureFixture[str], error: Exception, status: int, said: str) -> None:
    assert remote.caught(given_of(), raising(error)) == status
    assert capsys.readouterr().err == f"llm-gateway: {said}\n"


def test_a_pipe_that_nobody_reads_any_more_is_no_failure_of_the_command() -> None:
    with pytest.raises(BrokenPipeError):
        remote.caught(given_of(), raising(BrokenPipeError()))


def test_every_form_of_a_result_is_an_ending_and_no_other() -> None:
    assert {each.removeprefix(".") for each in (*output.EXPORTS, output.JSON, ".md")} == set(FORMATS)

    output.check("minutes")
    with pytest.raises(remote.WrongArguments, match=r"minutes\.doc: the ending .* \.docx"):
        output.check("minutes.doc")


class Ended(Exporting):
    """A gateway whose job `j` is complete."""

    def events(self, _: str) -> list[Job]:
        return [state("complete")]

    def result(self, _: str) -> Result:
        return Result(state("complete"), "the minutes")


def test_a_text_whose_file_cannot_be_written_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = argparse.Namespace(out=str(tmp_path / "gone" / "minutes.md"), json=False)

    with pytest.raises(OSError, match=r"minutes\.md: No such file or directory; `results j -o FILE` writes"):
        run.bring(Ended(), "j", given, Words())  # type: ignore[arg-type]

    assert capsys.readouterr().out == "the minutes\n"


def test_a_result_that_has_no_such_form_is_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    class Ended(Exporting):
        def events(self, _job: str) -> list[Job]:
            return [state("complete")]

        def result(self, _job: str) -> Result:
            return Result(state("complete"), "text")

    gateway = Ended(Refused(409, "job_conflict", "no times"))

    with pytest.raises(Refused):
        run.bring(gateway, "j", given_of(out="x.srt", json=False), Words())  # type: ignore[arg-type]

    assert capsys.readouterr().out == "text\n"
