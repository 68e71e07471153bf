"""Cue phrases by language, and a language's words with them."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

from app.kinds.languages.base import Pack
from app.kinds.languages.cue_phrases import de, en, es, fa, fr
from app.kinds.languages.cue_phrases.acceptances import ACCEPTANCES
from app.kinds.languages.cue_phrases.assent import ASSENT
from app.kinds.languages.cue_phrases.base import CuePhrases, one_of
from app.kinds.languages.cue_phrases.closers import CLOSERS
from app.kinds.languages.cue_phrases.commitments import COMMITMENTS
from app.kinds.languages.cue_phrases.conditions import CONDITIONS
from app.kinds.languages.cue_phrases.doers import DOERS
from app.kinds.languages.cue_phrases.doubts import DOUBTS
from app.kinds.languages.cue_phrases.outcomes import OUTCOMES
from app.kinds.languages.cue_phrases.verdicts import VERDICTS

_OF_LANGUAGE = {"en": en.PHRASES, "fr": fr.PHRASES, "es": es.PHRASES, "de": de.PHRASES, "fa": fa.PHRASES}
PHRASES: dict[str, CuePhrases] = {
    code: reduce(
        CuePhrases.with_more,
        (more[code] for more in (VERDICTS, CONDITIONS, COMMITMENTS, ASSENT, DOUBTS, CLOSERS, ACCEPTANCES, OUTCOMES, DOERS)),
        phrases,
    )
    for code, phrases in _OF_LANGUAGE.items()
}
# Fields of a pack that come from the phrases alone, and what these call them.
_ALONE = {
    "objections": "objections",
    "closing": "closes",
    "refusing": "refuses",
    "volunteering": "offers",
    "final_tag": "final_tags",
    "moving_on": "moves_on",
    "supposed": "supposed",
    "delegating": "delegates",
    "assigned": "assigns",
    "deed": "deeds",
    "idle": "idle",
    "accepting": "accepts",
    "welcoming": "welcomes",
    "referring": "refers",
    "convening": "convenes",
    "opposing": "opposes",
    "instructing": "instructs",
    "contrasting": "contrasts",
    "doer": "doers",
    "team": "teams",
    "public": "public",
    "elsewhere": "elsewhere",
    "belonging": "belongs",
    "limit": "limits",
    "personal": "persons",
    "impersonal": "things",
    "recounting": "wants_news",
    "befalling": "befalls",
}

__all__ = ["PHRASES", "CuePhrases", "with_phrases"]


def with_phrases(pack: Pack) -> Pack:
    """*pack* with the cue phrases of its language among its cues."""
    phrases = PHRASES[pack.code]
    alone: dict[str, Any] = {field: one_of(*getattr(phrases, name)) for field, name in _ALONE.items()}
    alone["outcome"] = one_of(*phrases.outcomes, *phrases.befalls)
    return replace(
        pack,
        **alone,
        decision=one_of(pack.decision, *phrases.decides, *phrases.settles, *phrases.votes, *phrases.accepts, alone["outcome"]),
        settled=one_of(pack.settled, *phrases.settles, *phrases.votes),
        voted=one_of(pack.voted, *phrases.votes),
        declining=one_of(pack.declining, *phrases.declines),
        poll=one_of(*phrases.polls, *phrases.objections),
        tag=one_of(*phrases.tags, *phrases.final_tags),
        promise=one_of(pack.promise, *phrases.promises, *phrases.takes),
        pledge=one_of(pack.pledge, *phrases.pledges),
        tentative=one_of(pack.tentative, *phrases.reports),
        taking=one_of(pack.taking, *phrases.takes),
        asking=one_of(*phrases.asks, *phrases.delegates),
        term=one_of(pack.term, *phrases.terms),
        state=one_of(pack.state, *phrases.states),
        unsettled=one_of(pack.unsettled, *phrases.leaves_open),
        unknown=one_of(pack.unknown, *phrases.nobody_knows),
        suggesting=one_of(pack.proposing, pack.motion, *phrases.suggests),
    )
