"""Minutes of a file by several services and flavors, one after the other, on a model server that is running already:
what they say, how many calls and tokens they took, and for how long. Nothing is queued or stored.

    python -m bench.minutes examples/reunion-fr.txt minutes-fr:local cra:local
    python -m bench.minutes examples/reunion-fr.txt minutes-fr:local /tmp/other/minutes-fr:local --runs 2

A design is SERVICE:FLAVOR of `services/`, or FOLDER/SERVICE:FLAVOR of another services folder. A flavor of the backend
`local` is asked at --local, any other at --api_base. The first table is for reading, the last one for comparing."""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.backends.adapters.openai import OpenAIBackend, Timeouts
from app.backends.base import Answer, Backend
from app.backends.wrappers.limited import Limited
from app.catalog import load
from app.kinds import KINDS, summary
from app.kinds.base import Form, Result, Work
from app.orders import Order
from app.tokens import Spec, Tokenizers

SERVICES = Path(__file__).parent.parent / "services"
TIMEOUTS = Timeouts(first_token=600.0)  # seconds; a full context takes two cores minutes to read
RULE = "─" * 100


@dataclass(frozen=True)
class Run:
    """One design carried out once; *calls* holds what was asked and answered, by step, in the order of the answers."""

    design: str
    result: Result
    calls: dict[str, Answer]
    seconds: float

    def row(self) -> str:
        told = self.result.coverage
        numbers = (
            f"{told['calls']:>6} {told['tokens_in']:>9} {told['tokens_cached']:>7} {told['tokens_out']:>6} {self.seconds:>8.1f}"
        )
        text = self.result.text
        return f"{self.design:<44}{numbers} {len(text.splitlines()):>6} {len(text.split()):>6}{self.trouble}"

    @property
    def trouble(self) -> str:
        """What did not go as planned; nothing where all went well."""
        told = self.result.coverage
        return "".join(f"  {key}: {told[key]}" for key in ("halved", "continued", "empty", "cut", "unreduced") if told[key])


HEAD = f"{'design':<44}{'calls':>6} {'tokens in':>9} {'cached':>7} {'out':>6} {'seconds':>8} {'lines':>6} {'words':>6}"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _read(arguments)
    servers = _servers(asked)
    tokenizers = Tokenizers()
    done: list[Run] = []
    for design in asked.designs:
        for _ in range(asked.runs):
            order = _order(design, asked)
            done.append(carried_out(design, order, servers.get(order.backend, servers["vLLM"]), tokenizers))
            _show(done[-1], calls=asked.calls)
    print(f"{asked.file.name}: {len(asked.content.splitlines())} turns, {len(asked.content.split())} words\n\n{HEAD}")
    print("\n".join(run.row() for run in done))
    return 0


def carried_out(design: str, order: Order, server: Backend, tokenizers: Tokenizers) -> Run:
    flavor = summary.Flavor.model_validate(dict(order.flavor), strict=False)
    spec = Spec(tokenizer=flavor.tokenizer, tokenizer_class=flavor.tokenizer_class, model_name=flavor.model_name)
    calls: dict[str, Answer] = {}
    work = Work(order, server, tokenizers.of(spec, server), journal=calls)
    began = time.perf_counter()
    result = summary.run(work)
    return Run(design, result, calls, time.perf_counter() - began)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.minutes", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("file", type=Path, help="a transcript")
    parser.add_argument("designs", nargs="+", metavar="[FOLDER/]SERVICE:FLAVOR", help="what to compare")
    parser.add_argument("--local", default="http://127.0.0.1:9000/v1", help="where the backend `local` is (%(default)s)")
    parser.add_argument("--api_base", default="http://127.0.0.1:9000/v1", help="where every other is (%(default)s)")
    parser.add_argument("--slots", type=int, default=2, help="calls side by side (%(default)s)")
    parser.add_argument("--runs", type=int, default=1, help="how often each is carried out (%(default)s)")
    parser.add_argument("--turns", type=int, default=0, help="take so many of the transcript's lines only")
    parser.add_argument("--seed", type=int, help="seed of the sampling")
    parser.add_argument("--calls", action="store_true", help="print the answer of every call too")
    asked = parser.parse_args(arguments)
    lines = asked.file.read_text(encoding="utf-8").splitlines()
    asked.content = "\n".join(lines[: asked.turns or len(lines)])
    return asked


def _servers(asked: argparse.Namespace) -> dict[str, Backend]:
    addresses = {"local": asked.local, "vLLM": asked.api_base}
    return {name: Limited(OpenAIBackend(name, base, "", TIMEOUTS), asked.slots) for name, base in addresses.items()}


def _order(design: str, asked: argparse.Namespace) -> Order:
    """The order that a request for *design* would make."""
    path, _, flavor = design.rpartition(":")
    folder, _, service = path.rpartition("/")
    catalog = load(Path(folder) if folder else SERVICES, KINDS)
    for problem in catalog.problems:
        print(problem, file=sys.stderr)
    order = catalog.order(service, Form({"flavor": flavor}, asked.content))
    return order if asked.seed is None else replace(order, flavor={**order.flavor, "seed": asked.seed})


def _show(run: Run, *, calls: bool) -> None:
    if calls:
        for step, answer in run.calls.items():
            numbers = f"{answer.prompt_tokens} in ({answer.cached_tokens} cached), {answer.completion_tokens} out"
            print(f"┄┄ {step}: {numbers}, {answer.seconds:.1f} s, {answer.finish_reason}")
            print(textwrap.indent(answer.text, "   "))
    print(f"{RULE}\n{run.design}\n{RULE}\n{run.result.text}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
