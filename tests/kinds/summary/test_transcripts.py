"""Real meetings through the kind: every turn is sent once and in order, and every prompt leaves room for its answer.

The prompts are counted by mistral_common's own encoder, which nothing of ours has a part in."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from mistral_common.protocol.instruct.messages import UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

from app.backends.adapters.echo import Echo
from app.backends.base import Call
from app.kinds import summary
from app.kinds.base import Finished, Result, Work
from app.orders import Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.transcript import decode, read

TRANSCRIPTS = Path(__file__).parents[3].parent / "shared" / "data" / "transcripts"
FILES = sorted(TRANSCRIPTS.glob("*.txt"))
NEW = "\nNew turns:\n"
TEMPLATES = {
    1: f"Sum this up.{NEW}{{{{ turns }}}}",
    2: f"Go on.\nSo far:\n{{{{ previous }}}}{NEW}{{{{ turns }}}}",
}
ANSWER = 300  # tokens

pytestmark = pytest.mark.skipif(not FILES, reason=f"the transcripts are not in {TRANSCRIPTS}")


@dataclass
class Notes:
    """A journal that forgets, and a listener that knows which step a call is for."""

    calls: dict[int, Call] = field(default_factory=dict)
    _now: threading.local = field(default_factory=threading.local)

    def get(self, step: str) -> None:
        self._now.batch = int(step.removeprefix("batch/"))  # a step of another name would be a halved or repeated one

    def __setitem__(self, step: str, finished: Finished) -> None:
        """Nothing is asked again here."""

    def hear(self, call: Call) -> None:
        assert self._now.batch not in self.calls
        self.calls[self._now.batch] = call

    def prompts(self) -> list[str]:
        """In the order of the batches."""
        return [self.calls[batch].messages[-1].content for batch in sorted(self.calls)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizers().of(Spec(tokenizer=None, tokenizer_class="LlamaTokenizer", model_name="m"))


@cache
def reference() -> MistralTokenizer:
    return MistralTokenizer.v1()


def tokens(prompt: str) -> int:
    return len(reference().encode_chat_completion(ChatCompletionRequest(messages=[UserMessage(content=prompt)])).tokens)


def carried_out(content: str, tokenizer: Tokenizer, limit: int, fields: int) -> tuple[Result, list[str]]:
    flavor = {
        "name": "f",
        "modelName": "m",
        "totalContextLength": limit,
        "maxGenerationLength": ANSWER,
        "createNewTurnAfter": 178,
        "summaryTurns": 4,
        "maxNewTurns": 1000,
    }
    order = Order(
        service="s",
        kind="summary",
        backend="echo",
        flavor=flavor,
        settings={"fields": fields},
        template="s",
        templates={"s": TEMPLATES[fields]},
        text=content,
        options={"speakers": [], "language": ""},
    )
    notes = Notes()
    result = summary.run(Work(order, Echo(heard=notes.hear), tokenizer, journal=notes))
    return result, notes.prompts()


def bare(text: str) -> str:
    """*text* without white space: where a long turn is cut, some of it goes."""
    return "".join(text.split())


def unlabelled(line: str, speakers: list[str]) -> str:
    """What was said in a line of a prompt."""
    return next(line.removeprefix(f"{speaker} : ") for speaker in speakers if line.startswith(f"{speaker} : "))


@pytest.mark.parametrize("fields", [1, 2])
@pytest.mark.parametrize("limit", [2048, 8192, 32768])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_turn_is_sent_once_in_order_and_within_the_context(
    file: Path, limit: int, fields: int, tokenizer: Tokenizer
) -> None:
    content = decode(file.read_bytes())
    spoken = read(content)
    speakers = sorted({turn.speaker for turn in spoken}, key=len, reverse=True)

    result, prompts = carried_out(content, tokenizer, limit, fields)

    sent = [unlabelled(line, speakers) for prompt in prompts for line in prompt.split(NEW)[-1].split("\n")]
    assert bare("".join(sent)) == bare("".join(turn.text for turn in spoken))
    assert result.coverage["turns_sent"] == result.coverage["turns"] == len(sent)
    assert max(map(tokens, prompts)) + ANSWER <= limit
