"""Who does a thing that one person asks for and another takes on: a turn that only asks names nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.kinds.languages import pack_of
from app.kinds.minutes.cueing import declines, takes_on
from app.kinds.words import sentences_in
from app.transcript import Turn

BEHIND = 2  # turns behind a request in which somebody takes it on
# What is to be done, and by nobody in particular: "somebody has to tell them", "we still need someone for the stall".
_NEEDED = re.compile(
    r"\b(?:someone|somebody|anyone|anybody|nobody|no one|we(?: (?:still|also))? need|we (?:have|ought) to|should|"
    r"quelqu['\u2019]un|personne|qui peut|il (?:nous )?(?:faut|faudrait|faudra|manque)|on (?:doit|devrait)|"
    r"jemand(?:en|em)?|niemand(?:en|em)?|wir (?:müssen|müssten|brauchen|sollten)|man (?:muss|müsste|sollte)|"
    r"alguien|nadie|hay que|habrá que|tenemos que|hace falta|nos falta|(?:har|habr)ía (?:falta|que)|"
    r"باید|لازم است|نداریم)(?!\w)",
    re.IGNORECASE,
)
_OF_ONE = re.compile(
    r"\b(?:you|tu|vous|peux-tu|pouvez-vous|du|sie|kannst|könntest|puedes|podrías|puede|te|"
    r"می[\u200c ]?توانی|می[\u200c ]?شود)(?!\w)",
    re.IGNORECASE,
)
_ASKING = ("?", "\u061f")


def taken_behind(turns: Mapping[int, Turn], number: int, language: str) -> int | None:
    """The turn by which somebody else takes on what the turn *number* asks for; None if nobody does.

    Somebody takes it on who says so ("I'll do it"), or who agrees where the request was put to one person ("Sure")."""
    pack, asker = pack_of(language), turns[number]
    for later in range(number + 1, number + 1 + BEHIND):
        turn = turns.get(later)
        if turn is None or turn.text.endswith(_ASKING):
            return None
        if turn.speaker == asker.speaker or declines(turn.text, pack):
            continue
        said = sentences_in(turn.text) or [turn.text]
        agrees = later == number + 1 and _OF_ONE.search(asker.text) and re.match(pack.agreement, said[0], re.IGNORECASE)
        if agrees or takes_on(turn.text, pack):
            return later
    return None


def names_nobody(turn: Turn) -> bool:
    """Whether a turn only says that something is to be done, or asks for somebody who does it."""
    sentences = sentences_in(turn.text) or [turn.text]
    return all(each.rstrip().endswith(_ASKING) or _NEEDED.search(each) for each in sentences)
