"""Transcripts as recorders, chats and parliaments write them: nobody's words are given to another."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse
from tests.transcript.writing import timed_turns

Said = list[tuple[str, str, float | None]]

NORA, TUNDE, IDA = "Nora Vale", "Tunde Okoye", "Ida Moor"


def written(pattern: str, *, below: bool = False) -> str:
    """Three messages, each written as *pattern* says with a minute, a name and a text."""
    said = [(2, NORA, "Ice: none."), (3, TUNDE, "At 10:30?"), (4, NORA, "Yes.")]
    return "\n".join(
        pattern.format(minute=minute, name=name, text=text) + ("\n" if below else "") for minute, name, text in said
    )


CHATS = {
    "Spanish": "4/3/24, 10:0{minute} a. m. - {name}: {text}",
    "Spanish, in brackets": "[4/3/24, 10:0{minute}:00 a. m.] {name}: {text}",
    "Indian": "04/03/24, 10:0{minute} am - {name}: {text}",
    "French": "04/03/2024 à 10:0{minute} - {name}: {text}",
    "Portuguese": "04/03/2024 às 10:0{minute} - {name}: {text}",
    "Polish": "4.03.2024, 10:0{minute} - {name}: {text}",
    "Arabic": "٤/٣/٢٠٢٤، ١٠:٠{minute} ص - {name}: {text}",
    "Chinese": "2024/3/4 上午10:0{minute} - {name}: {text}",
    "Korean": "2024년 3월 4일 오전 10:0{minute}, {name} : {text}",
    "Korean, with dots": "2024. 3. 4. 오전 10:0{minute}, {name} : {text}",
    "a list of numbers it is not": "[4.03.24, 10:0{minute}:00] {name}: {text}",
    "a mark before the bracket": "\u200e[4.03.24, 10:0{minute}:00] {name}: {text}",
    "edited messages": "[3/4/2024 10:0{minute}:00 AM | Edited 10:09:05 AM] {name}: {text}",
    "edited messages, without a date": "[10:0{minute}:00 | Изменены 10:09:05] {name}: {text}",
    "times of the net": "2024-03-04T10:0{minute}:00Z {name}: {text}",
    "a meeting's chat": "10:0{minute}:00\t From {name} : {text}",
    "a time behind the name": "[{name}] [오전 10:0{minute}] {text}",
}


@pytest.mark.parametrize("locale", CHATS)
@pytest.mark.parametrize("encoded", [True, False])
def test_a_chat_is_read_in_every_locale(locale: str, *, encoded: bool) -> None:
    text = written(CHATS[locale])

    transcript = parse(text.encode() if encoded else text)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        (NORA, "Ice: none."),
        (TUNDE, "At 10:30?"),
        (NORA, "Yes."),
    ]
    assert [turn.start for turn in transcript.turns] == [36120, 36180, 36240]


COUNTED = {
    "[{minute}.50s -> {minute}.90s] {name}: {text}",
    "[{minute}.5 - {minute}.9] {name}: {text}",
    "{name} [{minute}.5 - {minute}.9]: {text}",
    "{name} ({minute}.5s): {text}",
    "{name}（00:0{minute}）：{text}",
    "[{name}]: [{minute}.50s] {text}",
    "({minute}.5s to {minute}.9s) {name}: {text}",
}


@pytest.mark.parametrize("pattern", sorted(COUNTED))
def test_seconds_beside_a_label_are_its_time(pattern: str) -> None:
    turns = parse(written(pattern)).turns

    assert [turn.speaker for turn in turns] == [NORA, TUNDE, NORA]
    assert [turn.text for turn in turns] == ["Ice: none.", "At 10:30?", "Yes."]
    assert [int(turn.start or 0) for turn in turns] == [2, 3, 4]


RECORDS: dict[str, tuple[str, Said]] = {
    "the European Parliament": (
        "President. – We go on.\nNora Vale, on behalf of the Ice Group. – Madam, thank you: all.\n"
        "Tunde Okoye, Member of the Commission. – Yes.\nPresident. – Thanks.\nNora Vale (Ice). – No.",
        [
            ("President", "We go on.", None),
            ("Nora Vale, on behalf of the Ice Group", "Madam, thank you: all.", None),
            ("Tunde Okoye, Member of the Commission", "Yes.", None),
            ("President", "Thanks.", None),
            ("Nora Vale (Ice)", "No.", None),
        ],
    ),
    "the Spanish Cortes": (
        "La señora PRESIDENTA: Sí.\nEl señor VALE OKOYE: Gracias: muchas.\nLa señora PRESIDENTA: Nada.\n"
        "La señora VICEPRESIDENTA PRIMERA Y MINISTRA DE LA PESCA Y DEL HIELO (Moor): Bien.",
        [
            ("La señora PRESIDENTA", "Sí.", None),
            ("El señor VALE OKOYE", "Gracias: muchas.", None),
            ("La señora PRESIDENTA", "Nada.", None),
            ("La señora VICEPRESIDENTA PRIMERA Y MINISTRA DE LA PESCA Y DEL HIELO (Moor)", "Bien.", None),
        ],
    ),
    "the Brazilian Câmara": (
        "O SR. PRESIDENTE (Rui Vale. AB - CD) - Sim.\nA SRA. IDA MOOR (AB - CD) - Obrigada: muito.\n"
        "O SR. PRESIDENTE (Rui Vale. AB - CD) - Bem.",
        [
            ("O SR. PRESIDENTE (Rui Vale. AB - CD)", "Sim.", None),
            ("A SRA. IDA MOOR (AB - CD)", "Obrigada: muito.", None),
            ("O SR. PRESIDENTE (Rui Vale. AB - CD)", "Bem.", None),
        ],
    ),
    "the State Duma": (
        "Председательствует Председатель Н. Н. Вейл\nПредседательствующий. Начинаем! Слово депутату.\n"
        'Причалов И. И., фракция "Лёд". Вопрос: есть ли лёд?\nПредседательствующий. Мостова Анна Петровна.\n'
        "Мостова А.П.\nУважаемые коллеги, нет.\nИз зала. (Не слышно.)\nПричалов И. И. сказал, что есть.",
        [
            (UNKNOWN_SPEAKER, "Председательствует Председатель Н. Н. Вейл", None),
            ("Председательствующий", "Начинаем! Слово депутату.", None),
            ('Причалов И. И., фракция "Лёд"', "Вопрос: есть ли лёд?", None),
            ("Председательствующий", "Мостова Анна Петровна.", None),
            ("Мостова А.П.", "Уважаемые коллеги, нет.", None),
            ("Из зала", "(Не слышно.) Причалов И. И. сказал, что есть.", None),
        ],
    ),
    "the House of Commons": (
        "1. Mr Vale (Northtown) (Lab): What of the ice? [900123]\n"
        "The Secretary of State for Ice (Ida Moor): We act. Mr Vale: Thanks. As he said: thanks. "
        "Dame Una Hook (Southtown) (Con): Is it so?\nThe Secretary of State for Ice: Yes. I give way. Mr Vale: No.",
        [
            ("Mr Vale (Northtown) (Lab)", "What of the ice? [900123]", None),
            ("The Secretary of State for Ice (Ida Moor)", "We act.", None),
            ("Mr Vale", "Thanks. As he said: thanks.", None),
            ("Dame Una Hook (Southtown) (Con)", "Is it so?", None),
            ("The Secretary of State for Ice", "Yes. I give way.", None),
            ("Mr Vale", "No.", None),
        ],
    ),
    "the Japanese Diet": (
        "○議長（港一郎君）　始めます。\n○桟橋花子君　三点です：氷。\n○議長（港一郎君）　どうぞ。",
        [
            ("議長（港一郎君）", "始めます。", None),
            ("桟橋花子君", "三点です：氷。", None),
            ("議長（港一郎君）", "どうぞ。", None),
        ],
    ),
    "the Korean Assembly": (
        "◯위원장 김철수 시작합니다.\n◯이영희 위원 질문: 있습니다.\n◯위원장 김철수 네.",
        [("위원장 김철수", "시작합니다.", None), ("이영희 위원", "질문: 있습니다.", None), ("위원장 김철수", "네.", None)],
    ),
    "the Swedish Riksdag": (
        "Anf. 1 IDA MOOR (X):\nHerr talman: nej.\nAnf. 2 BO VALE (Y):\nJo.\nAnf. 3 IDA MOOR (X):\nTack.",
        [("IDA MOOR (X)", "Herr talman: nej.", None), ("BO VALE (Y)", "Jo.", None), ("IDA MOOR (X)", "Tack.", None)],
    ),
    "brackets without a blank": (
        "【司会】始めます。\n【港】例えば：氷。\n【司会】はい。",
        [("司会", "始めます。", None), ("港", "例えば：氷。", None), ("司会", "はい。", None)],
    ),
    "numbers in brackets": (
        "[1] Ida: Ice.\n[2] Bo: At 10:30.\n[3] Ida: Yes.",
        [("Ida", "Ice.", None), ("Bo", "At 10:30.", None), ("Ida", "Yes.", None)],
    ),
    "surname first, seen once": (
        "Vale, Nora   0:03\nIce.\n\nMoor, Ida Lena (Extern)   0:08\nThree points: ice.\n\nVale, Nora   1:15\nYes.",
        [("Vale, Nora", "Ice.", 3), ("Moor, Ida Lena (Extern)", "Three points: ice.", 8), ("Vale, Nora", "Yes.", 75)],
    ),
    "a name in small letters, seen once": (
        "[04/03/2024 10:02] ida#12\nIce.\n\n[04/03/2024 10:03] bo\nAnd: snow\n\n[04/03/2024 10:04] ida#12\nYes.",
        [("ida#12", "Ice.", 36120), ("bo", "And: snow", 36180), ("ida#12", "Yes.", 36240)],
    ),
    "numbers of telephones": (
        "Ida: Ice.\n+49 170 1234567: Snow.\nIda: Yes.\n+1 617-555-0112: No.\n(555) 010-1234: Oh.",
        [
            ("Ida", "Ice.", None),
            ("+49 170 1234567", "Snow.", None),
            ("Ida", "Yes.", None),
            ("+1 617-555-0112", "No.", None),
            ("(555) 010-1234", "Oh.", None),
        ],
    ),
    "voices from the floor": (
        "Ida: Ice.\nSome hon. members: Oh, oh!\nIda: Yes.\nГолос из зала: Нет!\nIda: No.",
        [
            ("Ida", "Ice.", None),
            ("Some hon. members", "Oh, oh!", None),
            ("Ida", "Yes.", None),
            ("Голос из зала", "Нет!", None),
            ("Ida", "No.", None),
        ],
    ),
    "a time alone now and then": (
        "Ida: Ice.\nBo: Why: now?\nIda: Yes.\n00:05:00\nBo: At 10:15.\nIda: Fine.\nBo: Go.\n"
        "Meeting ended after 00:06:12\nThis editable transcript was computer generated and might contain errors.",
        [
            ("Ida", "Ice.", None),
            ("Bo", "Why: now?", None),
            ("Ida", "Yes.", None),
            ("Bo", "At 10:15.", 300),
            ("Ida", "Fine.", None),
            ("Bo", "Go.", None),
        ],
    ),
    "colons without a blank": (
        "张三:你好，今天10:30。\n李四:好的:没问题。\n张三: 见 https://example.org/a。\nAnn:no",
        [
            ("张三", "你好，今天10:30。", None),
            ("李四", "好的:没问题。", None),
            ("张三", "见 https://example.org/a。", None),
            ("Ann", "no", None),
        ],
    ),
    "a time between name and speech": (
        "Ida Moor 0:03 Ice: at 10:30.\nBo 0:08 No.\nand more at 11:00\nIda Moor 1:03 Yes.",
        [("Ida Moor", "Ice: at 10:30.", 3), ("Bo", "No. and more at 11:00", 8), ("Ida Moor", "Yes.", 63)],
    ),
    "a time in bold type": (
        "**[00:03] Ida Moor:** Ice.\n\n**[00:08] Bo:** No: snow.\n\n**[01:03] Ida Moor:** Yes.",
        [("Ida Moor", "Ice.", 3), ("Bo", "No: snow.", 8), ("Ida Moor", "Yes.", 63)],
    ),
    "a time in italics": (
        "**Ida Moor** *00:03*\nIce.\n\n**Bo** *00:08*\nNo: snow.\n\n**Ida Moor** *01:03*\nYes.",
        [("Ida Moor", "Ice.", 3), ("Bo", "No: snow.", 8), ("Ida Moor", "Yes.", 63)],
    ),
    "quoted and fenced": (
        "```text\n> Ida: Ice.\n> Bo: No: snow.\n> Ida: Yes.\n```",
        [("Ida", "Ice.", None), ("Bo", "No: snow.", None), ("Ida", "Yes.", None)],
    ),
    "other colons": (
        "አበበ፦ ሰላም\nከበደ፦ እሺ\nአበበ፦ ቻው\nIda﹕Ice\nIda∶ Yes",
        [("አበበ", "ሰላም", None), ("ከበደ", "እሺ", None), ("አበበ", "ቻው", None), ("Ida", "Ice", None), ("Ida", "Yes", None)],
    ),
    "whisper.cpp with speakers": (
        "(speaker 0) Ice and\n(speaker 0) more.\n(speaker 1) No: is it\n(speaker 0)'s a pier.",
        [
            ("speaker 0", "Ice and", None),
            ("speaker 0", "more.", None),
            ("speaker 1", "No: is it", None),
            ("speaker 0", "'s a pier.", None),
        ],
    ),
    "a sign before the time": (
        "@0:03 - Ida Moor (Pier)\nIce.\n\n@0:08 - Bo\nNo: snow.\n\n@1:03 - Ida Moor (Pier)\nYes.",
        [("Ida Moor (Pier)", "Ice.", 3), ("Bo", "No: snow.", 8), ("Ida Moor (Pier)", "Yes.", 63)],
    ),
    "a name, a time and speech below each other": (
        "Ida Moor\n(00:00:00)\nIce at 10:30.\nBo Vale\n(00:01:05)\nNo: snow.\nIda Moor\n(00:02:00)\nYes.",
        [("Ida Moor", "Ice at 10:30.", 0), ("Bo Vale", "No: snow.", 65), ("Ida Moor", "Yes.", 120)],
    ),
    "a briefing": (
        "MS. MOOR: Good afternoon.\nQ Thank you. So: why?\nMS. MOOR: Because.\nQ And when?\nMS. MOOR: Soon.",
        [
            ("MS. MOOR", "Good afternoon.", None),
            ("Q", "Thank you. So: why?", None),
            ("MS. MOOR", "Because.", None),
            ("Q", "And when?", None),
            ("MS. MOOR", "Soon.", None),
        ],
    ),
    "a hearing": (
        "Senator Moor. Thank you, Mr. Chairman. Note: no.\nThe Chairman. Noted.\nMr. Vale. Senator, no.\nSenator Moor. Why?\n"
        "The Chairman. Order.",
        [
            ("Senator Moor", "Thank you, Mr. Chairman. Note: no.", None),
            ("The Chairman", "Noted.", None),
            ("Mr. Vale", "Senator, no.", None),
            ("Senator Moor", "Why?", None),
            ("The Chairman", "Order.", None),
        ],
    ),
    "numbered questions of a committee": (
        "Q1 Chair: Welcome: why?\nDr Vale: Because.\nQ2 Ida Moor: And when?\nDr Vale: Soon.\nQ3 Chair: Thanks.",
        [
            ("Chair", "Welcome: why?", None),
            ("Dr Vale", "Because.", None),
            ("Ida Moor", "And when?", None),
            ("Dr Vale", "Soon.", None),
            ("Chair", "Thanks.", None),
        ],
    ),
    "a chat server with a guest in small letters": (
        "jane_r — Today at 10:15 AM\nthe hut is done\nbo — Yesterday at 9:00 PM\nnote: great\njane_r — 03/12/2024 10:17 AM\nok",
        [
            ("jane_r", "the hut is done", 36900.0),
            ("bo", "note: great", 75600.0),
            ("jane_r", "ok", 36_960.0 + 60),
        ],
    ),
    "an exported channel with a tag behind a name": (
        "[03/12/2024 10:15 AM] jane_r\nice is in\n\n[03/12/2024 10:16 AM] bo#1234\ngood: now the salt\n\n"
        "[03/12/2024 10:17 AM] jane_r\nyes",
        [("jane_r", "ice is in", 36900.0), ("bo#1234", "good: now the salt", 36960.0), ("jane_r", "yes", 37020.0)],
    ),
    "exact times behind names, one in small letters": (
        "Ida Moor  00:00:01.200\nIce.\nbo  00:00:03.400\nNote: yes, 10:30.\nIda Moor  00:00:05.000\nOk.",
        [("Ida Moor", "Ice.", 1.2), ("bo", "Note: yes, 10:30.", 3.4), ("Ida Moor", "Ok.", 5.0)],
    ),
    "members of a house who call out once": (
        "Mr Speaker: Order. One minute.\nSeveral hon. Members: Hear, hear.\nMr Speaker: Order.\n"
        "Opposition members: Shame!\nMr Speaker: Order, and again: order.\nIt is late.\nIt is.\nIt was.",
        [
            ("Mr Speaker", "Order. One minute.", None),
            ("Several hon. Members", "Hear, hear.", None),
            ("Mr Speaker", "Order.", None),
            ("Opposition members", "Shame!", None),
            ("Mr Speaker", "Order, and again: order. It is late. It is. It was.", None),
        ],
    ),
    "members who move and ask": (
        "Mr. Bo Vale (Leeds, BQ) moved:\nThat the hut be built.\nThe Speaker:\nOrder.\n"
        "MR. MOOR asked the Minister for Salt:\nWhy: now?\nThe Speaker:\nMr. arap Vale.\nMr. arap Vale:\nThank you.\n"
        "La présidente suppléante (Mme Ray):\nMerci.\nMme Ann Ray (Laval, BQ) propose:\nQue la cabane soit bâtie.\n"
        "The Speaker:\nOrder again.",
        [
            ("Mr. Bo Vale (Leeds, BQ)", "moved: That the hut be built.", None),
            ("The Speaker", "Order.", None),
            ("MR. MOOR", "asked the Minister for Salt: Why: now?", None),
            ("The Speaker", "Mr. arap Vale.", None),
            ("Mr. arap Vale", "Thank you.", None),
            ("La présidente suppléante (Mme Ray)", "Merci.", None),
            ("Mme Ann Ray (Laval, BQ)", "propose: Que la cabane soit bâtie.", None),
            ("The Speaker", "Order again.", None),
        ],
    ),
    "a time of the recording above some of the labels": (
        "00:00:00\n\nIda Moor: Ice.\nBo: Note: salt.\n\n00:00:30\n\nIda Moor: Yes.\nBo: So.\nDr Vale: 10:30.",
        [
            ("Ida Moor", "Ice.", 0.0),
            ("Bo", "Note: salt.", None),
            ("Ida Moor", "Yes.", 30.0),
            ("Bo", "So.", None),
            ("Dr Vale", "10:30.", None),
        ],
    ),
    "times behind labels": (
        "Speaker 1:\t00:01\tIce.\nSpeaker 2:\t00:05\tNote: salt.\nSpeaker 1:\t01:09\tAt 10:30.",
        [("Speaker 1", "Ice.", 1.0), ("Speaker 2", "Note: salt.", 5.0), ("Speaker 1", "At 10:30.", 69.0)],
    ),
    "dates below messages": (
        "Ida Moor\nice\nMar 12, 2024 10:15 AM\n\nBo Ray\nnote: salt\nMar 12, 2024 10:16 AM\n\nIda Moor\nyes\n"
        "Mar 12, 2024 10:17 AM",
        [
            ("Ida Moor", "ice", 36900.0),
            ("Bo Ray", "note: salt", 36960.0),
            ("Ida Moor", "yes", 37020.0),
        ],
    ),
    "the parliament of Finland": (
        "Puhemies Jussi Moor: Avaan.\nIda Vale sd: Arvoisa puhemies! Asia: suola.\nPuhemies Jussi Moor: Kiitos.",
        [
            ("Puhemies Jussi Moor", "Avaan.", None),
            ("Ida Vale sd", "Arvoisa puhemies! Asia: suola.", None),
            ("Puhemies Jussi Moor", "Kiitos.", None),
        ],
    ),
    "the parliament of Iran": (
        "رئیس ـ جلسه رسمی است.\nنماینده تهران ـ مثلاً: بودجه.\nرئیس ـ متشکرم.\nنماینده تهران ـ بله.",
        [
            ("رئیس", "جلسه رسمی است.", None),
            ("نماینده تهران", "مثلاً: بودجه.", None),
            ("رئیس", "متشکرم.", None),
            ("نماینده تهران", "بله.", None),
        ],
    ),
    "a nickname in quotation marks": (
        'Ida Moor: Ice.\nSir Bo "Bobby" Vale MP: Order: order.\nIda Moor: Yes.',
        [("Ida Moor", "Ice.", None), ('Sir Bo "Bobby" Vale MP', "Order: order.", None), ("Ida Moor", "Yes.", None)],
    ),
    "headings within the speech of one": (
        "Dr. Ida Moor: Good morning. Three things.\nSalt: it is dear.\nHarbours: we need two.\nI thank you.",
        [("Dr. Ida Moor", "Good morning. Three things. Salt: it is dear. Harbours: we need two. I thank you.", None)],
    ),
    "minutes that become hours": (
        "Ida Moor\n0:00\nIce.\n\nBo\n0:05\nWhy: now?\n\nIda Moor\n1:12:33\nYes.",
        [("Ida Moor", "Ice.", None), ("Bo", "Why: now?", None), ("Ida Moor", "Yes.", None)],
    ),
}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_is_read_with_all_its_speakers(record: str) -> None:
    text, expected = RECORDS[record]

    transcript = parse(text)

    said = [(turn.speaker, turn.text) for turn in transcript.turns]
    assert said == [(speaker, words) for speaker, words, _ in expected]
    if any(start is not None for _, _, start in expected):
        assert [turn.start for turn in transcript.turns] == [start for _, _, start in expected]


def test_a_line_in_a_chat_that_is_written_otherwise_than_its_labels_is_speech() -> None:
    first = "Ida Moor, [12.03.2024 10:15]\nIce\nsee you on 13.03.2024 11:00\n"
    chat = f"{first}Bo, [12.03.2024 10:16]\nYes\nIda Moor, [12.03.2024 10:17]\nOk"

    turns = parse(chat).turns

    said = [("Ida Moor", "Ice see you on 13.03.2024 11:00"), ("Bo", "Yes"), ("Ida Moor", "Ok")]
    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_a_time_that_a_sentence_begins_with_is_said() -> None:
    turns = parse("Ida: 10:30 is fine.\nBo: 10:45 is not.\nIda: 11:00 then.").turns

    assert [(turn.text, turn.start) for turn in turns] == [
        ("10:30 is fine.", None),
        ("10:45 is not.", None),
        ("11:00 then.", None),
    ]


def test_a_label_seen_once_that_is_read_as_speech_is_told() -> None:
    report = parse("Ida Moor 0:01\nIce.\nbo 0:15\nYes.\nIda Moor 0:20\nOk.").report

    assert "1 label is seen once and read as speech: bo" in report.warnings


def test_marks_of_time_behind_paragraphs_are_when_they_end() -> None:
    turns = parse("I: Wo war das? #00:00:05-2#\nB: Am Pier, also: dort. #00:01:09-7#\nI: Gut. #00:01:10-0#").turns

    assert [(turn.speaker, turn.text, turn.end) for turn in turns] == [
        ("I", "Wo war das?", 5.2),
        ("B", "Am Pier, also: dort.", 69.7),
        ("I", "Gut.", 70.0),
    ]


@pytest.mark.parametrize("line", ["[10-20] is the range", "[1.2] Scope", "○ a point of a list", "[sic]s the word", "so. – yes"])
def test_signs_that_only_resemble_a_label_name_nobody(line: str) -> None:
    (turn,) = parse(f"We begin here\n{line}\nand we end there").turns

    assert (turn.speaker, turn.text) == (UNKNOWN_SPEAKER, f"We begin here {line} and we end there")


TABLES: dict[str, tuple[str, Said]] = {
    "the sign said first": (
        "sep=;\nStart;Speaker;Text\n0,5;Ida;Ice; snow\n3,5;Bo;No",
        [("Ida", "Ice; snow", 0.5), ("Bo", "No", 3.5)],
    ),
    "lines before the header": (
        "Meeting: Pier\n\nSpeaker,Start,Text\nIda,0:01,Ice\nBo,0:04,No",
        [("Ida", "Ice", 1), ("Bo", "No", 4)],
    ),
    "names of columns in several words": (
        "Orador,Hora de inicio,Hora de finalización,Texto de la intervención\nIda,0:01,0:02,Hielo\nBo,0:03,0:04,No",
        [("Ida", "Hielo", 1), ("Bo", "No", 3)],
    ),
    "names of columns joined": (
        "start_ts,end_ts,speakerFirstName,transcript_text\n1,2,Ida,Ice\n3,4,Bo,No",
        [("Ida", "Ice", 1), ("Bo", "No", 3)],
    ),
    "names of columns without blanks": (
        "開始時間,終了時間,話者,発言内容\n0:01,0:02,港,氷\n0:03,0:04,橋,雪",
        [("港", "氷", 1), ("橋", "雪", 3)],
    ),
    "Markdown": (
        '| Time | Speaker | Text |\n|---|:--|--:|\n| 0:01 | Ida | Ice \\| "snow" |\n| 0:04 | Bo | No |',
        [("Ida", 'Ice | "snow"', 1), ("Bo", "No", 4)],
    ),
    "no header, time first": (
        "00:00:01\tIda\tIce: here\n00:00:04\tBo\tNo\nand more\n00:00:07\tIda\tYes",
        [("Ida", "Ice: here", 1), ("Bo", "No and more", 4), ("Ida", "Yes", 7)],
    ),
    "no header, name first": (
        "Ida\t0:01\tIce: here\nBo\t0:04\tNo\nIda\t0:07\tYes",
        [("Ida", "Ice: here", 1), ("Bo", "No", 4), ("Ida", "Yes", 7)],
    ),
    "no header, with dates": (
        "2024/03/04 10:02\tIda\tIce\n2024/03/04 10:03\tBo\tNo\n2024/03/04 10:04\tIda\tYes",
        [("Ida", "Ice", 36120), ("Bo", "No", 36180), ("Ida", "Yes", 36240)],
    ),
}
PAGES: dict[str, tuple[str, Said]] = {
    "a messenger's page": (
        "<!DOCTYPE html><html><body><div class='userpic'><div class='initials'>IM</div></div>"
        "<div class='date details'>10:02</div>"
        "<div class='from_name'>Ida</div><div class='text'>Ice</div><div class='userpic'>B</div>"
        "<div class='date'>04/03/2024 10:03</div><div class='from_name'>Bo</div><div class='text'>No: snow</div></body></html>",
        [("Ida", "Ice", 602), ("Bo", "No: snow", 36180)],
    ),
    "a meeting's player": (
        "<ul><li><span class='user-name-span'>[Ida]</span><span class='time'>00:03</span><div>Ice</div></li>"
        "<li><span class='user-name-span'>Bo</span><span class='time'>10:08 AM</span><div>No: snow</div></li></ul>",
        [("Ida", "Ice", 3), ("Bo", "No: snow", 36480)],
    ),
    "a list of definitions": (
        "<dl><dt>Ida:</dt><dd>Ice</dd><dt>Bo:</dt><dd>No: snow</dd><dt>Ida:</dt><dd>Yes</dd></dl>",
        [("Ida", "Ice", None), ("Bo", "No: snow", None), ("Ida", "Yes", None)],
    ),
    "arrows": (
        "1\n00:00:01.000 → 00:00:02.000\nIda: Ice\n\n2\n00:00:03,000 –> 00:00:04,000\nBo: No\n\n3\n0:05 --> 0:06\nIda: Yes",
        [("Ida", "Ice", 1), ("Bo", "No", 3), ("Ida", "Yes", 5)],
    ),
    "a small mark of captions": ("webvtt\n\n00:01.000 --> 00:02.000\n<v Ida>Ice", [("Ida", "Ice", 1)]),
}
PLENARY = (
    "<{root}{more}><vorspann><name>Nobody</name></vorspann><sitzung><name>Präsident Moor:</name><p klasse='J'>Guten Tag.</p>"
    "<rede><p klasse='redner'><redner id='1'><name><vorname>Ida</vorname></name></redner>Ida Vale (X):</p>"
    "<p>Herr Präsident: Eis.</p><kommentar>(Beifall)</kommentar><p>Danke.</p><name>Präsident Moor:</name><p>Bitte.</p></rede>"
    "</sitzung></{root}>"
)
TAGGED: dict[str, tuple[str, Said]] = {
    "the Bundestag": (
        "<?xml version='1.0'?>\n<!DOCTYPE dbtplenarprotokoll SYSTEM 'dbtplenarprotokoll.dtd'>\n"
        + PLENARY.format(root="dbtplenarprotokoll", more=""),
        [
            ("Präsident Moor", "Guten Tag.", None),
            ("Ida Vale (X)", "Herr Präsident: Eis. Danke.", None),
            ("Präsident Moor", "Bitte.", None),
        ],
    ),
    "the Bundestag, several speeches": (
        "<dbtplenarprotokoll><rede>"
        "<p klasse='redner'><redner id='1'><name><vorname>Ida</vorname></name></redner>Ida Vale (X):</p><p>Eis.</p></rede>"
        "<rede><p klasse='redner'><redner id='2'><name><vorname>Bo</vorname></name></redner>Bo Moor (Y):</p><p>Schnee.</p>"
        "<name>Präsident Ray:</name><p>Bitte.</p>"
        "<p klasse='redner'><redner id='2'><name><vorname>Bo</vorname></name></redner>Bo Moor (Y):</p><p>Danke.</p></rede>"
        "</dbtplenarprotokoll>",
        [
            ("Ida Vale (X)", "Eis.", None),
            ("Bo Moor (Y)", "Schnee.", None),
            ("Präsident Ray", "Bitte.", None),
            ("Bo Moor (Y)", "Danke.", None),
        ],
    ),
    "a page of Hansard": (
        "<html><body><h2>Ferries</h2><div><div class='primary-text'>Ida Vale</div><div class='content'><p>Ice.</p></div></div>"
        "<div><div class='primary-text'>Bo Moor</div><div class='content'><p>No: snow.</p></div></div></body></html>",
        [("(?)", "Ferries", None), ("Ida Vale", "Ice.", None), ("Bo Moor", "No: snow.", None)],
    ),
    "the Assemblée nationale": (
        "<compteRendu><metadonnees><dateSeance>2026</dateSeance></metadonnees><contenu>"
        "<paragraphe><orateurs><orateur><nom>Mme Vale</nom><id>7</id><qualite>rapporteure</qualite></orateur></orateurs>"
        "<texte>Le quai : fermé.</texte></paragraphe>"
        "<paragraphe><orateurs/><texte>(Le quai est fermé.)</texte></paragraphe>"
        "<paragraphe><orateurs><orateur><nom>M. Moor</nom><id>8</id></orateur></orateurs>"
        "<texte>Bien.</texte></paragraphe></contenu></compteRendu>",
        [("Mme Vale", "Le quai : fermé.", None), ("(?)", "(Le quai est fermé.)", None), ("M. Moor", "Bien.", None)],
    ),
    "Canada": (
        "<Hansard><HansardBody><Intervention id='1'><PersonSpeaking><Affiliation DbId='3'>Mr. Bo Moor (Leeds)</Affiliation>"
        "</PersonSpeaking><Content><ParaText>Ice.</ParaText><ParaText>The <Affiliation>minister</Affiliation> knows.</ParaText>"
        "</Content></Intervention><Intervention id='2'><PersonSpeaking>The Speaker</PersonSpeaking><Content><ParaText>Order."
        "</ParaText></Content></Intervention></HansardBody></Hansard>",
        [("Mr. Bo Moor (Leeds)", "Ice. The minister knows.", None), ("The Speaker", "Order.", None)],
    ),
    "the European Parliament": (
        "<?xml version='1.0'?><PROCEEDINGS><INTERVENTION><ORATEUR PP='X'><EMPHAS> Ida Vale </EMPHAS></ORATEUR><PARA>Ice.</PARA>"
        "</INTERVENTION><INTERVENTION><ORATEUR><EMPHAS>Bo Moor</EMPHAS></ORATEUR><PARA>No.</PARA></INTERVENTION></PROCEEDINGS>",
        [("Ida Vale", "Ice.", None), ("Bo Moor", "No.", None)],
    ),
    "Akoma Ntoso": (
        "<akomaNtoso><debate><speech by='#ida'><from>Ida Vale</from><p>Ice.</p><p>More: snow.</p></speech>"
        "<speech by='#bo'><from>Bo:</from><p>No.</p></speech></debate></akomaNtoso>",
        [("Ida Vale", "Ice. More: snow.", None), ("Bo", "No.", None)],
    ),
    "TEI": (
        "<TEI><teiHeader><person xml:id='ida'><persName>Ida Vale</persName></person></teiHeader><text>"
        "<u who='#ida'><seg>Ice.</seg><seg>More: snow.</seg></u><note>laughs</note>"
        "<u who='#bo'><seg>No.</seg></u></text></TEI>",
        [("Ida Vale", "Ice. More: snow.", None), ("bo", "No.", None)],
    ),
    "Transcriber": (
        "<Trans><Speakers><Speaker id='s1' name='Ida Vale'/></Speakers><Turn speaker='s1' startTime='1.5' endTime='3'>"
        "<Sync time='1.5'/>Ice.<Sync time='2'/>More.</Turn><Turn speaker='s2' startTime='3' endTime='5'>No.</Turn></Trans>",
        [("Ida Vale", "Ice. More.", 1.5), ("s2", "No.", 3)],
    ),
    "ELAN": (
        "<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID='a' TIME_VALUE='500'/>"
        "<TIME_SLOT TIME_SLOT_ID='b' TIME_VALUE='1500'/><TIME_SLOT TIME_SLOT_ID='c' TIME_VALUE='2500'/></TIME_ORDER>"
        "<TIER TIER_ID='Ida'><ALIGNABLE_ANNOTATION TIME_SLOT_REF1='b' TIME_SLOT_REF2='c'><ANNOTATION_VALUE>Ice"
        "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></TIER><TIER TIER_ID='t2' PARTICIPANT='Bo'><ALIGNABLE_ANNOTATION "
        "TIME_SLOT_REF1='a' TIME_SLOT_REF2='b'><ANNOTATION_VALUE>No</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></TIER>"
        "</ANNOTATION_DOCUMENT>",
        [("Bo", "No", 0.5), ("Ida", "Ice", 1.5)],
    ),
    "words of a podcast": (
        "<tt xmlns:x='p'><body><p begin='1' end='2' agent='Ida'><span x:unit='sentence'><span x:unit='word'>More</span>"
        "<span x:unit='word'>ice.</span></span><span x:unit='sentence'><span x:unit='word'>Yes.</span></span></p></body></tt>",
        [("Ida", "More ice. Yes.", 1)],
    ),
}


@pytest.mark.parametrize(
    ("text", "expected"), [*TABLES.values(), *TAGGED.values(), *PAGES.values()], ids=[*TABLES, *TAGGED, *PAGES]
)
def test_a_table_page_or_tagged_record_is_read_with_its_times(text: str, expected: Said) -> None:
    turns = parse(text).turns

    assert [(turn.speaker, turn.text, turn.start) for turn in turns] == expected


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ida: see http://example.org\nnote:this is\nBo: a:b and\nnote:more\nIda: Yes", ["Ida", "Bo", "Ida"]),
        ("Ida: We met at 10:30 and left.\nBo: At 11:00 or so.\nThen at 12:15 we ate.\nIda: Fine.", ["Ida", "Bo", "Ida"]),
        ("Ida:\tIce\nBo: No\nIda:\tYes\nBo: Oh", ["Ida", "Bo", "Ida", "Bo"]),
        ("We have speakers, time, text and so on\nIda: Ice\nBo: No\nIda: Yes", [UNKNOWN_SPEAKER, "Ida", "Bo", "Ida"]),
    ],
)
def test_labels_with_a_blank_stay_the_form_of_a_text(text: str, speakers: list[str]) -> None:
    turns = parse(text).turns

    assert [turn.speaker for turn in turns] == speakers


def test_a_document_type_that_declares_entities_is_refused() -> None:
    with pytest.raises(BadContent, match="a document type is not read"):
        parse("<?xml version='1.0'?><!DOCTYPE tt [<!ENTITY a 'b'>]><tt><body><p>&a;</p></body></tt>")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<html><body><speaker name="Ann">Hi.</speaker>'
            '<speaker name="Bob"><p>Yes.</p></speaker><p>(Noise)</p></body></html>',
            [("Ann", "Hi.", None), ("Bob", "Yes.", None), ("(?)", "(Noise)", None)],
        ),
        (
            '<html><body><p><speaker name="Ann"></speaker> Hi.</p><p><speaker name="Bob"/> Yes.</p></body></html>',
            [("Ann", "Hi.", None), ("Bob", "Yes.", None)],
        ),
        (
            "<html><body><p><v Ann>Hi.</v></p><p><speaker>Bob</speaker> Yes.</p></body></html>",
            [("Ann", "Hi.", None), ("Bob", "Yes.", None)],
        ),
        (
            '<div><p data-speaker="Ann" data-start="1.0">Hi.</p><p data-speaker="Bob" data-start="00:04">Yes.</p></div>',
            [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0)],
        ),
        (
            '<article><p><span class="speaker">[Ann] </span><span data-m="1000">Hi </span><span data-m="1400">all.</span></p>'
            '<p><span class="speaker">[Bob] </span><span data-m="4000">Yes.</span></p></article>',
            [("Ann", "Hi all.", 1.0), ("Bob", "Yes.", 4.0)],
        ),
        (
            "<html><body><nav>Home</nav>"
            + "".join(
                f"<p><strong>{who}</strong> {time}</p><p>{text}</p>"
                for who, time, text in (("Ann", "00:01", "Hi."), ("Bob", "00:04", "Yes."), ("Ann", "00:09", "Good."))
            )
            + "</body></html>",
            [("Ann", "Hi.", 1.0), ("Bob", "Yes.", 4.0), ("Ann", "Good.", 9.0)],
        ),
        (
            '<div><span class="itemDisplayName-531">Ann</span><div>Hi.</div>'
            '<span class="itemDisplayName-531">Bob</span>Yes.</div>',
            [("Ann", "Hi.", None), ("Bob", "Yes.", None)],
        ),
        (
            "<html><body><p>Ann: I <v it> and x <y.</p><p>Bob: No.</p></body></html>",
            [("Ann", "I <v it> and x <y.", None), ("Bob", "No.", None)],
        ),
    ],
)
def test_elements_of_a_page_name_who_speaks_and_when(page: str, expected: Said) -> None:
    assert timed_turns(parse(page).turns) == expected


CARD = "<div><b class='author'>{}</b><p class='primary-text'>{}</p></div>"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (CARD.format("Ann", "Hello") + CARD.format("Bob", "Hi"), [("Ann", "Hello"), ("Bob", "Hi")]),
        (
            "<p><b>Ann:</b> Ice?</p><p class='primary-text'>It melts.</p><p><b>Bob:</b> No.</p><p><b>Ann:</b> Well.</p>",
            [("Ann", "Ice? It melts."), ("Bob", "No."), ("Ann", "Well.")],
        ),
    ],
)
def test_what_a_page_calls_primary_text_is_speech_where_others_are_names(page: str, said: list[tuple[str, str]]) -> None:
    turns = parse(f"<html><body>{page}</body></html>").turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


@pytest.mark.parametrize("inner", ["para", "quote", "seg"])
def test_a_paragraph_of_a_record_is_said_whole(inner: str) -> None:
    record = (
        f"<debates><speech speakername='Ann'><p>Ice <{inner}>and snow</{inner}> melt.</p></speech>"
        "<speech speakername='Bob'><p>Hi.</p></speech></debates>"
    )

    assert [(turn.speaker, turn.text) for turn in parse(record).turns] == [("Ann", "Ice and snow melt."), ("Bob", "Hi.")]
