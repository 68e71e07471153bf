"""JSON whose lists, names or times stand otherwise than in the recogniser's own documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.errors import BadContent
from app.transcript import parse
from tests.transcript.writing import timed_turns

ANN = {"speaker": "Ann", "text": "Good morning.", "start": 1.0, "end": 2.0}
BOB = {"speaker": "Bob", "text": "Hello there.", "start": 3.0, "end": 4.0}
LATER = {"speaker": "Ann", "text": "Fine.", "start": 5.0, "end": 6.0}
SAID = [("Ann", "Good morning."), ("Bob", "Hello there."), ("Ann", "Fine.")]


def said(given: Any) -> list[tuple[str, str]]:
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return [(turn.speaker, turn.text) for turn in parse(text).turns]


@pytest.mark.parametrize("key", ["items", "words", "elements", "terms", "tokens"])
def test_a_sentence_that_names_nobody_is_not_given_to_the_one_before(key: str) -> None:
    sentences = [{"name": "Ann", "text": "Good morning to all."}, {"name": "", "text": "Hello and welcome."}]

    assert said({key: sentences}) == [("Ann", "Good morning to all."), ("(?)", "Hello and welcome.")]


def test_a_sentence_without_spaces_that_names_nobody_is_not_given_to_the_one_before() -> None:
    assert said(
        {"items": [{"name": "张三", "text": "早上好，我们开始吧。"}, {"name": None, "text": "好的，没有问题了。"}]}
    ) == [
        ("张三", "早上好，我们开始吧。"),
        ("(?)", "好的，没有问题了。"),
    ]


def test_a_participant_without_a_name_is_called_by_the_address() -> None:
    items = [{"personName": "Ann Lee", "text": "Good morning."}, {"personName": "", "personEmail": "b@x.org", "text": "Hello."}]

    assert said({"items": items}) == [("Ann Lee", "Good morning."), ("b@x.org", "Hello.")]


def test_people_of_one_role_are_told_apart_by_their_identifiers() -> None:
    talk = [("user", "u1", "Hello."), ("assistant", None, "Hi."), ("user", "u2", "Me too."), ("user", "u1", "Fine.")]
    messages = [{"role": role, "user_id": who, "content": text} for role, who, text in talk]

    assert said(messages) == [("u1", "Hello."), ("assistant", "Hi."), ("u2", "Me too."), ("u1", "Fine.")]
    assert said([each for each in messages if each["user_id"] != "u2"])[0] == ("user", "Hello.")


@pytest.mark.parametrize(
    "segments",
    [[BOB, ANN, LATER], [LATER, BOB, ANN], [ANN, LATER, BOB]],
    ids=["mixed", "the newest first", "a speaker behind the other"],
)
def test_segments_are_read_in_the_order_of_their_times_and_it_is_said(segments: list[Any]) -> None:
    transcript = parse(json.dumps({"segments": segments}))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == SAID
    assert any("order of their times" in warning for warning in transcript.report.warnings)


def _parts(*starts: float, speakers: str = "AB") -> list[dict[str, Any]]:
    return [
        {"speaker": speakers[n % len(speakers)], "text": f"Number {n} is said.", "start": start}
        for n, start in enumerate(starts)
    ]


@pytest.mark.parametrize("starts", [(0, 2, 4, 6, 0, 2, 4, 6), (86_390, 86_395, 10, 20), (0.2, 3, 0.4, 5)])
def test_times_that_begin_anew_tell_no_order(starts: tuple[float, ...]) -> None:
    transcript = parse(json.dumps({"segments": _parts(*starts)}))

    assert [turn.text for turn in transcript.turns] == [f"Number {n} is said." for n in range(len(starts))]


def test_tracks_of_one_speaker_each_behind_each_other_are_put_together() -> None:
    ann, bob = _parts(0, 4, 8, 12, speakers="A"), _parts(2, 6, 10, 14, speakers="B")

    assert [speaker for speaker, _ in said(ann + bob)] == list("ABABABAB")


@pytest.mark.parametrize("depth", [3, 5, 7])
def test_wrappers_around_wrappers_change_nothing(depth: int) -> None:
    wrapped: Any = {"segments": [ANN, BOB, LATER]}
    for number in range(depth):
        wrapped = {f"level{number}": wrapped, "id": number}

    assert said(wrapped) == SAID


@pytest.mark.parametrize("key", ["alternatives", "nBest", "hypotheses"])
def test_other_guesses_at_the_same_words_are_not_said(key: str) -> None:
    assert said({"status": 0, "result": {key: [{"transcript": "Good morning."}, {"transcript": "Good mourning."}]}}) == [
        ("(?)", "Good morning.")
    ]


def test_what_is_translated_does_not_take_the_place_of_what_is_said() -> None:
    original = [{"speaker": "Ann", "text": "Bonjour.", "start": 1}, {"speaker": "Bob", "text": "Salut.", "start": 3}]
    translated = [{**each, "text": "A much longer sentence in English."} for each in original]

    assert said({"original": original, "translated": translated}) == [("Ann", "Bonjour."), ("Bob", "Salut.")]
    assert said({"translated": translated})[0] == ("Ann", "A much longer sentence in English.")


WHO = [{"start": 0.9, "end": 2.2, "speaker": "S0"}, {"start": 2.8, "end": 4.1, "speaker": "S1"}]


def test_segments_get_the_speaker_whose_interval_they_lie_in() -> None:
    segments = [{"start": 1, "end": 2, "text": "Good morning."}, {"start": 3, "end": 4, "text": "Hello."}]

    assert said({"segments": segments, "diarization": WHO}) == [("S0", "Good morning."), ("S1", "Hello.")]


def test_a_segment_in_which_two_speak_stays_without_a_name() -> None:
    segments = [{"start": 1, "end": 2, "text": "Good morning."}, {"start": 1.6, "end": 3.6, "text": "Fine. Hello."}]

    assert said({"segments": segments, "diarization": WHO}) == [("S0", "Good morning."), ("(?)", "Fine. Hello.")]


def _deepgram(*words: tuple[str, int]) -> dict[str, Any]:
    listed = [{"word": word, "start": number, "end": number + 0.5, "speaker": who} for number, (word, who) in enumerate(words)]
    return {"results": {"channels": [{"alternatives": [{"transcript": " ".join(w for w, _ in words), "words": listed}]}]}}


def test_several_documents_of_a_recogniser_are_read_one_behind_the_other() -> None:
    transcript = parse(json.dumps([_deepgram(("good", 0), ("morning", 0), ("hello", 1)), {"id": 7}, _deepgram(("fine", 1))]))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("Speaker 0", "good morning"),
        ("Speaker 1", "hello fine"),
    ]
    assert transcript.report.left_out["objects without speech"] == 1


def _zoom(kind: int, **content: Any) -> dict[str, Any]:
    return {"msg_type": kind, "content": {"timestamp": 1_727_384_349_000, **content}}


RTMS = [
    {"msg_type": 2, "status_code": 0, "media_server": {"server_urls": {"all": "wss://example.org"}}},
    _zoom(17, user_id=1, user_name="Ann", data="Good morning."),
    {"msg_type": 12, "timestamp": 1_727_384_349_100},
    _zoom(14, user_id=1, user_name="Ann", data="UklGRg=="),
    _zoom(17, user_id=2, user_name="Bob", data="Hello there."),
    _zoom(17, user_id=3, user_name="", data="Who is that?"),
]


@pytest.mark.parametrize("given", [RTMS, "\n".join(map(json.dumps, RTMS))], ids=["a list", "an event a line"])
def test_the_events_of_zooms_rtms_are_read(given: Any) -> None:
    assert said(given) == [("Ann", "Good morning."), ("Bob", "Hello there."), ("Speaker 3", "Who is that?")]


def test_a_result_of_google_without_words_changes_no_names() -> None:
    def result(word: str, who: str) -> dict[str, Any]:
        return {"alternatives": [{"transcript": word, "words": [{"word": word, "startOffset": "1s", "speakerLabel": who}]}]}

    assert said({"results": [result("Good", "1"), result("Hello", "2"), {"resultEndOffset": "9s"}]}) == [
        ("Speaker 1", "Good"),
        ("Speaker 2", "Hello"),
    ]


def test_words_of_vosk_tell_when_they_are_said() -> None:
    word = {"word": "hi", "start": 1.5, "end": 2.0, "conf": 1}

    assert timed_turns(parse(json.dumps({"result": [word, {**word, "word": "all", "end": 3.0}], "text": "hi all"})).turns) == [
        ("(?)", "hi all", 1.5)
    ]


def test_brackets_that_are_words_stand_beside_what_they_hold() -> None:
    words = [{"word": word, "start": n, "end": n + 1} for n, word in enumerate(["Yes", "(", "twice", ")", ".", "¿", "Sí", "?"])]

    assert said({"words": words}) == [("(?)", "Yes (twice). ¿Sí?")]


def test_intervals_without_words_are_no_transcript() -> None:
    with pytest.raises(BadContent):
        parse(json.dumps({"diarization": WHO}))


TIMES = ({"start": 1, "end": 2}, {"start": 3, "end": 4})


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([{"spk": 0, "msg": "Good morning.", "start_at": 1000, "duration": 900}], [("Speaker 0", "Good morning.")]),
        ([{"voice": "Ann", "payload": "Good morning."}], [("Ann", "Good morning.")]),
        ([{"type": "cue", "data": {"start": 1000, "text": "Good morning."}}], [("(?)", "Good morning.")]),
        ([{"speaker": "Ann", "sentences": ["Good morning.", "All well?"]}], [("Ann", "Good morning. All well?")]),
        ([{"speaker": "Ann", "text": ["Good morning.", "All well?"]}], [("Ann", "Good morning. All well?")]),
        ([{"from": None, "from_id": "user2", "text": "Good morning."}], [("user2", "Good morning.")]),
        ([{"speakers": ["Ann", "Bob"], "text": "Hello.", **TIMES[0]}], [("Ann / Bob", "Hello.")]),
        (
            [{"speaker": [{"name": "Ann", "score": 0.2}, {"name": "Bob", "score": 0.8}], "text": "Hello."}],
            [("Bob", "Hello.")],
        ),
    ],
)
def test_keys_of_further_programs_are_known(segments: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    other = {"speaker": "Zoe", "text": "And that is all for now.", **TIMES[1]}

    assert said({"segments": segments}) == expected
    assert said({"text": "Hello.", "speakers": ["Ann", "Bob"]}) == [("(?)", "Hello.")]
    assert said({"segments": [other]}) == [("Zoe", "And that is all for now.")]


def test_tokens_that_a_model_wrote_before_words_are_counted_and_not_said() -> None:
    transcript = parse(json.dumps({"segments": [{"text": "<|en|><|0.00|> Good morning.<|2.00|>", "speaker": "Ann"}]}))

    assert [turn.text for turn in transcript.turns] == ["Good morning."]
    assert transcript.report.left_out == {"tokens of a model": 3}
    assert said([{"speaker": "Ann", "text": "It writes <|en|> first."}]) == [("Ann", "It writes < |en| > first.")]


@pytest.mark.parametrize("in_a_text", [True, False])
def test_the_lattice_of_iflytek_is_read(in_a_text: bool) -> None:
    def best(who: str, *words: str) -> Any:
        sentence = {"st": {"bg": "1000", "ed": "2000", "rl": who, "rt": [{"ws": [{"cw": [{"w": word}]} for word in words]}]}}
        return json.dumps(sentence) if in_a_text else sentence

    lattice = [{"json_1best": best("1", "早上", "好", "。")}, {"json_1best": best("2", "你好")}]

    assert said({"code": "0", "content": {"orderResult": {"lattice": lattice}}}) == [
        ("Speaker 1", "早上好。"),
        ("Speaker 2", "你好"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{ // made by hand\n"segments": [{"speaker": "Ann", "text": "Good morning."}, {"speaker": "Bob", "text": "Hello."}]}',
        '[ /* two */ {"speaker": "Ann", "text": "Good morning."}, {"speaker": "Bob", "text": "Hello."}]',
        "[('Ann', 'Good morning.'), ('Bob', 'Hello.'), ('Ann', 'Fine.')]",
    ],
)
def test_json_as_people_and_models_write_it_is_read(text: str) -> None:
    assert said(text)[:2] == [("Ann", "Good morning."), ("Bob", "Hello.")]


@pytest.mark.parametrize(
    "text", ['{"segments": [{"speaker": "Ann", "text": "Good', '{"segments": [{"speaker": "Ann" "text": 1}]}']
)
def test_json_that_is_cut_or_broken_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadContent, match="line 1, column"):
        parse(text)


def test_a_list_in_yaml_names_its_speakers() -> None:
    assert said("- speaker: Ann\n  text: Good morning.\n- speaker: Bob\n  text: Hello there.\n") == [
        ("Ann", "Good morning."),
        ("Bob", "Hello there."),
    ]
