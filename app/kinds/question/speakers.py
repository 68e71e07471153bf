"""Whose words a question is about: "what did Ann say about the roof" is answered by Ann alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.kinds.participants import Participants

_SAYING = re.compile(
    r"\b(?:say|says|said|think|thinks|thought|opinion|answer(?:ed)?|repl(?:y|ied)|propose[ds]?|suggest(?:ed|s)?|promised?|explain(?:ed)?|"
    r"against|opposed|in favou?r|contre|gegen|dagegen|dafür|en contra|a favor|hält|denkt|denke|trouve|مخالف|موافق|"
    r"dit|disait|pense|pensait|avis|répondu|propose|proposé|promis|expliqu\w+|"
    r"sagt|sagte|gesagt|meint|meinte|gemeint|meinung|antwortet\w*|geantwortet|vorgeschlagen|versprochen|erklärt\w*|"
    r"dijo|dice|dicho|piensa|pensó|opina|opinión|respondió|propuso|prometió|explicó|"
    r"گفت|گفته|نظر|پیشنهاد|قول)(?!\w)",
    re.IGNORECASE,
)
# Words before the name of somebody who is spoken of and does not speak.
_ABOUT = re.compile(
    r"\b(?:about|of|on|to|with|for|against|contre|gegen|contra|sur|de|du|à|avec|pour|concernant|über|zu|von|mit|"
    r"für|an|sobre|acerca de|con|para|a|"
    r"درباره|دربارهٔ|به|با|برای)\s+(?:(?:the|mr|mrs|ms|dr|le|la|m|mme|herr|herrn|frau|el|señora?|آقای|خانم)\.?\s+)?$",
    re.IGNORECASE,
)
_OPINION_OF = re.compile(r"(?:opinion of|avis de|meinung von|opinión de|نظر)\s+(?:\w{1,5}\.?\s+)?$", re.IGNORECASE)
_WHO = re.compile(r"^\W*(?:who|qui|wer|qui[eé]n(?:es)?|چه کسی|کی)(?!\w)", re.IGNORECASE)


def speaker_asked(question: str, speakers: Iterable[str], language: str) -> str | None:
    """The one of the *speakers* whose words *question* asks for; None if it asks for what anybody said."""
    said = _SAYING.search(question)
    if said is None or _WHO.match(question):
        return None
    names = list(speakers)
    capitals = any(letter.isupper() for letter in question)
    named = Participants(names, (language, "en"), has_capitals=capitals).named(question)
    asked = [name for name in named if _speaks(question, name)]
    return asked[0] if len(asked) == 1 else None


def _speaks(question: str, name: str) -> bool:
    """Whether *name* stands in *question* as somebody who speaks, not as what is spoken about."""
    words = sorted(set(re.findall(r"\w+", name)), key=len, reverse=True)
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", question, re.IGNORECASE)
    if found is None:
        return False
    before = question[: found.start()]
    return not _ABOUT.search(before) or bool(_OPINION_OF.search(before))
