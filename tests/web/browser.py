"""A headless Chromium driven over a pipe by the DevTools protocol, as far as one test needs it."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE_TIMEOUT = 60.0  # seconds for a page to come to what a test waits for


class Page:
    """One tab. *requests* holds the address of everything that it asked for."""

    def __init__(self, commands: int, events: int) -> None:
        self._commands, self._events = commands, events
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self.requests: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Page", "DOM", "Runtime"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """What the browser answers to a command."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result
            if message.get("method") == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._events], [], [], PAGE_TIMEOUT)
            assert ready, "the browser says nothing"
            read = os.read(self._events, 1 << 16)
            assert read, "the browser has ended"
            self._unread += read
        raw, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(raw)
        return message

    def value(self, expression: str) -> Any:
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The value of *expression* as soon as it is a true one."""
        end = time.monotonic() + PAGE_TIMEOUT
        while time.monotonic() < end:
            if value := self.value(expression):
                return value
            time.sleep(0.1)
        raise AssertionError(f"never true: {expression}\n{self.value('document.body.innerText')}")

    def click(self, selector: str) -> None:
        self.wait(f"document.querySelector({json.dumps(selector)}) !== null")
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def choose(self, selector: str, file: Path) -> None:
        self.wait(f"document.querySelector({json.dumps(selector)}) !== null")
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=node, files=[str(file)])


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A browser that keeps what it keeps in *profile*; it reads commands from its file 3 and writes events to its file 4."""
    assert CHROMIUM
    theirs_in, ours_out = _high_pipe()
    ours_in, theirs_out = _high_pipe()

    def give() -> None:
        os.dup2(theirs_in, 3)
        os.dup2(theirs_out, 4)

    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking"
    browser = subprocess.Popen(
        [CHROMIUM, *flags.split(), f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
        preexec_fn=give,  # noqa: PLW1509 - it only moves two files to the numbers that the protocol asks for
        pass_fds=(3, 4),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        page = Page(ours_out, ours_in)
        yield page
    finally:
        browser.terminate()
        try:
            browser.wait(20)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
        os.close(ours_out)
        os.close(ours_in)


def _high_pipe() -> tuple[int, int]:
    """A pipe whose numbers are not those that the browser's ends get."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]
