"""The extractive pass: a small model gives each turn one letter, and the minutes quote the sentences that matter most."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from app.kinds.base import Phase
from app.kinds.evidence import due_date
from app.kinds.languages import PACKS, Pack
from app.kinds.meeting import ENDS, Meeting
from app.kinds.minutes.asking import Asking
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, Part, chosen, follows, is_short, shortlisted, together
from app.kinds.minutes.cueing import ASKING, CUES, SHORT, assigned_to, cued, dates_in, days_in, due_in, gives_the_floor, term_in
from app.kinds.minutes.doing import Acts, asked, done_by, is_idle, is_told_by, worth_asking
from app.kinds.minutes.items import Item, ItemKind, dressed, so_far
from app.kinds.minutes.labelling import LETTERS, SKIP, UNKNOWN, Label, calibrated, labelled, step_of
from app.kinds.minutes.motions import counted
from app.kinds.minutes.news import without_news
from app.kinds.minutes.pairing import SHORT_QUESTION, answered, hands_over, is_answered, paired
from app.kinds.minutes.proposals import unopposed
from app.kinds.minutes.requests import named
from app.kinds.minutes.sentences import cleaned, is_aside, is_filler, own_words, pieces, without_lead
from app.kinds.minutes.telling import says_little
from app.kinds.words import terms
from app.orders import Json
from app.transcript import Turn

BELIEVED = 0.6  # probability from which a letter is believed without a cue
SHORTEST = 3  # words of a fact
ANNOUNCED = 3  # words at most of the next point, where a sentence only calls it ("Last point, the garden.")
LABELLING = 0.4  # of the pass: the letters; the rest asks what sentences do
UNFINISHED = 0.6  # taken off the score of a sentence without an end: it breaks off
LEAST_CUED = 0.5  # a sentence that decides or promises counts, whatever its letter is
# What a name, a day or a figure beside them adds. A decision repeats what was proposed, so it tells few new words.
DEFINITE: Mapping[ItemKind, float] = {"decision": 7.5, "action": 7.5, "question": 6.0}
GROUP = 20  # words of a short decision and of the sentence behind it
_NUMBER = re.compile(r"\d")
_MONEY = re.compile(r"[€$£%]|\b(?:euros?|pounds?|dollars?)\b", re.IGNORECASE)


def selected(asking: Asking, phase: Phase, kinds: Sequence[ItemKind]) -> list[Item]:
    """The quoted items of the whole meeting, in its order.

    The model is asked about sentences that may come to be quoted alone, so a long meeting costs few calls."""
    parts = quotable(asking)
    likely = shortlisted(parts, asking.meeting)
    end = phase.begin + LABELLING * (phase.end - phase.begin)

    def read(_number: int, part: Part) -> tuple[Label, str, Item | None]:
        label, model = labelled(asking, part)
        return label, model, _candidate(asking, _weighed(asking, part, label), label, kinds)

    def candidates(finished: Sequence[tuple[object, object, Item | None]]) -> Mapping[str, Json]:
        return {**so_far(asking.meeting, [item for *_, item in finished if item]), "preliminary": True}

    told = asking.side_by_side(replace(phase, end=end), likely, read, candidates)
    asking.tally.add("turns_sent", len({part.turn.source for part in likely}))
    labels = dict(zip(map(step_of, likely), calibrated([label for label, *_ in told]), strict=True))
    acts = _acts(asking, replace(phase, begin=end), parts, likely, {model for _, model, _ in told})
    found = [each for part in parts if (each := _judged(asking, part, labels, acts)) is not None]
    items = [_item(asking, part) for part in chosen([part for part in found if part.kind in kinds], asking.meeting)]
    return [item for item in items if item.kind in kinds]


def _acts(
    asking: Asking, phase: Phase, parts: Sequence[Part], likely: Sequence[Part], models: Collection[str]
) -> Mapping[str, Acts]:
    """What the model says that *parts* do, by their steps; nothing if one of the *models* that labelled them is not known.

    It is asked behind all letters: two prompts by turns would be read as a whole each time."""
    if not models or not all(is_told_by(asking, model) for model in models):
        return {}
    silent = worth_asking(asking, parts, likely)
    told = asking.side_by_side(phase, silent, lambda _number, part: asked(asking, part))
    return dict(zip(map(step_of, silent), told, strict=True))


def _judged(asking: Asking, part: Part, labels: Mapping[str, Label], acts: Mapping[str, Acts]) -> Part | None:
    """*part* by its words, its label, and by what the model says that it does; None if nothing makes it worth quoting."""
    label, told = labels.get(step_of(part)), acts.get(step_of(part), {})
    done = done_by(asking, part, told)
    if done is not None:
        definite = CUES[done.kind] + DEFINITE[done.kind]
        return replace(done, score=_weighed(asking, part, label or UNKNOWN).score, cue=definite)
    if label is None:
        return None
    return _weighed(asking, replace(part, kind="topic", cue=0.0, owner=None) if is_idle(part, told) else part, label)


def _candidate(asking: Asking, part: Part, label: Mapping[str, float], kinds: Sequence[ItemKind]) -> Item | None:
    """The item that *part* may become: which sentences are quoted is decided when all labels are known."""
    return _item(asking, part) if part.kind in kinds and label.get(SKIP, 0.0) < BELIEVED else None


def worth_a_call(asking: Asking) -> list[Part]:
    """The sentences that may come to be quoted."""
    return shortlisted(quotable(asking), asking.meeting)


def quotable(asking: Asking) -> list[Part]:
    """All that could be quoted; turns that say nothing are counted as fillers."""
    meeting = asking.meeting
    spoken = [turn for turn in meeting.turns.values() if not is_filler(turn.text, meeting.heard)]
    asking.tally.add("fillers", len(meeting.turns) - len(spoken))
    parts = [part for turn in spoken for part in parts_of(asking, turn) if not hands_over(meeting, part)]
    told = paired(meeting, [without_news(meeting, answered(meeting, part)) for part in parts])
    bare = [replace(part, text=without_lead(part.text, meeting.heard)) for part in told]
    return [_weighed(asking, part) for part in bare]


# -- parts of a turn ---------------------------------------------------------------------------------------------------------


def parts_of(asking: Asking, turn: Turn) -> list[Part]:
    """The sentences of a turn that may be quoted, a long one in pieces. A short decision, request or question ("Then we wait.")
    takes the next sentence with it, which tells what it is about, and a short promise ("I'll send it.") the one before."""
    pack = asking.meeting.heard
    parts: list[Part] = []
    told = pieces(turn.text, pack, lambda each: _is_told_whole(asking, cleaned(each, pack)))
    for number, (sentence, own) in enumerate(zip(told, own_words(told), strict=True)):
        text = cleaned(sentence, pack)
        kind, cue = cued(asking.meeting, cleaned(own, pack))
        is_counted = (not cue or kind == "decision") and counted(asking.meeting, told[:number], text)
        if is_counted:
            kind, cue = "decision", CUES["decision"]
        is_read_out = not cue and own != sentence and cued(asking.meeting, text)[1] > 0
        if is_filler(text, pack) or is_aside(text) or (kind == "topic" and len(text.split()) < SHORTEST):
            continue
        if kind == "action" and gives_the_floor(asking.meeting, text):
            continue
        if kind == "topic" and _only_moves_on(pack, text):
            continue
        if _polls_alone(asking.meeting, text):
            continue
        part = Part(turn, text, kind, cue=cue, turns=(turn.source,), number=number, void=is_read_out, sure=is_counted)
        is_one_with = bool(parts) and _is_vague(asking, parts[-1]) and follows(parts[-1], part, GROUP)
        if is_one_with and not re.match(pack.moving_on, text, re.IGNORECASE) and not _stands_alone(pack, parts[-1], part):
            parts[-1] = together(parts[-1], part)
        elif parts and kind == "action" and _is_vague(asking, part) and _leads_to(parts[-1], part):
            parts[-1] = replace(together(parts[-1], part), kind="action")
        else:
            parts.append(part)
    silent = unopposed(asking.meeting, turn, [cleaned(each, pack) for each in told])
    if silent is not None:
        text, turns = silent
        number = len(told)
        parts.append(Part(turn, text, "decision", cue=CUES["decision"], turns=turns[:1], number=number, sure=True))
    return parts


def _stands_alone(pack: Pack, last: Part, part: Part) -> bool:
    """Whether what *last* says is about what was said before it ("Let's do that", "We leave that open"), and not *part*; or
    *part* wishes for something else."""
    is_decided = part.kind == "decision" and part.cue
    accepts = not is_decided and re.search(pack.accepting, last.text, re.IGNORECASE)
    leaves_that_open = last.kind == "question" and not last.text.endswith(ASKING) and part.text.endswith(ASKING)
    is_of_before = leaves_that_open and re.search(pack.referring, last.text, re.IGNORECASE)
    return bool(accepts or is_of_before or re.search(pack.wishing, part.text, re.IGNORECASE))


def _polls_alone(meeting: Meeting, text: str) -> bool:
    """Whether a question calls for a vote and does not say on what ("Those against?")."""
    poll = re.match(meeting.heard.poll, text, re.IGNORECASE) if text.endswith(ASKING) else None
    return poll is not None and says_little(meeting, text[poll.end() :])


def _only_moves_on(pack: Pack, text: str) -> bool:
    """Whether *text* only calls the next point, and tells nothing ("Last week the server crashed")."""
    called = re.match(pack.moving_on, text, re.IGNORECASE)
    if called is None or " " not in called[0].strip():
        return False
    rest = text[called.end() :]
    return rest.lstrip()[:1] in ("", *",:;.–—-") and len(rest.split()) <= ANNOUNCED


def _is_told_whole(asking: Asking, text: str) -> bool:
    """Whether a sentence decides, leaves open, or gives a task to somebody or until a day.

    A piece of it may say something else, such as a decision without its condition."""
    kind, cue = cued(asking.meeting, text)
    pack = asking.meeting.heard
    if re.search(pack.decision, text, re.IGNORECASE):
        return True
    return cue > 0 and (
        kind != "action"
        or due_in(text, pack) is not None
        or bool(asking.meeting.people.addressed(text, pack.request, pack.state))
    )


def _leads_to(last: Part, part: Part) -> bool:
    """Whether *last* is a fact right before *part*, short enough to be told with it."""
    return last.kind == "topic" and part.number == last.number + 1 and last.words + part.words <= GROUP


def _is_vague(asking: Asking, part: Part) -> bool:
    return part.cue > 0 and len(terms(part.text, asking.meeting.spoken)) < LEAST_CUED_TERMS


def _weighed(asking: Asking, part: Part, label: Mapping[str, float] = UNKNOWN) -> Part:
    """*part* with what it is and how much it matters, by its words and its label.

    "We need to" is said in every meeting: if nothing definite is said with it, and the model does not take it for a task or a
    decision either, it is a fact like others."""
    score = 1.0 - label.get(SKIP, 0.0)
    if not part.text.endswith(ENDS) and asking.meeting.has_full_stops:
        score -= UNFINISHED
    if part.cue and (part.kind == "question" or _is_definite(asking, part)):
        return replace(part, score=max(score, LEAST_CUED), cue=CUES[part.kind] + DEFINITE[part.kind])
    is_taken_for_it = any(label.get(letter, 0.0) >= UNKNOWN[letter] for letter in LETTERS if LETTERS[letter] == part.kind)
    if part.cue and (is_taken_for_it or (part.kind == "decision" and is_short(asking.meeting))):
        return replace(part, score=max(score, LEAST_CUED))
    if part.kind == "question":
        return replace(part, score=score - (2.0 if part.words < SHORT_QUESTION else 0.4))
    kind = _by_letter(asking.meeting, part, label)
    score += (0.2 if _NUMBER.search(part.text) else 0.0) + (0.1 if _MONEY.search(part.text) else 0.0) - 0.25
    owner = part.owner if kind == "action" else None
    return replace(part, kind=kind, score=score - (0.3 if part.words < SHORT else 0.0), cue=0.0, owner=owner)


def _by_letter(meeting: Meeting, part: Part, label: Mapping[str, float]) -> ItemKind:
    """What the model takes *part* for, whose words do not tell; a fact in a language whose cue phrases are known: there such a
    letter is wrong more often than right."""
    letter = max(LETTERS, key=lambda each: label.get(each, 0.0))
    is_believed = meeting.spoken not in PACKS and label.get(letter, 0.0) >= BELIEVED and not part.void
    return LETTERS[letter] if is_believed else "topic"


def _is_definite(asking: Asking, part: Part) -> bool:
    """Whether it is said to be settled, somebody is named or has agreed, or a day is named, or a figure of what is decided."""
    pack = asking.meeting.heard
    return (
        len(part.turns) > 1
        or (part.kind == "decision" and part.sure)
        or bool(re.search(pack.settled, part.text, re.IGNORECASE))
        or (part.kind == "decision" and bool(re.search(pack.outcome, part.text, re.IGNORECASE)))
        or (part.kind != "action" and bool(_NUMBER.search(part.text)))
        or named(asking.meeting, part) is not None
        or (part.kind == "action" and assigned_to(asking.meeting, part.text) is not None)
        or bool(days_in(part.text, pack))
        or (part.kind == "action" and bool(re.search(f"{pack.term}|{pack.deed}", part.text, re.IGNORECASE)))
        or len(dates_in(part.text, pack)) == 1
    )


# -- items ------------------------------------------------------------------------------------------------------------------


def _item(asking: Asking, part: Part) -> Item:
    pack = asking.meeting.heard
    own = " ".join(own_words([part.text]))
    said = due_in(own, pack) or term_in(own, pack) if part.due is None else part.due
    due = (said or None) if part.kind == "action" else None
    day = due_date(due, asking.meeting.date) if due else None
    kind: ItemKind = "topic" if is_answered(asking.meeting, part) else part.kind
    item = Item(kind, part.text, part.turns, part.owner if part.kind == "action" else None, due, day)
    return dressed(item, asking.meeting)
