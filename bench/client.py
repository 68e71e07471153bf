"""What a call to a model server costs on our side: handed on as it is, and read by ourselves, against urllib3 alone.

    python -m bench.client [seconds]

A null server answers the same 1 KB at once from a process of its own; the ways take turns in one run, one request at a
time, so that the machine's moods hit all of them. Milliseconds, and each median over that of urllib3 alone."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import statistics
import sys
import time
from collections.abc import Callable

import urllib3

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.http.passthrough import PassthroughBackend, PassthroughRequest
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.metered import Metered
from app.backends.wrappers.retrying import Retrying
from app.metrics import NullMetrics

PROMPT = "minutes of a meeting, word after word " * 50  # about 2 KB
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 100}).encode()
STREAMED = json.dumps({**json.loads(BODY), "stream": True}).encode()
HEAD = {"id": "x", "created": 0, "model": "m"}
USAGE = {"prompt_tokens": 400, "completion_tokens": 200, "total_tokens": 600}
WHOLE = json.dumps(
    {
        **HEAD,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "word " * 170}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
).encode()


def _event(delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    data = b"data: " + json.dumps({**HEAD, "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


EVENTS = (
    b"".join([_event({"content": "word " * 17}) for _ in range(10)])
    + _event({}, "stop")
    + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
)
ANSWERS = {
    False: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(WHOLE), WHOLE),
    True: b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + EVENTS,
}


class Null(asyncio.Protocol):
    """Answers whatever it is asked, without reading more of it than its length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if found and len(body) >= length:
            self._read = b""
            self._transport.write(ANSWERS[b'"stream": true' in body or b'"stream":true' in body])  # type: ignore[attr-defined]


def serve(listening: socket.socket) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(Null, sock=listening)
        await server.serve_forever()

    asyncio.run(forever())


def ways(base: str) -> dict[str, Callable[[], object]]:
    """What is compared, by name."""
    pool = urllib3.PoolManager()
    bare = OpenAIBackend("null", base, "k")
    whole = Retrying(Limited(Metered(bare, NullMetrics()), 64), 4)
    call = Call("m", (Message("user", PROMPT),), max_tokens=100)

    def relay(backend: PassthroughBackend, body: bytes) -> bytes:
        answer = backend.passthrough(PassthroughRequest("/chat/completions", body))
        return b"".join(part for part in answer if isinstance(part, bytes))

    def alone() -> bytes:
        return pool.request("POST", f"{base}/chat/completions", body=BODY, headers={"Content-Type": "application/json"}).data

    return {
        "urllib3 alone": alone,
        "handed on, bare": lambda: relay(bare, BODY),
        "handed on, with retry, limit, metrics": lambda: relay(whole, BODY),
        "handed on, streamed, all of it": lambda: relay(whole, STREAMED),
        "read by ourselves, streamed, all of it": lambda: whole.complete(call),
    }


def measured(compared: dict[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
    """Milliseconds of every single call."""
    for way in compared.values():
        way()
    taken: dict[str, list[float]] = {name: [] for name in compared}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for name, way in compared.items():
            began = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - began))
    return taken


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    listening = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.Process(target=serve, args=(listening,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    taken = measured(ways(base), seconds)
    server.terminate()
    floor = statistics.median(taken["urllib3 alone"])
    print(f"{'':40}{'median':>8}{'p99':>8}{'ratio':>8}   ({len(taken['urllib3 alone'])} calls each)")
    for name, times in taken.items():
        middle, worst = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"{name:40}{middle:8.2f}{worst:8.2f}{middle / floor:8.2f}")


if __name__ == "__main__":
    main()
