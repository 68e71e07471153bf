"""Whether the lines of an answer say what their turns say: who speaks, numbers, names, words, language, and nothing around."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.backends.answers.void import INTRODUCING
from app.kinds.evidence import LEAST_SHARED, unsupported
from app.kinds.languages import PACKS, SHORTEST, detected, is_other
from app.kinds.meeting import Meeting
from app.kinds.summary.lines import Line
from app.kinds.words import content_words, shared
from app.orders import Order
from app.transcript import UNKNOWN_SPEAKER, StoredTranscript, Turn

MOSTLY = 1 / 2  # share of a line's content words that makes it a copy of the prompt, or of another speaker's turn
HARDLY = 2  # content words at most of an answer that says next to nothing
FEW_LETTERS = 12  # of such an answer
MUCH = 12  # content words of turns of which that is too little
CLEARLY = 2  # so many times the words of its own speaker make a line another speaker's
JSON = "json"  # a prompt that has this word asks for JSON
LONGEST_INTRODUCTION = 150  # characters
MOST_TOLD = 12  # faults that the model is told
_FENCE = re.compile(r"\A\s*```[^\n`]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_PREAMBLE = re.compile(
    rf"\A(?![-*•\d])[^\n:]{{0,40}}\b(?:{INTRODUCING}|este es|ecco|aqui está|این خلاصه)\b[^\n:]{{0,100}}:[ \t]*(?:\n|\Z)\s*",
    re.IGNORECASE,
)
# The last paragraph, if it offers more.
_OFFER = re.compile(
    r"\n[ \t]*\n[ \t]*[¡¿]?(?:(?:please )?(?:let me know|feel free to)|(?:i )?hope (?:this|that) helps|"
    r"is there anything else|"
    r"if you (?:need|have|would like|want)|would you like me to|please note that this (?:is|summary)|"
    r"(?:souhaite[sz]|voule[zs]|désire[sz])-(?:vous|tu) que j|dis?(?:tes)?-moi si|ave[zs]-vous besoin d|"
    r"je reste à (?:votre|ta) disposition|"
    r"möchte(?:n sie|st du),? dass ich|kann ich (?:sonst|noch) |bei (?:weiteren )?fragen stehe|sag(?:en sie)? mir bescheid|"
    r"quiere[s]? que (?:añada|agregue|haga)|hay algo más en lo que|quedo a (?:su|tu) disposición|si necesita|avíseme si|"
    r"آیا می[ \u200c]?خواهید|امیدوارم (?:این |که )?(?:خلاصه )?مفید|در صورت نیاز|خوشحال می[ \u200c]?شوم|سؤ?ال دیگری|"
    r"n['’]hésite[zs]? pas|si (?:vous|tu) (?:avez|as|souhaite[zs]|voule[zs])|j['’]espère que (?:cela|ce)|"
    r"lassen sie mich wissen|lass mich wissen|wenn sie (?:weitere|noch)|ich hoffe,? (?:das|dies)|"
    r"no dudes? en|si necesitas?|avísame si|espero que (?:esto|te|le)|"
    r"اگر (?:نیاز|سؤال|سوال|توضیح))\b[^\n]{0,200}\Z",
    re.IGNORECASE,
)
# How a prompt says that each line begins with a name: «Nom : résumé», "Name : text".
_NAMED = re.compile(
    r"(?<!\w)[«“‘„\"'(<\[`] ?(?:(?:full|first|last|the|le|el|der) )?"
    r"(?:name|nom|prénom|nombre|nome|speaker|locuteur|orateur|intervenant|hablante|orador|sprecher|redner|person|personne"
    r"|participant|نام|گوینده)\w{0,3} ?: ?[^\W\d]",
    re.IGNORECASE,
)
# Scripts in which no blanks tell words apart.
_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CODE = re.compile(r"^[a-z]{2,3}$")
_HEADING = re.compile(r"^(?:#+ |\*\*[^*]+\*\*:?$|[-*_=]{3,}$|[^.!?]{1,60}:$)")


class Doubt(StrEnum):
    """What is wrong with a line or an answer, as the beginning of a sentence for the reader."""

    SPEAKER = "a line names a speaker who does not say that"
    EXAMPLE = "a line comes from the prompt's own words and not from its turns"
    FACT = "a line holds a number, a name or a quotation that its turns do not say"
    LITTLE = "an answer says next to nothing of its turns"
    WORDS = "a line shares hardly a word with its turns"
    LANGUAGE = "an answer is in another language than it should be"
    QUOTED = "a turn stands as it was said, because the model wrote something that it does not say"
    KEPT = "a turn stands as it was said, because the model wrote in another language than it should"
    AROUND = "something that stood around an answer (a fence, an introduction) was left out"


@dataclass(frozen=True)
class Fault:
    """*told* says in words for the model what is wrong; empty for the language."""

    doubt: Doubt
    told: str


_AROUND = Fault(Doubt.AROUND, "write the lines only, without a fence or an introduction")


@dataclass(frozen=True)
class Checked:
    """The *lines* with the speakers put right, *renamed* of them, and what else is wrong."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()
    renamed: int = 0


@dataclass(frozen=True)
class Checker:
    """Checks answers about one *meeting*. *language* is what the manifest or the request names, empty if neither does;
    *prompt* holds the content words of the prompt itself, *labels* those of them that it writes small: what begins a line
    with such a word (`Decision : …`) names no speaker."""

    meeting: Meeting
    language: str
    prompt: frozenset[str]
    labels: frozenset[str]
    names: bool = False  # the prompt says that each line begins with a name

    @classmethod
    def of(cls, order: Order, transcript: StoredTranscript, language: str, templates: Sequence[str]) -> Checker:
        """*language* is the flavor's; the request's goes before. *templates* are those by which the model is asked."""
        asked = str(order.options.get("language") or "").lower().partition("-")[0]
        named = asked if _CODE.match(asked) else language
        said = replace(order, options={**order.options, "language": named or "auto"})
        meeting = Meeting.without_turns(said, "auto", transcript.speakers, transcript.turns())
        own = " ".join((str(order.flavor.get("system") or ""), *(order.templates.get(name, "") for name in templates)))
        small = " ".join(re.findall(r"(?<!\w)[^\W\d_A-Z]\w*", own))
        return cls(meeting, named, content_words(own), content_words(small), _NAMED.search(own) is not None)

    def hearing(self, said: str) -> Checker:
        """This checker for a model that is told *said*: its words are not to be repeated either."""
        return replace(self, prompt=self.prompt | content_words(said))

    def bare(self, answer: str) -> tuple[str, tuple[Fault, ...]]:
        """*answer* without a fence or an introduction around it, and that it had them."""
        found = _FENCE.match(answer)
        text = _PREAMBLE.sub("", found[1] if found else answer.rstrip(), count=1)
        text = _OFFER.sub("", text).strip()
        if inner := _FENCE.match(text):
            text = inner[1].strip()
        if not text or text == answer.strip():
            return answer, ()
        return text, (_AROUND,)

    def check(self, lines: Sequence[Line], sources: Sequence[Turn | Line]) -> Checked:
        """*lines*, made from *sources*, checked against them. JSON that the prompt asks for, and an answer in another
        language than the transcript's although none is named, are meant to be something else and are not checked."""
        whole = "\n".join(line.text for line in lines)
        if (JSON in self.prompt and _is_json(whole)) or (not self.language and is_other(whole, self.meeting.spoken)):
            return Checked(tuple(lines))
        turns = [each if isinstance(each, Turn) else Turn(each.speaker, each.text) for each in sources]
        is_introduced = self._is_introduction(lines, turns)
        lines = lines[1:] if is_introduced else lines
        bare = [self._unlabelled(line) for line in lines]
        named = [self._renamed(line, turns) for line in bare]
        faults = [fault for line in named for fault in self._faults(line, turns)]
        if named and says_nothing(named):
            faults.append(Fault(Doubt.WORDS, "there are headings only"))
        if self._says_next_to_nothing(named, turns):
            faults.append(Fault(Doubt.LITTLE, "that says next to nothing of these turns"))
        if self.language and is_other(whole, self.language):
            faults.append(Fault(Doubt.LANGUAGE, ""))  # `correction` says it
        if is_introduced:
            faults.append(_AROUND)
        renamed = sum(line.speaker != was.speaker for line, was in zip(named, bare, strict=True))
        return Checked(tuple(named), tuple(faults), renamed)

    def _says_next_to_nothing(self, lines: Sequence[Line], turns: Sequence[Turn]) -> bool:
        """Whether a word or two stand, without a name, where a line a name was asked for: a turn may tell a model to write
        something else, and that word is the turn's own."""
        if not self.names or any(line.speaker for line in lines):
            return False
        return _is_little(" ".join(line.text for line in lines)) and len(content_words(*(turn.text for turn in turns))) >= MUCH

    def _is_introduction(self, lines: Sequence[Line], turns: Sequence[Turn]) -> bool:
        """Whether the first line introduces the others, in whichever language: it ends with a colon and has no word of the
        turns, while each other line has its speaker. A heading that the prompt asks for is none, nor is a word or two."""
        first, others = str(lines[0]) if lines else "", lines[1:]
        if not first.endswith(":") or first[:1] in "#*-•" or len(first) > LONGEST_INTRODUCTION or len(first.split()) < 3:
            return False
        if not others or not all(line.speaker in self.meeting.participants for line in others):
            return False
        words = content_words(first)
        return not words <= self.prompt and not words & content_words(*(turn.text for turn in turns))

    def is_in_wanted_language(self, turn: Turn) -> bool:
        """Whether *turn* is in the language that answers must be in; a short one is in that of the transcript."""
        spoken = detected(turn.text) if len(turn.text) >= SHORTEST else self.meeting.spoken
        return spoken == self.language

    def _unlabelled(self, line: Line) -> Line:
        """*line* without a label that stands before the speaker, such as the "Summary : Ann : …" of a prompt's examples."""
        name, colon, rest = line.text.partition(":")
        is_label = line.speaker and line.speaker not in self.meeting.participants and name.strip() in self.meeting.participants
        return replace(line, speaker=name.strip(), text=rest.strip()) if colon and is_label else line

    def _renamed(self, line: Line, turns: Sequence[Turn]) -> Line:
        """*line* with the speaker of the turns that it repeats, if it names another one of the meeting."""
        speakers = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker != UNKNOWN_SPEAKER))
        if line.speaker not in self.meeting.participants or not speakers:
            return line
        shares = {name: _share(line.text, [turn.text for turn in turns if turn.speaker == name]) for name in speakers}
        best = max(speakers, key=lambda name: shares[name])
        own = shares.get(line.speaker, 0.0)
        enough = LEAST_SHARED if len(speakers) == 1 else MOSTLY
        if best != line.speaker and shares[best] >= max(enough, CLEARLY * own):
            return replace(line, speaker=best)
        return line

    def _faults(self, line: Line, turns: Sequence[Turn]) -> Iterator[Fault]:
        shown = f"“{str(line)[:80]}”"
        is_label = line.speaker not in self.meeting.participants and content_words(line.speaker) <= self.labels
        if line.speaker and not is_label and all(turn.speaker != line.speaker for turn in turns):
            yield Fault(Doubt.SPEAKER, f"{line.speaker} does not speak in these turns")
        if _HEADING.match(str(line)):
            return
        words = content_words(line.text)
        is_of_prompt = bool(words) and len(words & self.prompt) >= MOSTLY * len(words)
        if is_of_prompt and shared(words, [turn.text for turn in turns]) < LEAST_SHARED * len(words):
            yield Fault(Doubt.EXAMPLE, f"{shown} comes from the instructions, and nobody says it in these turns")
            return
        missing = unsupported(line.text, turns, self.meeting)
        if missing == (line.text,):
            yield Fault(Doubt.WORDS, f"{shown} is not what these turns say")
        elif missing:
            yield Fault(Doubt.FACT, f"nobody says {', '.join(missing[:5])} in these turns")


def says_nothing(lines: Sequence[Line]) -> bool:
    """Whether *lines* hold headings and rules only."""
    return all(_HEADING.match(str(line)) or not re.search(r"\w", str(line)) for line in lines)


def is_about_nothing(lines: Sequence[Line], sources: Sequence[Line]) -> bool:
    """Whether *lines* hold a word or two ("Done.") of which *sources* have none."""
    said = " ".join(map(str, lines))
    return _is_little(said) and len(said.split()) <= HARDLY and not content_words(said) & content_words(*map(str, sources))


def _is_little(said: str) -> bool:
    return len(content_words(said)) <= HARDLY and len(said) <= FEW_LETTERS and not _WITHOUT_BLANKS.search(said)


def quoted(found: Checked, sources: Sequence[Turn | Line], checker: Checker) -> Checked:
    """*found*, or if its lines say what their only turn does not, or say it in another language than the turn's, which is
    the wanted one, that turn as it was said."""
    turn, *others = sources
    if others or not isinstance(turn, Turn):
        return found
    doubts = {fault.doubt for fault in found.faults}
    is_wrong = bool(doubts - {Doubt.LANGUAGE, Doubt.AROUND})
    is_kept = Doubt.LANGUAGE in doubts and checker.is_in_wanted_language(turn)
    if not is_wrong and not is_kept:
        return found
    gone = Doubt.LANGUAGE if is_kept else None  # what stands there now is in the right language
    kept = [fault for fault in found.faults if fault.doubt in (Doubt.LANGUAGE, Doubt.AROUND) and fault.doubt is not gone]
    speaker = "" if turn.speaker == UNKNOWN_SPEAKER else turn.speaker
    line = replace(found.lines[0], speaker=speaker, text=turn.text, gap=False)
    return Checked((line,), (*kept, Fault(Doubt.KEPT if is_kept else Doubt.QUOTED, "")))


def correction(faults: Sequence[Fault], language: str) -> str:
    """What the model is asked, who has made *faults*. If the language is wrong, it is told that alone, in that language:
    a small model goes on in the language that it is spoken to, and words of another language are not those of the turns."""
    mixed = any(fault.doubt is Doubt.LANGUAGE for fault in faults)
    wrong = "" if mixed else "; ".join(dict.fromkeys(fault.told for fault in faults[:MOST_TOLD]))
    in_language = f" in the language {language}" if language else ""
    usual = f"Write these lines again{in_language}, from the transcript only, and write nothing else."
    again = PACKS[language].again if language in PACKS else usual
    return f"That is not right: {wrong}. {again}" if wrong else again


def _share(text: str, others: Sequence[str]) -> float:
    """The share of the content words of *text* that *others* have."""
    words = content_words(text)
    return shared(words, others) / len(words) if words else 0.0


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
