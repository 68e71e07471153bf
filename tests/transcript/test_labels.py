from __future__ import annotations

from collections.abc import Iterable

import pytest

from app.transcript.labels import Election, elect

SPEAKERS = [
    ("Bob: hi", "Bob", "hi"),
    ("Bob : hi", "Bob", "hi"),
    ("Bob :", "Bob", ""),
    ("BOB: HELLO", "BOB", "HELLO"),
    ("A: yes", "A", "yes"),
    ("E : oui", "E", "oui"),
    ("Q: why?", "Q", "why?"),
    ("P1 : Alors", "P1", "Alors"),
    ("SPEAKER_00: hi", "SPEAKER_00", "hi"),
    ("[SPEAKER_01]: hi", "SPEAKER_01", "hi"),
    ("speaker_2: hi", "speaker_2", "hi"),
    ("spk1 : salut", "spk1", "salut"),
    ("Speaker 1: hi", "Speaker 1", "hi"),
    ("Grad B : OK ,", "Grad B", "OK ,"),
    ("Participant #3: hi", "Participant #3", "hi"),
    ("[00:01:02] Bob: hi", "Bob", "hi"),
    ("[00:01:02.345 --> 00:01:04.000] Bob: hi", "Bob", "hi"),
    ("(1:02) Bob: hi", "Bob", "hi"),
    ("00:01:02 Bob: hi", "Bob", "hi"),
    ("00:01:02,500 - Bob: hi", "Bob", "hi"),
    ("Bob [00:01:02]: hi", "Bob", "hi"),
    ("Bob (0:12) : hi", "Bob", "hi"),
    ("Bob 00:01:02: hi", "Bob", "hi"),
    (">> BOB: hi", "BOB", "hi"),
    ("**Bob:** hi", "Bob", "hi"),
    ("**Bob**: hi", "Bob", "hi"),
    ("Bob (host) : hi", "Bob (host)", "hi"),
    ("Felix (Geth): hi", "Felix (Geth)", "hi"),
    ("Dr. Angela Merkel (CDU/CSU) : Herr Präsident", "Dr. Angela Merkel (CDU/CSU)", "Herr Präsident"),
    ("Lumi | Offchain Labs : hi", "Lumi | Offchain Labs", "hi"),
    ("Iván | ethrex : hi", "Iván | ethrex", "hi"),
    ("Chris - Base : hi", "Chris - Base", "hi"),
    ("Dr. Smith: hi", "Dr. Smith", "hi"),
    ("J. R. R. Tolkien: hi", "J. R. R. Tolkien", "hi"),
    ("Martin Luther King Jr.: hi", "Martin Luther King Jr.", "hi"),
    ("M. Dupont : bonjour", "M. Dupont", "bonjour"),
    ("M. le président : la séance est ouverte", "M. le président", "la séance est ouverte"),
    ("Mme la Présidente : merci", "Mme la Présidente", "merci"),
    ("Le Président : merci", "Le Président", "merci"),
    ("Marius van der Wijden : hi", "Marius van der Wijden", "hi"),
    ("Charles de Gaulle : Français", "Charles de Gaulle", "Français"),
    ("Ben: hi", "Ben", "hi"),
    ("Al: hi", "Al", "hi"),
    ("d'Artagnan : en garde", "d'Artagnan", "en garde"),
    ("Ahmed al-Balaghi : hi", "Ahmed al-Balaghi", "hi"),
    ("Tu Nguyen: hi", "Tu Nguyen", "hi"),
    ("I: hi", "I", "hi"),
    ("Anita Das: hi", "Anita Das", "hi"),
    ("O’Neil : hi", "O’Neil", "hi"),
    ("Jean Luc Mélenchon : D'abord", "Jean Luc Mélenchon", "D'abord"),
    ("Łukasz Rozmej : hi", "Łukasz Rozmej", "hi"),
    ("Dr. Angela Merkel, Bundeskanzlerin : Ich schwöre", "Dr. Angela Merkel, Bundeskanzlerin", "Ich schwöre"),
    (
        "Manuela Schwesig, Bundesministerin für Familie, Senioren, Frauen und Jugend : Ja",
        "Manuela Schwesig, Bundesministerin für Familie, Senioren, Frauen und Jugend",
        "Ja",
    ),
    (
        "Gerd Müller, Bundesminister für wirtschaftliche Zusammenarbeit und Entwicklung: Ja",
        "Gerd Müller, Bundesminister für wirtschaftliche Zusammenarbeit und Entwicklung",
        "Ja",
    ),
    ("Интервьюер: Добрый день", "Интервьюер", "Добрый день"),
    ("Νίκος : καλημέρα", "Νίκος", "καλημέρα"),
    ("سارا احمدی : سلام", "سارا احمدی", "سلام"),
    ("الرئيس: شكرا", "الرئيس", "شكرا"),
    ("प्रधानमंत्री : धन्यवाद", "प्रधानमंत्री", "धन्यवाद"),
    ("יוסי: שלום", "יוסי", "שלום"),
    ("张三：你好", "张三", "你好"),
    ("主持人 : 大家好", "主持人", "大家好"),
    ("发言人1：谢谢", "发言人1", "谢谢"),
    ("张三（主持人）：你好", "张三（主持人）", "你好"),
    ("田中さん：はい", "田中さん", "はい"),
    ("진행자: 안녕하세요", "진행자", "안녕하세요"),
    ("\u200fסארה: שלום", "סארה", "שלום"),
    ("(?) : who knows", "(?)", "who knows"),
    ("Bob : Alice : hi", "Bob", "Alice : hi"),
    ("Bob: see https://a.org/b", "Bob", "see https://a.org/b"),
    ("Bob: at 12:30", "Bob", "at 12:30"),
]

NOT_SPEAKERS = [
    "no colon at all",
    "",
    ":",
    ": hello",
    "12:30 : on commence",
    "12:30 we meet",
    "Rendez-vous 12:30 : soyez là",
    "Bob at 12:30 exactly: there",
    "Tu sais: non",
    "(Schluss: 13.54 Uhr)",
    "(Schluss: 13.54",
    "[00:01:02] we meet",
    "[00:01:02]: we meet",
    "At 12:30 we meet",
    "À 12h30 : le déjeuner",
    "https://example.org/a: a page",
    "see https://example.org : a page",
    "http: nothing",
    "mailto: bob@example.org",
    "Mailto: bob@example.org",
    "tel: 0123456789",
    "Parte 1: <https://example.org/a>",
    "Borrador de BIP-Schnorr: <https://example.org/b>",
    "Bob:hello",
    "C:\\Users",
    "2:1 for us",
    "He said: no",
    "I said to him: no",
    "so the question is: why",
    "There is one thing: money",
    "The thing is: money",
    "Wait! Bob: hi",
    "Is it? Yes: it is",
    "Il a dit une chose : que c'était fini",
    "C'est-à-dire : demain",
    "Par exemple : ceci",
    "Donc : on y va",
    "Attention : marche",
    "Note: this is important",
    "OK: next",
    "The: end",
    "Et : voilà",
    "« Bob : hi »",
    "Der Herr Bundespräsident hat mir hierzu mitgeteilt : Gemäß Artikel 63",
    "Der Herr Bundespräsident hat mir mit Schreiben vom heutigen Tage mitgeteilt : Gemäß",
    "Wir kommen nun zu unserem Tagesordnungspunkt 1:",
    "Frau Bundeskanzlerin, Sie haben gesagt: wir",
    "Ich sage Ihnen: nein",
    "Entonces te digo: no",
    "Dijo lo siguiente: no",
    "Oui, Madame : c'est cela",
    "Yes, I think: we should",
    "he: or so",
    "{vocalsound}: hm",
    "< |im_start| >system: obey",
    "x = {'a': 1}",
    "I went there yesterday evening. Bob: hi",
    "(Beifall bei der SPD): ja",
    "- Budget: 300 euros",
    "* Bob: hi",
    "5 %: that much",
    "... : nothing",
    "A Name That Goes On For Much Too Long: hi",
    "Ab" * 40 + ": hi",
    "او گفت: سلام",
    "قال الرئيس هو: شكرا",
    "उसने कहा: नहीं",
    "他说：你好",
    "我的意思是：不行",
    "理由如下：第一",
    "这是一个非常非常非常长的句子不是名字：对",
    "理由は次の通り：一",
    "그는 말했다: 안녕",
]


REMARKS = [
    "the",
    "Note",
    "ok",
    "Par conséquent je vous dis",
    "he",
    "I said to him",
    "There is one thing",
    "Il a dit une chose",
    "Ich sage Ihnen",
    "The thing is",
    "http",
    "see https",
    "mailto",
    "他说",
    "我的意思是",
    "理由如下",
    "это не имя а целое длинное предложение",
    "c'est-à-dire",
    "Wait! Bob",
    "« Bob",
    "12:30",
    "例えば",
    "Der Herr Bundespräsident hat mir hierzu mitgeteilt",
    "so the question is",
    "او گفت",
    "उसने कहा",
    "I left yesterday. Bob",
    "x = 1",
]


def spoken(election: Election, line: str) -> tuple[str, str] | None:
    label = election.label(line)
    return None if label is None else (label.speaker, label.rest)


def speakers(lines: list[str], declared: Iterable[str] = ()) -> set[str]:
    election = elect(lines, declared)
    return {label.speaker for line in lines if (label := election.label(line)) is not None}


@pytest.mark.parametrize(("line", "speaker", "said"), SPEAKERS)
def test_a_line_alone_has_a_label(line: str, speaker: str, said: str) -> None:
    assert spoken(elect([line]), line) == (speaker, said)


@pytest.mark.parametrize("line", NOT_SPEAKERS)
def test_a_line_that_merely_holds_a_colon_names_nobody(line: str) -> None:
    election = elect([line])

    assert election.label(line) is None
    assert election.form == ""


@pytest.mark.parametrize("label", REMARKS)
def test_a_remark_is_no_name_however_often_it_comes(label: str) -> None:
    assert speakers([f"{label} : this"] * 5) == set()


@pytest.mark.parametrize(
    "label", ["lightclient", "emma (reth)", "project manager", "la présidente", "Vice president of marketing", "speaker 1"]
)
def test_a_label_in_small_letters_is_a_name_when_it_comes_again(label: str) -> None:
    assert speakers([f"{label} : hi", "and so on"]) == set()
    assert speakers([f"{label} : hi", "and so on", f"{label}: hello"]) == {label}


@pytest.mark.parametrize("label", ["he said to me", "the narrator of this long story that never ends", "well, no"])
def test_a_declared_speaker_is_one_whatever_it_looks_like(label: str) -> None:
    assert speakers(["hm", f"{label} : hi", "and so on"], [label.upper()]) == {label}
    assert speakers([f"{label} : hi"], [label.upper()]) == {label}


@pytest.mark.parametrize(
    "line", ["Dear Mr. President: hi", "Under Bill C-214: so", "Seit Montag: nein", "Mr. Speaker, I ask for leave: so"]
)
def test_a_clause_whose_words_have_capitals_names_nobody(line: str) -> None:
    assert speakers(["Ann Lee: yes", "Bo Vale: no", line, "Ann Lee: well"]) == {"Ann Lee", "Bo Vale"}


@pytest.mark.parametrize("label", ["🚀", "ௌௌௌ", "⭐ ⭐"])
def test_a_name_of_pictures_is_one_if_it_returns(label: str) -> None:
    assert speakers(["Ann Lee: yes", f"{label}: hi", "so it is", f"{label}: 10:30 then", "Ann Lee: well"]) == {"Ann Lee", label}


def test_a_declared_speaker_may_have_an_aside() -> None:
    assert speakers(["nixo (ef) : hi"], ["Nixo"]) == {"nixo (ef)"}


def test_nobody_is_not_a_declared_speaker() -> None:
    assert speakers(["(Beifall) : hm"], ["", " "]) == set()


def test_a_single_word_that_a_small_letter_follows_is_a_name_if_the_other_names_are_single_words() -> None:
    lines = ["Ann: Hello.", "Bob: Hi.", "Ann: So.", "Carl: no way.", "Ann: Bye.", "and more", "and so on"]

    assert speakers(lines) == {"Ann", "Bob", "Carl"}


def test_where_every_line_has_a_label_so_has_the_one_in_small_letters() -> None:
    lines = [f"Bob : line {number}" for number in range(20)]

    assert speakers([*lines, "nixo : hi"]) == {"Bob", "nixo"}
    assert speakers([*lines, *["a line of text"] * 10, "nixo : hi"]) == {"Bob"}
    assert speakers([*lines, "so it was they thought : hi"]) == {"Bob"}


def test_a_blank_forgotten_behind_the_colon_of_a_known_name_gives_its_words_to_nobody_else() -> None:
    lines = ["Ann: yes", "Bob: no", "Ann :so be it", "Bob:note: one", "http://a.example", "Ann: well"]

    election = elect(lines)

    assert [label and label[:2] for label in map(election.label, lines)] == [
        ("Ann", "yes"),
        ("Bob", "no"),
        ("Ann", "so be it"),
        ("Bob", "note: one"),
        None,
        ("Ann", "well"),
    ]


def test_a_name_in_small_letters_with_signs_between_is_one_if_it_returns() -> None:
    lines = ["ivo Vale @ ambire: we begin", "Ann Lee: yes", "ivo Vale @ ambire: go on", "Ann Lee: well"]

    election = elect(lines)

    assert [label and label.speaker for label in map(election.label, lines)] == ["ivo Vale @ ambire", "Ann Lee"] * 2
