"""The files of speech corpora and scoring tools: Praat TextGrid, CHAT, CTM, STM and Kaldi's `text`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import NamedTuple

from app.transcript.formats.base import Passage, Reading, broken, refusal, spoken, without_speech
from app.transcript.names import NUMBERED
from app.transcript.turn import Utterance

_PAUSE = 1.0  # seconds without a word that end what one speaker says, in files with a time for each word
_NOTHING = frozenset({"<eps>", "sil", "<sil>", "sp", "spn", "<p:>", "<p>", "#", "!sil", "ignore_time_segment_in_scoring"})
_NUMBER = r"\d{1,9}(?:\.\d{1,12})?"

_GRID = re.compile(r"\s*(?:File type\s*=\s*)?\"ooTextFile(?: short)?\"\s+(?:Object class\s*=\s*)?\"TextGrid\"")
_GRID_VALUE = re.compile(r"(?:\"(?P<text>(?:[^\"]|\"\")*)\"|(?P<other>[^\s\"]+))(?!\S)|\S+")
_GRID_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_GENERIC_TIER = re.compile(
    r"(?:text|transcript\w*|utterances?|sentences?|orthography|ort(?:-mau)?|words?|segments?|speech|tier ?\d*|intervals?|ipus?"
    r"|silences?)",
    re.IGNORECASE,
)
_SOUND_TIER = re.compile(r"(?:.*[\s_-])?(?:phon(?:es?|emes?|etics?)?|syll(?:ables?)?|mau|kan|mas)", re.IGNORECASE)
_WORD_TIER = re.compile(r"(?P<name>.*?)[\s_-]*\bwords?", re.IGNORECASE)

_CHAT_FIRST = ("@UTF8", "@Begin", "@Participants:", "@Languages:")
_CHAT_LINE = re.compile(r"\*([^\s:*]{1,32}):(?:\s(.*))?$")
_CHAT_TIME = re.compile(r"\s*•(\d{1,12})_(\d{1,12})•")

_CTM = re.compile(
    rf"(?P<file>\S+)\s+(?P<channel>\S+)\s+(?P<start>{_NUMBER})\s+(?P<length>{_NUMBER})\s+(?P<word>\S+)"
    rf"(?:\s+(?:-?{_NUMBER}(?:[eE][+-]?\d+)?|NA)(?:\s+[a-z][\w-]*(?:\s+(?P<speaker>\S+))?)?)?\s*"
)
_CTM_CHOICE = re.compile(r"\S+\s+\S+\s+\*\s+\*\s+<ALT(?:_BEGIN|_END)?>\s*")
_STM = re.compile(
    rf"(?P<file>\S+)\s+(?P<channel>(?:ch(?:annel)?)?[-_]?\w{{1,2}})\s+(?P<speaker>\S+)\s+(?P<start>{_NUMBER})\s+(?P<end>{_NUMBER})"
    r"(?:\s+<[^<>\s]*>)?(?:\s+(?P<text>.*))?"
)
_RTTM = re.compile(
    r"(?:SPEAKER|LEXEME|NON-LEX|NON-SPEECH|SEGMENT|SU|CB|IP|EDIT|FILLER|A/P|NOSCORE|NO_RT_METADATA|SPKR-INFO) \S+ \S+ "
    rf"(?:<NA>|{_NUMBER}) (?:<NA>|{_NUMBER}) \S+ \S+ \S+ \S+(?: \S+)?\s*$"
)
_STM_NOBODY = frozenset({"inter_segment_gap", "excluded_region"})
_NAMELESS = frozenset({"null", "unknown", "unk", "na", "-"})

_KALDI = re.compile(r"(?P<id>(?=[^\s:]*\d)[^\W_]+(?:[-_][^\W_]+)+)(?:\s+(?P<text>.*))?$")
_COUNTER = re.compile(r"(?:utt(?:erance)?|seg(?:ment)?|sent|s|u)?\d+|utt|utterance|seg|segment", re.IGNORECASE)
_PADDED = re.compile(r"(?:^|[-_])(?:utt|seg|0\d{2,})", re.IGNORECASE)
_LEAST_LINES = 3  # of Kaldi's `text`, which has no other sign than its ids


class _Word(NamedTuple):
    """A word with its times, as CTM files and tiers of words have it."""

    speaker: str
    start: float
    end: float
    text: str


# Praat TextGrid, long and short


def looks_like_text_grid(head: str) -> bool:
    return _GRID.match(head) is not None


def text_grid(text: str) -> Reading:
    """A TextGrid: each tier of text is what one speaker says, and its name names the speaker. Raises BadContent.

    Both forms are read as Praat reads them: texts in quotation marks and numbers alone count, all else is a comment."""
    said, left_out = _on_tiers(list(_tiers(text)))
    return _reading("textgrid", "a Praat TextGrid", said, left_out)


def said_on_tiers(tiers: Iterable[tuple[str, Iterable[tuple[float, float, str]]]]) -> list[Utterance]:
    """What is said on *tiers*, each with its name and intervals of start, end and text, in the order of time."""
    words = [
        (name, [_Word("", *each) for each in held if each[2].strip().casefold() not in {"", *_NOTHING}]) for name, held in tiers
    ]
    return sorted(_on_tiers(words)[0], key=lambda each: each.start or 0.0)


def _on_tiers(named_tiers: Sequence[tuple[str, list[_Word]]]) -> tuple[list[Utterance], Counter[str]]:
    """What the speakers say on their tiers, and how many others are left out."""
    tiers = [tier for tier in named_tiers if tier[1]]
    kept = [tier for tier in tiers if not _SOUND_TIER.fullmatch(tier[0])] or tiers
    names = {name for name, _ in kept}
    single = [tier for tier in kept if _owner(tier[0]) == tier[0] or _owner(tier[0]) not in names]
    named = len({_owner(name) for name in names}) > 1 or not any(map(_GENERIC_TIER.fullmatch, names))
    said: list[Utterance] = []
    for name, words in single:
        speaker = _owner(name) if named else ""
        said += _joined(words, speaker) if _WORD_TIER.fullmatch(name) else _utterances(words, speaker)
    return said, Counter({"tiers of sounds": len(tiers) - len(kept), "tiers of words": len(kept) - len(single)})


def _owner(name: str) -> str:
    """Whose tier it is: `Ann` of `Ann - words`. The words of one whose own tier is there as well are left out."""
    found = _WORD_TIER.fullmatch(name)
    return (found["name"] or name) if found else name


def _utterances(intervals: Iterable[_Word], speaker: str) -> list[Utterance]:
    return [Utterance(speaker, each.text, each.start, each.end) for each in intervals]


def _tiers(text: str) -> Iterator[tuple[str, list[_Word]]]:
    """Each tier's name with its intervals and points that hold words."""
    values = _grid_values(text)
    for _ in range(2):
        next(values)  # the kind of file and of object
    for _ in range(2):
        _number(values)
    value, line = _next(values)
    if value != "<exists>":
        raise broken("a Praat TextGrid", "it has no tiers", line, 1)
    for _ in range(int(_number(values))):
        yield _tier(values)


def _tier(values: Iterator[tuple[str, int]]) -> tuple[str, list[_Word]]:
    kind, line = _next(values)
    if kind not in ('"IntervalTier', '"TextTier'):
        raise broken("a Praat TextGrid", "a tier is an IntervalTier or a TextTier", line, 1)
    name = _text(values)
    _number(values), _number(values)
    held: list[_Word] = []
    for _ in range(int(_number(values))):
        start = _number(values)
        end = _number(values) if kind == '"IntervalTier' else start
        words = _text(values).strip()
        if words and words.casefold() not in _NOTHING:
            held.append(_Word("", max(start, 0.0), max(end, 0.0), words))
    return name.strip(), held


def _grid_values(text: str) -> Iterator[tuple[str, int]]:
    """The values of a TextGrid, each with its line: texts with a quotation mark before them, numbers, and flags."""
    line, place = 1, 0
    for found in _GRID_VALUE.finditer(text):
        line += text.count("\n", place, found.start())
        place = found.start()
        if found["text"] is not None:
            yield '"' + found["text"].replace('""', '"'), line
        elif found["other"] and (_GRID_NUMBER.fullmatch(found["other"]) or found["other"] == "<exists>"):
            yield found["other"], line
        elif found["other"] is None:
            raise broken("a Praat TextGrid", "a quotation mark inside a text is doubled", line, 1)
    yield "", line


def _next(values: Iterator[tuple[str, int]]) -> tuple[str, int]:
    value, line = next(values, ("", 0))
    if not value:
        raise broken("a Praat TextGrid", "it ends before its last tier does", max(line, 1), 1)
    return value, line


def _number(values: Iterator[tuple[str, int]]) -> float:
    value, line = _next(values)
    if not _GRID_NUMBER.fullmatch(value):
        raise broken("a Praat TextGrid", "here a number must stand", line, 1)
    return float(value)


def _text(values: Iterator[tuple[str, int]]) -> str:
    value, line = _next(values)
    if not value.startswith('"'):
        raise broken("a Praat TextGrid", "here a text in quotation marks must stand", line, 1)
    return value[1:]


# CHAT, of CHILDES and TalkBank


def looks_like_chat(lines: Sequence[str]) -> bool:
    """True if the headers of a CHAT file stand first, or if all lines are tiers of one."""
    marked = any(line.startswith(_CHAT_FIRST) for line in lines[:5]) and any(map(_CHAT_LINE.match, lines))
    spoken_lines = [line for line in lines if line.startswith("*") and ":\t" in line]
    return marked or (len(spoken_lines) > 1 and all(line.startswith(("*", "%", "@", "\t")) for line in lines))


def chat(lines: Sequence[str]) -> Reading:
    """A CHAT transcript: its main tiers (`*CHI:`), each with the lines that go on below it. Raises BadContent."""
    left_out: Counter[str] = Counter()
    names = _participants(lines)
    said: list[tuple[str, list[str]]] = []
    kept = False
    for line in lines:
        found = _CHAT_LINE.match(line)
        if found is not None:
            said.append((found[1], [found[2] or ""]))
            kept = True
        elif line.startswith(("@", "%")):
            left_out["headers" if line.startswith("@") else "dependent tiers"] += 1
            kept = False
        elif line.strip() and (kept or not line.startswith("\t")):  # else it goes on a header or a dependent tier
            said = said or [("", [])]
            said[-1][1].append(line)
            kept = True
    return _reading("chat", "a CHAT transcript", [_chat_turn(names.get(who, who), parts) for who, parts in said], left_out)


def _participants(lines: Sequence[str]) -> dict[str, str]:
    """The names of participants by their codes; one without a name of its own keeps the code."""
    text = ""
    for line in lines:
        if line.startswith("@Participants:"):
            text = line.partition(":")[2]
        elif text and line.startswith("\t"):
            text += line
        elif text:
            break
    entries = [entry.split() for entry in text.split(",")]
    named = {entry[0]: entry[1].replace("_", " ") for entry in entries if len(entry) > 2}
    times = Counter(named.values())
    return {code: name for code, name in named.items() if times[name] == 1}


def _chat_turn(speaker: str, parts: Sequence[str]) -> Utterance:
    text = " ".join(parts)
    times = [(int(start) / 1000, int(end) / 1000) for start, end in _CHAT_TIME.findall(text)]
    start, end = (times[0][0], times[-1][1]) if times else (None, None)
    return Utterance(speaker, _CHAT_TIME.sub("", text), start, end)


# CTM and STM, of NIST's scoring tools


def looks_like_ctm(lines: Sequence[str]) -> bool:
    filled = _uncommented(lines)
    return bool(filled) and all(_CTM.fullmatch(line) or _CTM_CHOICE.fullmatch(line) for line in filled)


def looks_like_stm(lines: Sequence[str]) -> bool:
    filled = _uncommented(lines)
    return bool(filled) and all(_STM.fullmatch(line) for line in filled)


def looks_like_rttm(lines: Sequence[str]) -> bool:
    return any(map(_RTTM.match, _uncommented(lines)[:1]))


def rttm(lines: Sequence[str]) -> Reading:
    """An RTTM file, by its words if it has such lines (`LEXEME`). Raises BadContent: most only say who speaks when."""
    fields = [line.split() for line in lines if line.startswith("LEXEME ")]
    rows = [" ".join((*each[1:6], "NA", "lex", each[7])) for each in fields if len(each) > 7]
    if not rows:
        raise refusal("this is RTTM, which says who speaks when and holds no words")
    return replace(ctm(rows), format="rttm")


def _uncommented(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip() and not line.startswith(";;")]


def ctm(lines: Sequence[str]) -> Reading:
    """A CTM file: a word a line. The speaker is the one named, or else the channel if there are several. Raises BadContent."""
    rows = list(_rows(lines, "a CTM file", "file, channel, start, length and word", _CTM, _CTM_CHOICE))
    files, channels = {row["file"] for row in rows}, {row["channel"] for row in rows}
    named = any((row["speaker"] or "").casefold() not in {"", *_NAMELESS} for row in rows)
    ids = _speakers_of(sorted(files)) if len(files) > 1 else {}
    said: list[Utterance] = []
    for file, run in groupby(rows, key=lambda row: row["file"]):
        words = []
        for row in run:
            who = (row["speaker"] or "") if named else row["channel"] if len(channels) > 1 else ids.get(file, "")
            speaker = "" if who.casefold() in _NAMELESS else who
            start = float(row["start"])
            words.append(_Word(speaker, start, start + float(row["length"]), row["word"]))
        said += sorted(_joined(words), key=lambda each: each.start or 0.0)
    return _reading("ctm", "a CTM file", said if len(files) == 1 else _untimed(said), _comments(lines), ordered=False)


def stm(lines: Sequence[str]) -> Reading:
    """An STM file: file, channel, speaker, start, end and words a line. Raises BadContent."""
    rows = list(_rows(lines, "an STM file", "file, channel, speaker, start, end and words", _STM))
    left_out = _comments(lines)
    said: list[Utterance] = []
    for row in rows:
        text = (row["text"] or "").strip()
        if row["speaker"].casefold() in _STM_NOBODY or text.casefold() in _NOTHING:
            left_out["segments that are not scored"] += 1
            continue
        speaker = "" if row["speaker"].casefold() in _NAMELESS else row["speaker"]
        said.append(Utterance(speaker, text, float(row["start"]), float(row["end"])))
    one = len({row["file"] for row in rows}) == 1
    return _reading("stm", "an STM file", said if one else _untimed(said), left_out, ordered=one)


def _rows(
    lines: Sequence[str], name: str, fields: str, form: re.Pattern[str], other: re.Pattern[str] | None = None
) -> Iterator[re.Match[str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(";;") or (other is not None and other.fullmatch(line.strip())):
            continue
        found = form.fullmatch(line.strip())
        if found is None:
            raise broken(name, f"a line has {fields}", number, 1)
        yield found


def _comments(lines: Sequence[str]) -> Counter[str]:
    return Counter({"comments": sum(line.startswith(";;") for line in lines)})


def _joined(words: Iterable[_Word], speaker: str = "") -> list[Utterance]:
    """The words that one speaker says without a pause, together; silence is left out."""
    runs: dict[str, list[list[_Word]]] = {}
    for word in words:
        if word.text.casefold() in _NOTHING:
            continue
        mine = runs.setdefault(word.speaker, [])
        if not mine or not mine[-1][-1].start <= word.start <= mine[-1][-1].end + _PAUSE:
            mine.append([])
        mine[-1].append(word)
    return [
        Utterance(speaker or who, " ".join(word.text for word in run), round(run[0].start, 3), round(run[-1].end, 3))
        for who, mine in runs.items()
        for run in mine
    ]


def _untimed(said: Iterable[Utterance]) -> list[Utterance]:
    """*said* without times: those of several recordings are not those of one."""
    return [Utterance(each.speaker, each.text) for each in said]


# Kaldi's `text`, and `trn` of NIST's tools


def looks_like_trn(lines: Sequence[str]) -> bool:
    """True if each line ends with an id in brackets, such as Kaldi's lines begin with."""
    return all(line.rstrip().endswith(")") for line in lines) and looks_like_kaldi([_id_first(line) for line in lines])


def trn(lines: Sequence[str]) -> Reading:
    """A `trn` file: the words and the id of an utterance a line. Raises BadContent."""
    return replace(kaldi([_id_first(line) for line in lines]), format="trn")


def _id_first(line: str) -> str:
    """A line of a `trn` file as Kaldi has it."""
    text, bracket, name = line.rstrip().removesuffix(")").rpartition("(")
    return f"{name} {text.strip()}" if bracket else line


def looks_like_kaldi(lines: Sequence[str]) -> bool:
    """True if each line begins with an id of its own, all of one shape and counted with zeros in front."""
    found = [_KALDI.match(line) for line in lines]
    ids = [each["id"] for each in found if each is not None]
    if len(ids) < max(_LEAST_LINES, len(lines)) or len(set(ids)) < len(ids):
        return False
    shapes = {len(_fields(each)) for each in ids}
    return len(shapes) == 1 and all(map(_PADDED.search, ids)) and not any(re.match(r"\d{4}-\d\d(?:-|$)", each) for each in ids)


def kaldi(lines: Sequence[str]) -> Reading:
    """Kaldi's `text`: an id and the words a line. By Kaldi's rule an id begins with the speaker. Raises BadContent."""
    rows: list[re.Match[str]] = list(_rows(lines, "Kaldi's text", "the id of an utterance and its words", _KALDI))
    speakers = _speakers_of([row["id"] for row in rows])
    spans = [_span(row["id"]) for row in rows]
    timed = all(start is not None and end is not None and start < end for start, end in spans)
    said = [
        Utterance(speakers.get(row["id"], ""), row["text"] or "", *(span if timed else (None, None)))
        for row, span in zip(rows, spans, strict=True)
    ]
    left_out = Counter({"ids of utterances": len(rows)})
    return _reading("kaldi", "Kaldi's text", said, left_out, ordered=timed and _of_one_recording(list(speakers.values())))


def _fields(utterance: str) -> list[str]:
    return re.split(r"[-_]", utterance)


def _speakers_of(ids: Sequence[str]) -> dict[str, str]:
    """The speaker of each id: what stands before its counters, if that differs among them or is like `spk1`."""
    found = {each: _before_the_counters(each) for each in ids}
    several = 1 < len(set(found.values())) < len(found)
    return found if several else {each: name for each, name in found.items() if NUMBERED.fullmatch(name)}


def _before_the_counters(utterance: str) -> str:
    end = len(utterance)
    while (cut := max(utterance.rfind("-", 0, end), utterance.rfind("_", 0, end))) > 0:
        if not _COUNTER.fullmatch(utterance[cut + 1 : end]):
            break
        end = cut
    return utterance[:end]


def _span(utterance: str) -> tuple[float | None, float | None]:
    """The hundredths of a second that many ids end with: `-0000557-0000594`."""
    *_, start, end = ["", "", *_fields(utterance)]
    both = start.isascii() and end.isascii() and start.isdigit() and end.isdigit() and len(start) == len(end) > 4
    return (int(start) / 100, int(end) / 100) if both else (None, None)


def _of_one_recording(names: Sequence[str]) -> bool:
    """Whether the names have a first field in common and differ in their last two at most, as speakers of one recording do."""
    parted = [_fields(name) for name in dict.fromkeys(names)]
    return bool(parted) and len({tuple(each[:-2] or each[:-1]) for each in parted}) == 1 and len(parted[0]) > 1


def _reading(form: str, name: str, said: Sequence[Utterance], left_out: Counter[str], *, ordered: bool = True) -> Reading:
    """What *said* holds, in the order of its times if it is *ordered* by them."""
    timed = ordered and all(each.start is not None for each in said)
    passages: tuple[Passage, ...] = spoken(sorted(said, key=lambda each: each.start or 0.0) if timed else said)
    if not passages:
        raise without_speech(name)
    return Reading(form, passages, left_out={what: number for what, number in islice(left_out.items(), 20) if number})
