"""What open pages of one meeting cost while its minutes are made, against as many who only follow its events.

    python -m bench.pages [pages]

A page follows the events, and asks for the meeting once after each of them that says that the minutes have grown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

import httpx2

from bench.watchers import TURNS, Workers, watched
from tests.acceptance.processes import Gateway, transcript
from tests.acceptance.test_watching import Watcher, clients, until, watcher_of


async def page(client: httpx2.AsyncClient, gateway: Gateway, watcher: Watcher, job_id: str, *, looks: bool) -> int:
    """Until the job ends; the number of times that the page asked for the meeting."""
    watching = asyncio.create_task(watcher.watch(client))
    asked = heard = 0
    while not watching.done():
        await asyncio.wait([watching], timeout=0.05)
        if looks and len(watcher.told) > heard:
            heard = len(watcher.told)
            address = f"http://127.0.0.1:{gateway.port}/studio/meetings/{job_id}"
            with suppress(httpx2.TransportError):
                assert (await client.get(address, headers={"Accept": "application/json"})).status_code == 200
            asked += 1
    await watching
    return asked


async def measure(gateway: Gateway, workers: Workers, number: int, *, looks: bool) -> Sequence[int]:
    job_id = gateway.submit("rolling", transcript(TURNS, "pages" if looks else "events"))
    watchers = [watcher_of(gateway, job_id) for _ in range(number)]
    async with clients() as client:
        pages = asyncio.gather(*(page(client, gateway, watcher, job_id, looks=looks) for watcher in watchers))
        await until(lambda: all(watcher.told for watcher in watchers))
        workers.show("pages" if looks else "events alone", await workers.cpu())
        return await pages


def main(number: int) -> None:
    with watched() as (gateway, workers):
        asyncio.run(measure(gateway, workers, number, looks=False))
        asked = asyncio.run(measure(gateway, workers, number, looks=True))
        print(f"a page asked for the meeting {sum(asked) / number:.1f} times in {TURNS // 2} calls")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
