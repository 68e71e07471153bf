"""Mails: mailboxes and archives of lists (`From ann@example.org Mon Mar  4 …`), and threads whose older mails are quoted
(`On Mon, Ann wrote:` and lines that begin with `>`)."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from email.utils import parseaddr

from app.transcript import stamps
from app.transcript.formats import pages
from app.transcript.formats.base import Reading, spoken, without_speech
from app.transcript.labels import elect
from app.transcript.names import Likeness, likeness
from app.transcript.plain import plain
from app.transcript.turn import Utterance

AGAIN = "quoted lines of mails that are read already"
_INTRODUCED = "lines that say who is quoted"
_ATTACHED = "attachments"
_HEADERS = "headers of mails"

_FROM = re.compile(r"From \S+(?: at \S+)? +\w{3} \w{3} +\d{1,2} \d\d:\d\d(?::\d\d)?(?: [+-]?\w{3,5})? \d{4}(?: [+-]\d{4})?$")
_HEADER = re.compile(r"[A-Za-z][A-Za-z-]{0,40}: ?\S")
_OF_MAILS = ("delivered-to:", "received:", "return-path:", "mime-version:", "message-id:", "x-received:", "x-gm-thrid:")
_MARKS = re.compile(r"[ \t]{0,2}(?:>[ \t]?)+")
_WROTE = re.compile(  # `On Mon, Mar 4, 2024 at 10:02 AM Ann Vale <ann@example.org> wrote:`
    r"(?:On|Le|Am|El|Il|Em|Op|W dniu|Den|Pe|Dne)?\b(?P<who>.{2,200}?)"
    r" (?:wrote|writes|said|a écrit|schrieb|schreef|escribió|ha scritto|escreveu|napisała?|napisał\(a\)|skrev|a scris|napsala?"
    r"|kirjoitti|пишет|написала?|написал\(а\))(?P<behind> .{2,120})? ?:$"
)
_CLOCK = re.compile(  # with its zone
    r"(?P<clock>\b\d{1,2}[:.]\d{2}(?![.\d])(?::\d{2})?(?: ?[AaPp][Mm]\b)?)(?: ?(?:GMT|UTC)?[+-]\d{2}:?\d{2})?"
    r"(?: \(?[A-Z]{2,5}\)?)?"
)
_ADDRESS = re.compile(r"\s*(?:\(?<[^<>]*>\)?|\[mailto:[^\]]*\]|\(?[\w.+-]+(?:@| at )[\w-]+\.[\w.-]+\)?)")
_ARCHIVED = re.compile(r"\S+ at \S+ \(([^()]{1,100})\)$")  # the sender, as archives of lists hide addresses
_LOOKED_AT = 50


def looks_like_mailbox(lines: Sequence[str]) -> bool:
    """True if a mailbox or a mail as it was sent begins: a line `From …` with headers below, or headers of mails alone."""
    if len(lines) > 1 and _FROM.match(lines[0]):
        return _HEADER.match(lines[1]) is not None
    headers = [line for line in lines[:_LOOKED_AT] if _HEADER.match(line)]
    first = len(lines) > 1 and _HEADER.match(lines[0]) is not None
    names = {line.partition(":")[0].casefold() + ":" for line in headers}
    return first and "from:" in names and len(names & set(_OF_MAILS)) > 1


def mailbox(lines: Sequence[str]) -> Reading:
    """The messages of a mailbox, what they quote parted from what they say. Raises BadContent."""
    left_out: Counter[str] = Counter()
    said: list[Utterance] = []
    known: set[str] = set()
    for message in _messages(lines):
        left_out[_HEADERS] += len(message.keys())
        start = stamps.stamp(str(message.get("date", ""))).start
        said += parted(_body(message, left_out).split("\n"), _sender(message), start, known, left_out)
    passages = spoken(said)
    if not passages:
        raise without_speech("a mailbox")
    return Reading("messages", passages, left_out=+left_out)


def _messages(lines: Sequence[str]) -> Iterator[EmailMessage]:
    places = [
        number for number, line in enumerate(lines) if line.startswith("From ") and _FROM.match(line) and _begins(lines, number)
    ]
    for begin, stop in zip([number + 1 for number in places] or [0], [*places[1:], len(lines)], strict=True):
        yield email.message_from_string("\n".join(lines[begin:stop]), policy=email.policy.default)


def _begins(lines: Sequence[str], number: int) -> bool:
    return number + 1 < len(lines) and _HEADER.match(lines[number + 1]) is not None


def _body(message: EmailMessage, left_out: Counter[str]) -> str:
    """The text of a mail; HTML is read as a page where there is no plain text."""
    left_out[_ATTACHED] += sum(1 for part in message.walk() if part.get_content_disposition() == "attachment")
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    if str(part.get("content-transfer-encoding", "")).casefold().strip() in ("base64", "quoted-printable"):
        text = str(part.get_content())
    else:
        text = str(part.get_payload())
    if part.get_content_subtype() != "html" or not text.strip():
        return text.replace("\r\n", "\n")
    page = pages.read(text)
    return page.text or "\n".join(line for passage in page.passages for line in passage.lines)


def _sender(message: EmailMessage) -> str:
    """`Ann Vale` of `Ann Vale <ann@example.org>`, `ann at example.org (Ann Vale)` and the like."""
    written = next((str(value) for name, value in message.raw_items() if name.casefold() == "from"), "").strip()
    archived = _ARCHIVED.match(written)
    name, address = ("", "") if archived else parseaddr(str(message.get("from", "")))
    return archived[1] if archived else name or address or written


# What is quoted


def looks_like_thread(lines: Sequence[str]) -> bool:
    """True if a line says who wrote what is quoted in the next."""
    return any(
        line.rstrip().endswith(":") and below.startswith(">") and _introduced(plain(line), plain(before)) is not None
        for before, line, below in zip(["", *lines], lines, lines[1:], strict=False)
    )


def thread(text: str) -> Reading:
    """A mail without headers that quotes others: what it says itself is nobody's. A text if its own lines name speakers."""
    left_out: Counter[str] = Counter()
    if elect([line for level, line in map(_deep, text.split("\n")) if not level]).form:
        return Reading("text", text=text)
    passages = spoken(parted(text.split("\n"), "", None, set(), left_out))
    return Reading("messages", passages, left_out=+left_out)


def parted(
    lines: Sequence[str], author: str, start: float | None, known: set[str], left_out: Counter[str]
) -> Iterator[Utterance]:
    """What *author* says in a mail, and what others say whom it quotes; lines that are *known* are quoted no second time."""
    names: dict[int, tuple[str, float | None]] = {0: (author, start)}
    depth = 0
    held: list[str] = []
    fresh: list[str] = []
    deep = [_deep(line) for line in lines]
    introductions = _introductions(deep)
    for number, (level, line) in enumerate(deep):
        if number in introductions:
            name = introductions[number]
            left_out[_INTRODUCED] += 1
            if name is not None:
                names = {each: who for each, who in names.items() if each <= level} | {level + 1: name}
            continue
        if level != depth and line:
            yield _said(names, depth, held)
            held = []
            depth = level
        if line and level and line in known:
            left_out[AGAIN] += 1
        elif line:
            held.append(line)
            fresh.append(line)
    yield _said(names, depth, held)
    known.update(fresh)


def _said(names: Mapping[int, tuple[str, float | None]], depth: int, held: Sequence[str]) -> Utterance:
    name, start = names.get(depth, ("", None))
    return Utterance(name, " ".join(held), start)


def _deep(line: str) -> tuple[int, str]:
    """How often a line is quoted, and the line."""
    marks = _MARKS.match(line) if ">" in line[:3] else None
    return (marks[0].count(">"), plain(line[marks.end() :])) if marks else (0, plain(line))


def _introductions(deep: Sequence[tuple[int, str]]) -> dict[int, tuple[str, float | None] | None]:
    """The lines that say who wrote what is quoted below, with the name and the time; None for the first of two such lines."""
    found: dict[int, tuple[str, float | None] | None] = {}
    filled = [number for number, (_, line) in enumerate(deep) if line]
    for place, number in enumerate(filled):
        level, line = deep[number]
        if not line.endswith(":") or place + 1 == len(filled) or deep[filled[place + 1]][0] != level + 1:
            continue
        above = deep[number - 1][1] if number and deep[number - 1][0] == level else ""
        introduced = _introduced(line, above)
        if introduced is not None:
            name, start, over_two_lines = introduced
            found[number] = (name, start)
            if over_two_lines:
                found[number - 1] = None
    return found


def _introduced(line: str, above: str) -> tuple[str, float | None, bool] | None:
    """Who is quoted below *line* and when that was written, and whether the line goes on from the one *above*."""
    found, over_two_lines = _WROTE.match(line), False
    if found is None or (not _CLOCK.search(line) and _CLOCK.search(above) and above[-1:] not in ".!?:"):
        found, over_two_lines = _WROTE.match(f"{above} {line}"), True
    if found is None:
        return None
    name = _quoted_name(found["who"], found["behind"] or "")
    clocks = [each["clock"] for each in _CLOCK.finditer(found["who"])]
    start = stamps.stamp(f"1/1/2000 {clocks[-1].replace('.', ':')}").start if clocks else None
    return (name, start, over_two_lines) if name else None


def _quoted_name(before: str, behind: str) -> str:
    """The name in what stands before and behind `wrote`, beside the date."""
    clocks = list(_CLOCK.finditer(before))
    tail = before[clocks[-1].end() :] if clocks else before.rpartition(",")[2]
    for words in (tail, behind, before):
        name = _ADDRESS.sub("", words).strip(" ,:;\"'")
        if name and likeness(name) >= Likeness.NAME:
            return name
    address = _ADDRESS.search(before) or _ADDRESS.search(behind)
    return address[0].strip(" <>()") if address else ""
