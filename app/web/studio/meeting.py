"""A meeting as the page shows it: one record, which the server's templates and the page's script both render."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.jobs import Job
from app.kinds.minutes.items import clock
from app.meetings.transcripts import MeetingTranscript
from app.web.bodies.job_json import MINUTES

ORDER = ("decision", "action", "question", "topic")  # of the sections
# What of the coverage is shown, each under the message of its own name or of the one that stands beside it.
FIGURES = {
    "transcript_turns": "transcript_turns",
    "turns_cited": "turns_cited",
    "unsupported": "unsupported_items",
    "repairs": "repairs",
    "calls": "calls",
    "tokens_in": "tokens_in",
    "tokens_out": "tokens_out",
}


def meeting(job: Job) -> dict[str, Any]:
    """Where *job* stands, and what its minutes say so far. Every cited turn is named by its number."""
    return {
        "id": job.id,
        "service": job.service,
        "flavor": job.flavor,
        "kind": job.kind,
        "status": str(job.status),
        "final": job.status.final,
        "percent": round(job.percent),
        "version": job.version,
        "error": job.error or "",
        "trouble": job.trouble or "",
        "language": _language(job),
        **_marked_as_stale(_document(job), job.stale or {}),
        "stale": bool(job.stale),
        "stale_turns": list((job.stale or {}).get("turns", ())),
        "calendar": any(item["kind"] == "action" and item.get("due_date") for item in _items(job)),
        "preliminary": bool(job.coverage.get("preliminary")),
        "warnings": _warnings(job.coverage),
        "figures": [[name, job.coverage[key]] for key, name in FIGURES.items() if isinstance(job.coverage.get(key), int)],
    }


def _language(job: Job) -> str:
    """The language that the minutes are in, as far as the job says it: a reader aloud needs another voice for it."""
    minutes = job.coverage.get(MINUTES)
    told = minutes.get("language") if isinstance(minutes, Mapping) else job.coverage.get("language")
    return str(told) if told and told != "auto" else ""


def _document(job: Job) -> dict[str, Any]:
    """The minutes by sections if there are any, finished or not, else the lines of the text, with the turns that they come
    from if known."""
    minutes = job.coverage.get(MINUTES)
    if isinstance(minutes, Mapping):
        return {
            "title": minutes.get("title", ""),
            "summary": [_entry(each, f"s{number}") for number, each in enumerate(minutes.get("summary", ()))],
            "sections": [
                {"kind": kind, "items": found}
                for kind in ORDER
                if (found := [_item(each) for each in _items(job) if each["kind"] == kind])
            ],
            "lines": [],
        }
    return {"title": "", "summary": [], "sections": [], "lines": list(_lines(job))}


def _items(job: Job) -> Sequence[Mapping[str, Any]]:
    minutes = job.coverage.get(MINUTES)
    return minutes.get("items", ()) if isinstance(minutes, Mapping) else ()


def _marked_as_stale(document: dict[str, Any], stale: Mapping[str, Any]) -> dict[str, Any]:
    """*document*; the lines that rest on corrected turns say so."""
    numbers = {"s": stale.get("sentences", ()), "i": stale.get("items", ()), "l": stale.get("lines", ())}
    for entry in entries_of(document):
        entry["stale"] = int(entry["anchor"][1:]) in numbers[entry["anchor"][0]]
    return document


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: item.get(name) or "" for name in ("owner", "due", "due_date", "time")}
    return {**_entry(item, f"i{item['id']}"), **told}


def _entry(entry: Mapping[str, Any], anchor: str) -> dict[str, Any]:
    return {"anchor": anchor, "text": entry["text"], "turns": list(entry["turns"]), "unsupported": list(entry["unsupported"])}


def _lines(job: Job) -> Iterator[dict[str, Any]]:
    known = job.coverage.get("lines") if job.status.final else None
    if known and all("line" in line for line in known):
        for number, line in enumerate(known):
            first, last = line["turns"]
            cited = [first] if first == last else [first, last]
            yield {"anchor": f"l{number}", "text": line["line"], "turns": cited, "span": first != last, "unsupported": []}
        return
    text = job.text if job.result is None else job.result
    for number, plain in enumerate(filter(None, map(str.strip, text.split("\n")))):
        yield {"anchor": f"l{number}", "text": plain, "turns": [], "span": False, "unsupported": []}


def _warnings(coverage: Mapping[str, Any]) -> list[str]:
    transcript = coverage.get("transcript")
    of_the_transcript = transcript.get("warnings", ()) if isinstance(transcript, Mapping) else ()
    return [str(each) for each in (*coverage.get("warnings", ()), *of_the_transcript)]


def turns(found: MeetingTranscript) -> list[dict[str, Any]]:
    """The turns of the transcript as it was corrected, from 0, those that were struck among them."""
    record: Any = found.record(0, None)
    return [{**turn, "time": clock(turn["start"]) or ""} for turn in record["turns"]]


def cited(shown: Mapping[str, Any]) -> dict[int, list[str]]:
    """The anchors of the lines of *shown* that cite a turn, by the number of the turn."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for entry in entries_of(shown):
        for number in entry["turns"]:
            found[number].append(entry["anchor"])
    return dict(found)


def entries_of(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All lines of *shown*, in the order of the page."""
    return [*shown["summary"], *(item for section in shown["sections"] for item in section["items"]), *shown["lines"]]


def answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question as the page shows it: with the numbers of the turns that say it."""
    told = {name: body[name] for name in ("question", "said", "answer", "unsupported")}
    return {**told, "turns": [turn["number"] for turn in body["turns"]]}
