"""A meeting as summaries, minutes and questions see it: its turns by number, who took part, and what the request says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from app.kinds.languages import MOST_READ, PACKS, Pack, detected, other_than, pack_of, with_cues_of
from app.kinds.participants import Participants
from app.kinds.transcripts import heard
from app.kinds.words import flat
from app.orders import FILE_TITLE, Order
from app.transcript import Transcript, Turn

GOOD_SHARE, FEWEST_FOREIGN = 0.1, 2  # of the turns: of another language whose words are looked for too; and turns that tell it
MOST_TOLD = 10  # numbers of turns in a warning
_INSIDE = re.compile(r"(?<=[^\W\d_,]\s)([^\W\d_]{3,})")  # a word behind another one of its sentence
_SMALL = re.compile(r"(?<!\w)(?-i:[a-zß-öø-ÿ])\w+")
ENDS = (".", "!", "?", "\u2026", "\u061f", "\u3002")


@dataclass(frozen=True)
class Meeting:
    """*spoken* is the language of the transcript, *language* that of what is written about it; *file_title* is what the name
    of its file calls the meeting."""

    transcript: Transcript
    turns: Mapping[int, Turn]
    participants: Mapping[str, int]
    language: str
    spoken: str
    date: date | None
    title: str
    agenda: tuple[str, ...]
    glossary: Mapping[str, tuple[str, ...]]
    file_title: str = ""

    @classmethod
    def of(cls, order: Order, language: str) -> Meeting:
        """The meeting of *order*; *language* is the flavor's, which the request's own goes before."""
        transcript = heard(order)
        meeting = cls.without_turns(order, language, transcript.speakers, transcript.turns)
        turns = {turn.source: replace(turn, text=spelled(turn.text, meeting.glossary)) for turn in transcript.turns}
        return replace(meeting, transcript=transcript, turns=turns)

    @classmethod
    def without_turns(cls, order: Order, language: str, speakers: Mapping[str, int], turns: Iterable[Turn]) -> Meeting:
        """The meeting of *order* without its turns. *speakers* counts those of each; the first *turns* tell the language."""
        options = order.options
        glossary = {spelling: tuple(aliases) for spelling, aliases in options.get("glossary", {}).items()}
        spoken = detected(" ".join(_beginning(turns)))
        wanted = options.get("language") or language
        given = dict.fromkeys(options.get("participants", ()), 0)
        said = options.get("date")
        return cls(
            Transcript(()),
            {},
            {**given, **speakers},
            spoken if wanted == "auto" else wanted,
            spoken,
            date.fromisoformat(said) if said else None,
            options.get("title", ""),
            tuple(options.get("agenda", ())),
            glossary,
            options.get(FILE_TITLE, ""),
        )

    @property
    def heading(self) -> str:
        """The title of minutes that nobody gave one."""
        return " – ".join(filter(None, (self.pack.headings["minutes"], self.file_title)))

    @property
    def pack(self) -> Pack:
        return pack_of(self.language)

    @cached_property
    def heard(self) -> Pack:
        """The words of the transcript's language, and the cues of others in which a good share of the turns is."""
        others = [code for code, numbers in self.foreign.items() if self._is_a_good_share(numbers)]
        return with_cues_of(self.spoken, tuple(code for code in others if code in PACKS))

    def _is_a_good_share(self, numbers: Sequence[int]) -> bool:
        return len(numbers) >= FEWEST_FOREIGN and len(numbers) >= GOOD_SHARE * len(self.turns)

    @cached_property
    def foreign(self) -> Mapping[str, Sequence[int]]:
        """The numbers of turns that are surely in another language than the transcript, by that language; short turns do not
        tell."""
        found: dict[str, list[int]] = {}
        for number, turn in self.turns.items():
            code = other_than(turn.text, self.spoken)
            if code is not None:
                found.setdefault(code, []).append(number)
        return found

    def warnings(self) -> Iterator[str]:
        """What is to be told of the languages of the turns."""
        for code, numbers in self.foreign.items():
            if len(numbers) < FEWEST_FOREIGN:
                continue
            shown = ", ".join(map(str, numbers[:MOST_TOLD])) + (
                f" and {len(numbers) - MOST_TOLD} more" if numbers[MOST_TOLD:] else ""
            )
            read = "is read too" if code in PACKS and self._is_a_good_share(numbers) else "is not read for decisions and tasks"
            yield f"some turns are in another language ({code}, which {read}) than the transcript ({self.spoken}): {shown}"

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """The languages in which numbers, dates and days may be named here."""
        codes = dict.fromkeys((self.language, self.spoken))
        return tuple(PACKS[code] for code in codes if code in PACKS)

    @cached_property
    def words(self) -> int:
        """How many words are said."""
        return sum(len(turn.text.split()) for turn in self.turns.values())

    @cached_property
    def has_full_stops(self) -> bool:
        """Whether most turns end as sentences do: then one that does not breaks off."""
        return sum(turn.text.endswith(ENDS) for turn in self.turns.values()) * 2 >= len(self.turns)

    @cached_property
    def has_capitals(self) -> bool:
        """Whether a turn begins with a capital letter: some recognisers, and some scripts, have none."""
        return any(turn.text[0].isupper() for turn in self.turns.values())

    @cached_property
    def people(self) -> Participants:
        """The participants, to be found in what is said."""
        return Participants(self.participants, (self.language, self.spoken), has_capitals=self.has_capitals)

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Words that a turn writes with a small letter."""
        return frozenset(word for turn in self.turns.values() for word in _SMALL.findall(turn.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that the turns write with a capital letter inside sentences, and never without: names, but in German."""
        if self.spoken == "de" or not self.has_capitals:
            return frozenset()
        capital: set[str] = set()
        small: set[str] = set()
        for turn in self.turns.values():
            for found in _INSIDE.finditer(turn.text):
                (capital if found[1][0].isupper() else small).add(flat(found[1]))
        always = capital - small
        return frozenset(always) if 2 * len(always) < len(capital | small) else frozenset()  # else all words have capitals

    def evidence(self, turns: Iterable[int]) -> list[Turn]:
        return [self.turns[number] for number in turns]


def _beginning(turns: Iterable[Turn]) -> Iterator[str]:
    """The texts of the first *turns*, as many as it takes to know their language."""
    read = 0
    for turn in turns:
        yield turn.text
        read += len(turn.text)
        if read >= MOST_READ:
            return


def spelled(text: str, glossary: Mapping[str, tuple[str, ...]]) -> str:
    """*text* with every alias, where it stands as whole words, in its right spelling."""
    for spelling, aliases in glossary.items():
        for alias in aliases:
            text = re.sub(rf"(?<!\w){re.escape(alias)}(?!\w)", spelling.replace("\\", r"\\"), text)
    return text
