"""What sentences do, whatever their words are: by what the model of the embedded engine would say of each (`acts`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.backends.base import Call
from app.kinds.minutes import acts
from app.kinds.minutes.asking import Asking
from app.kinds.minutes.choosing import Part, is_short
from app.kinds.minutes.cueing import ASKING, SHORT
from app.kinds.minutes.items import ItemKind
from app.kinds.minutes.labelling import only_token, step_of
from app.kinds.minutes.requests import named
from app.kinds.minutes.sentences import CUT
from app.kinds.minutes.telling import says_little, with_lead
from app.transcript import UNKNOWN_SPEAKER

# A question that stays open is not told by what is done with it: many that are answered a moment later ask as well.
KINDS: Mapping[str, ItemKind] = {"D": "decision", "A": "action"}
SURE = 0.97  # probability of an act from which a sentence does what its words do not tell
CONFIRMED = 0.8  # and from which it does definitely what they tell
NOTHING = 0.75  # probability that a sentence neither decides nor gives a task, from which its words do not count as a cue
Acts = Mapping[str, float]


def is_told_by(asking: Asking, model: str) -> bool:
    """Whether it is known what the words of *model* tell of sentences in the language of the meeting."""
    return model == acts.known().model and asking.meeting.spoken in acts.LANGUAGES


def worth_asking(asking: Asking, parts: Sequence[Part], likely: Sequence[Part]) -> list[Part]:
    """Those of *parts* that may do something else than their words say. Of a short meeting, which is held to settle things:
    what has *only* words of a decision or a task, and what has none. Of a longer one: what has only words, if it is *likely* to
    be quoted; of what has none there, hundreds of calls find nothing."""
    if is_short(asking.meeting):
        return [part for part in parts if _is_doubtful(part) or _is_silent(part)]
    return [part for part in likely if _is_doubtful(part)]


def asked(asking: Asking, part: Part) -> Acts:
    """How likely each act is that *part* may be; nothing if the model does not tell."""
    return acts.told(asking.ask(f"{step_of(part)}/act", act_call(asking, part), keep=acts.read))


def act_call(asking: Asking, part: Part) -> Call:
    """The call that asks what the speaker does."""
    return only_token(asking, acts.messages(part.text), acts.TOP)


def is_idle(part: Part, told: Acts) -> bool:
    """Whether the model is sure that *part* only has words of a decision or a task ("I'll just echo what she said")."""
    return _is_doubtful(part) and told.get(acts.NONE, 0.0) >= NOTHING


def done_by(asking: Asking, part: Part, told: Acts) -> Part | None:
    """*part* as what the model is sure that it does; None if it is not sure of anything, or it is known by words."""
    act = max(told, key=lambda each: told[each], default=acts.NONE)
    kind = KINDS.get(act)
    if kind is None or (part.cue and not _is_doubtful(part)) or (part.kind == "action" and kind != "action"):
        return None
    if told[act] < (CONFIRMED if part.kind == kind else SURE):
        return None
    meeting = asking.meeting
    owner = part.owner or (owner_in(asking, part) if kind == "action" else None)
    made = replace(part, kind=kind, owner=owner, sure=True)
    return with_lead(meeting, made) if says_little(meeting, part.text) else made


def owner_in(asking: Asking, part: Part) -> str | None:
    """Who has the task that *part* is: the one participant whom it names, or its speaker if "I" is said of it, and not as a
    mere wish ("I want a graph of that")."""
    pack, speaker = asking.meeting.heard, part.turn.speaker
    others = [name for name in asking.meeting.people.named(part.text) if name != speaker]
    if others:
        return named(asking.meeting, part) if len(others) == 1 else None
    of_oneself = re.search(pack.oneself, part.text, re.IGNORECASE) and not re.search(pack.spoken_to, part.text, re.IGNORECASE)
    is_for_others = re.search(pack.wishing, part.text, re.IGNORECASE)
    return speaker if of_oneself and not is_for_others and speaker != UNKNOWN_SPEAKER else None


def _is_doubtful(part: Part) -> bool:
    """Whether *part* decides or gives a task by its words alone: nobody has answered it, and no votes were counted."""
    return part.kind in ("decision", "action") and part.cue > 0 and len(part.turns) == 1 and not part.sure


def _is_silent(part: Part) -> bool:
    """Whether the words of *part*, a whole statement of one person, tell nothing of what it does."""
    is_statement = part.kind == "topic" and not part.cue and not part.text.endswith(ASKING) and len(part.turns) == 1
    return is_statement and not part.void and part.words >= SHORT and not part.text.startswith(CUT)
