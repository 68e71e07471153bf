"""Many streams at once: 500 answers of 20 tokens a second through two web workers, and what that does to everybody.

    python -m bench.streams [streams] [seconds] [folder of services; without it there is none]

A model server in processes of its own sends every stream a token each 50 ms, with the time in it. Clients, in processes of
their own, note how much later than it was sent each token came: what the gateway added, and a busy machine. The same clients
read straight from the model server first, which shows what the machine alone adds. Meanwhile `/healthcheck` is asked ten
times a second, and in the middle the memory of all web processes is read."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.acceptance.processes import House, eventually, tree

PACE = 0.05  # seconds between two tokens of a stream
SERVERS = 2  # processes of the model server
CLIENTS = 2  # processes of clients
RAMP = 4.0  # seconds over which the streams begin
MODEL = "timed-model"
MIB = 2**20
REQUEST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
SENT = re.compile(rb'"content": "(\d+\.\d+)"')
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n"
MODELS = json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model", "max_model_len": 8192}]}).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(text: str, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    event = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": MODEL, "choices": [choice]}
    return _chunk(b"data: " + json.dumps(event).encode() + b"\n\n")


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tokens: int) -> None:
    """One connection of the model server: models, health, and timed streams."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            if head.startswith(b"GET"):
                writer.write(HEAD % b"application/json" + b"Content-Length: %d\r\n\r\n" % len(MODELS) + MODELS)
                continue
            writer.write(HEAD % b"text/event-stream" + b"Transfer-Encoding: chunked\r\n\r\n")
            due = time.time()
            for _ in range(tokens):
                writer.write(_event(f"{time.time():.4f}"))
                due += PACE
                await asyncio.sleep(max(0.0, due - time.time()))
            writer.write(_event("", "stop") + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def serve_model(listening: socket.socket, tokens: int) -> None:
    async def forever() -> None:
        server = await asyncio.start_server(lambda r, w: _answer(r, w, tokens), sock=listening, backlog=1024)
        await server.serve_forever()

    asyncio.run(forever())


@dataclass(frozen=True)
class Read:
    """What some clients saw: the seconds by which each token was late, and how many streams were not whole."""

    late: list[float]
    broken: int


async def _read(port: int, wait: float, tokens: int) -> Read:
    """One stream."""
    await asyncio.sleep(wait)
    body = json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "count"}]}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST % len(body) + body)
    late, done = [], False
    try:
        while not done:
            line = await reader.readline()
            if not line:
                break
            done = line.startswith(b"data: [DONE]")
            if sent := SENT.search(line):
                late.append(time.time() - float(sent[1]))
    finally:
        writer.close()
    return Read(late, 0 if done and len(late) == tokens else 1)


def read_many(port: int, streams: int, tokens: int, first: float) -> Read:
    """So many streams, which begin one after the other."""

    async def together() -> Sequence[Read]:
        return await asyncio.gather(*(_read(port, first + RAMP * n / streams, tokens) for n in range(streams)))

    read = asyncio.run(together())
    return Read([each for one in read for each in one.late], sum(one.broken for one in read))


def knock(port: int, seconds: float) -> list[float]:
    """How long `/healthcheck` took each time, on a connection of its own."""
    took = []
    until = time.time() + seconds
    while time.time() < until:
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
            asked.sendall(b"GET /healthcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while asked.recv(4096):
                pass
        took.append(time.perf_counter() - began)
        time.sleep(0.1)
    return took


def web_memory(pid: int) -> str:
    """Of all processes below the web's master and itself: resident, and what they do not share."""
    found = [psutil.Process(each).memory_full_info() for each in tree(pid)]
    rss, pss = sum(each.rss for each in found), sum(each.pss for each in found)
    return f"{len(found)} web processes: RSS {rss / MIB:.0f} MiB, in proportion to who shares it (PSS) {pss / MIB:.0f} MiB"


def quantiles(name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    shown = ", ".join(f"{label} {1000 * ordered[int(share * (len(ordered) - 1))]:.1f}" for label, share in SHARES)
    return f"{name:34} {shown} ms ({len(ordered)} times)"


SHARES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("most", 1.0))


@dataclass(frozen=True)
class Load:
    """So many *streams* of so many *tokens*, read by *clients*."""

    streams: int
    tokens: int
    clients: ProcessPoolExecutor


def measure(name: str, port: int, load: Load, web: int | None = None) -> None:
    """Reads all streams; where *web* is the gateway's master, knocks and weighs meanwhile."""
    pool, tokens, share = load.clients, load.tokens, load.streams // CLIENTS
    reading = [pool.submit(read_many, port, share, tokens, 0.5) for _ in range(CLIENTS)]
    if web is not None:
        knocking = pool.submit(knock, port, RAMP + tokens * PACE)
        time.sleep(RAMP + tokens * PACE / 2)
        print(web_memory(web))
        cpu = {each: psutil.Process(each).cpu_times() for each in tree(web)}
        time.sleep(2)
        spent = [sum(psutil.Process(each).cpu_times()[:2]) - sum(before[:2]) for each, before in cpu.items()]
        print(f"CPU of each: {', '.join(f'{50 * each:.0f} %' for each in spent)}")
        print(quantiles("/healthcheck meanwhile", knocking.result()))
    read = [each.result() for each in reading]
    print(quantiles(f"late, {name}", [late for each in read for late in each.late]))
    print(f"{'':34} {sum(each.broken for each in read)} of {load.streams} streams were not whole")


def main(streams: int, seconds: float, given: Path | None) -> None:
    tokens = int(seconds / PACE)
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    servers = [multiprocessing.Process(target=serve_model, args=(listening, tokens), daemon=True) for _ in range(SERVERS)]
    for server in servers:
        server.start()
    upstream = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as name, House(Path(name)) as house, ProcessPoolExecutor(CLIENTS + 1) as pool:
        services = given or Path(tempfile.mkdtemp(dir=name))
        flags = ("--workers", "2", "--api_base", f"http://127.0.0.1:{upstream}/v1", "--backend_concurrency", str(streams))
        gateway = house.gateway(services, *flags, command="web")
        gateway.start()
        eventually(lambda: MODEL in json.dumps(gateway.ask("GET", "/v1/models").body), what="the model is known")
        print(web_memory(gateway.process.pid) + ", before")
        load = Load(streams, tokens, pool)
        measure("straight from the model server", upstream, load)
        measure("through the gateway", gateway.port, load, gateway.process.pid)
        print(web_memory(gateway.process.pid) + ", after")
        gateway.stop()
    for server in servers:
        server.terminate()


if __name__ == "__main__":
    given = dict(enumerate(sys.argv[1:]))
    main(int(given.get(0, 500)), float(given.get(1, 15)), Path(given[2]) if 2 in given else None)
