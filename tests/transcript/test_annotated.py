"""Annotated recordings: what is said is read once, in the order of time, and what is only noted is left out."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

HI = ("Ann", "Hi all.", 1.0)
YES = ("Bob", "Yes.", 4.0)
SLOTS = (
    "<TIME_ORDER>"
    + "".join(f'<TIME_SLOT TIME_SLOT_ID="t{time}" TIME_VALUE="{time}000"/>' for time in range(1, 6))
    + '<TIME_SLOT TIME_SLOT_ID="open"/></TIME_ORDER>'
)


def _tier(name: str, annotations: str, **given: str) -> str:
    attributes = "".join(f' {key}="{value}"' for key, value in given.items())
    return f'<TIER TIER_ID="{name}"{attributes}>{annotations}</TIER>'


def _said(name: str, first: str, last: str, text: str) -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="{first}" TIME_SLOT_REF2="{last}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def _referring(name: str, to: str, text: str) -> str:
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}" ANNOTATION_REF="{to}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


BOB = _tier("Bob", _said("b", "t4", "open", "Yes."))
ELAN = {
    "words below utterances": _tier("Ann", _said("a", "t1", "t3", "Hi all."))
    + _tier("Ann-words", _said("w1", "t1", "t2", "Hi") + _said("w2", "t2", "t3", "all."), PARENT_REF="Ann")
    + BOB,
    "utterances below their numbers": _tier("ref@A", _said("a", "t1", "t3", "A_01"), PARTICIPANT="Ann")
    + _tier("tx@A", _referring("x", "a", "Hi all."), PARENT_REF="ref@A")
    + _tier("ft@A", _referring("y", "x", "Salut tous."), PARENT_REF="tx@A")
    + BOB,
    "words below empty utterances": _tier("Ann", _said("a", "t1", "t3", ""))
    + _tier("w", _said("x", "t1", "t3", "Hi all."), PARENT_REF="Ann")
    + BOB,
}


@pytest.mark.parametrize("tiers", ELAN)
def test_one_tier_of_each_family_of_elan_is_read(tiers: str) -> None:
    transcript = parse(f"<ANNOTATION_DOCUMENT>{SLOTS}{ELAN[tiers]}</ANNOTATION_DOCUMENT>")

    assert timed_turns(transcript.turns) == [HI, YES]
    assert set(transcript.report.left_out) <= {"tiers made from what is said"}


def test_an_event_without_a_time_keeps_its_place() -> None:
    events = '<event start="T0" end="T1">Hi all.</event>', '<event start="T1" end="T2">Yes.</event>'
    text = (
        '<basic-transcription><tli id="T0" time="1.0"/><tli id="T1"/><tli id="T2" time="5.0"/>'
        f'<tier speaker="Bob" type="t">{events[1]}</tier><tier speaker="Ann" type="t">{events[0]}</tier></basic-transcription>'
    )

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [("Bob", "Yes."), ("Ann", "Hi all.")][::-1]


FOLKER = """<folker-transcription><speakers><speaker speaker-id="A"><name>Ann</name></speaker>
<speaker speaker-id="Bob"/></speakers>
<timeline><timepoint timepoint-id="T0" absolute-time="1.0"/><timepoint timepoint-id="T1" absolute-time="4.0"/></timeline>
<contribution speaker-reference="A" start-reference="T0" end-reference="T1">{ann}</contribution>
<contribution speaker-reference="Bob" start-reference="T1"><segment>Yes.</segment></contribution></folker-transcription>"""
TEI = """<TEI><teiHeader/><text><body><div>{ann}
<u who="#Bob" start="4.0"><seg><w>Yes</w><pc>.</pc></seg></u></div></body></text></TEI>"""


@pytest.mark.parametrize(
    "text",
    [
        FOLKER.format(ann="<unparsed>Hi all.</unparsed>"),
        FOLKER.format(ann="<w>Hi</w><w>all.</w>"),
        TEI.format(ann='<u who="#Ann" start="1.0"><seg>Hi <kinesic><desc>Applause</desc></kinesic>all.</seg></u>'),
        TEI.format(ann='<u who="#Ann" start="1.0"><seg><s>\n<w>Hi</w>\n<w join="right">all</w>\n<pc>.</pc></s></seg></u>'),
        "<transcript><segment><start>1.0</start><end>2.0</end><speaker>Ann</speaker><text>Hi all.</text></segment>"
        "<segment><start>4.0</start><speaker>Bob</speaker><text>Yes.</text></segment></transcript>",
        '<?xml version="1.0"?><AudioDoc><SegmentList><SpeechSegment stime="1.00" etime="2.0" spkid="Ann">'
        "<Word> Hi </Word><Word> all. </Word>"
        '</SpeechSegment><SpeechSegment stime="4.00" spkid="Bob"><Word> Yes. </Word></SpeechSegment></SegmentList></AudioDoc>',
        "SPKR-INFO m 1 <NA> <NA> <NA> unknown Ann <NA> <NA>\nLEXEME m 1 1.0 0.2 Hi lex Ann 0.9 <NA>\n"
        "LEXEME m 1 1.2 0.2 all. lex Ann 0.9 <NA>\nLEXEME m 1 4.0 0.2 Yes. lex Bob 0.9 <NA>\nLEXEME m 1\n",
    ],
    ids=["folker", "folker by words", "remarks in a record", "words in a record", "elements", "audio document", "rttm"],
)
def test_annotations_are_read_with_speakers_and_times(text: str) -> None:
    assert timed_turns(parse(text).turns) == [HI, YES]


def test_remarks_are_counted() -> None:
    text = TEI.format(ann='<u who="#Ann"><seg>Hi. <kinesic><desc>Applause</desc></kinesic></seg></u>')

    assert parse(text).report.left_out == {"<teiheader>": 1, "<kinesic>": 1}


def test_lines_that_end_with_ids_of_utterances_are_read_by_their_speakers() -> None:
    transcript = parse("hi all (ann-0001)\nyes (bob-0001)\ngood (ann-0002)\n")

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("ann", "hi all"), ("bob", "yes"), ("ann", "good")]
    assert transcript.report.format == "trn"


def test_a_remark_in_brackets_at_the_end_of_lines_is_no_id() -> None:
    assert parse("Ann: hi all (laughs)\nBob: yes (nods)\nAnn: good (smiles)").report.format == "text"


def test_rttm_without_words_is_refused() -> None:
    with pytest.raises(BadContent, match="holds no words"):
        parse("SPEAKER m 1 0.00 1.50 <NA> <NA> spk1 <NA> <NA>\nwhat else\n")
