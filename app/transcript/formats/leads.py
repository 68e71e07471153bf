"""Speakers whom a document names by how it writes them: in bold type, as terms or headings, before what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.transcript.formats import tables
from app.transcript.lexicon import OPENERS
from app.transcript.names import Likeness, likeness
from app.transcript.turn import Utterance

_LEAST_LEADS = 3
_SHARE_OF_LEADS = 0.25  # of the lines


@dataclass(frozen=True)
class Lead:
    """What a line begins with in an element of its own, such as bold type, and the rest of the line."""

    tag: str
    text: str
    rest: str


def said_by(leads: Mapping[int, Lead], said: Sequence[Utterance]) -> list[Utterance] | None:
    """The lines that were *said*, if what begins them in bold type or heads them (*leads*, by the number of the line) is a
    name: nearly all such names are, and some come again."""
    led = {number: lead for number, lead in leads.items() if lead.text[-1] not in ":：" and lead.rest[:1] not in (":", "：")}
    for tag in dict.fromkeys(lead.tag for lead in led.values()):
        named = {number: lead for number, lead in led.items() if lead.tag == tag}
        if _are_names([lead.text for lead in named.values()], len(said)):
            return list(_led(named, said))
    return None


def _are_names(texts: Sequence[str], lines: int) -> bool:
    different = set(texts)
    if len(texts) < max(_LEAST_LEADS, _SHARE_OF_LEADS * lines) or len(different) == len(texts):
        return False
    points = sum(text.casefold() in OPENERS for text in different)
    return 2 * points < len(different) and all(likeness(text) >= Likeness.NAME for text in different)


def _led(named: Mapping[int, Lead], said: Sequence[Utterance]) -> Iterator[Utterance]:
    speaker = ""
    start: float | None = None
    for number, each in enumerate(said):
        speaker, text = (named[number].text, named[number].rest) if number in named else (speaker, each.text)
        if number in named and (time := tables.time_of(text)) is not None:
            start = time
            continue
        yield Utterance(speaker, text, each.start if start is None else start)
        start = None
