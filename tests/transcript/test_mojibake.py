"""UTF-8 that a program read in an older code page and saved anew is read as it was; all other text stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import decoded, parse
from app.transcript.mojibake import read_again
from tests.transcript.code_pages import TEXTS

TALK = {
    "French": "Zoé: Ça va, on commence ?\nBéa: Oui, très bien.",
    "English": "Ann: It’s fine – really.\nBob: “Good.”",
    "Russian": "Анна: Доброе утро, начнем?\nБорис: Да, давайте.",
    "Polish": "Ania: Dzień dobry.\nJózef: Świetnie, mamy pięć minut.",
    "Chinese": "张三：早上好，我们开始吧。\n李四：好的，没问题。",
    "German": "Jörg: Schön für alle.\nBärbel: Ja, natürlich.",
}


def _read_wrong(text: str, page: str) -> str:
    """*text* as a program shows it that takes its UTF-8 for *page*; bytes without a character stand for themselves."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("page", ["cp1252", "latin-1", "cp1251", "cp1250", "mac_roman", "cp437"])
@pytest.mark.parametrize("language", TALK)
@pytest.mark.parametrize("as_file", [True, False], ids=["a file", "a field"])
def test_what_was_read_in_an_older_page_is_read_again(page: str, language: str, as_file: bool) -> None:
    wrong = _read_wrong(TALK[language], page)

    read = decoded(wrong.encode() if as_file else wrong)

    assert read.text == TALK[language]
    assert any("read in another encoding" in warning for warning in read.warnings)


def test_a_closing_quotation_mark_that_was_lost_comes_back() -> None:
    assert decoded("Ann: Itâ€™s fine.\nBob: â€œGood.â€\ufffd").text == "Ann: It’s fine.\nBob: “Good.”"


def test_a_letter_whose_second_byte_became_a_space_comes_back() -> None:
    assert decoded("ZoÃ©: Il va Ã  BesanÃ§on, Ã Paris, et câ€™est rÃ©glÃ©.").text == (
        "Zoé: Il va à Besançon, à Paris, et c’est réglé."
    )


def test_escapes_in_json_are_read_again_and_it_is_said() -> None:
    messages = [{"sender_name": "Zo\u00c3\u00a9", "content": "Tr\u00c3\u00a8s bien \u00e2\u0080\u0093 oui."}]

    transcript = parse(json.dumps({"messages": messages}))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("Zoé", "Très bien – oui.")]
    assert any("read in another encoding" in warning for warning in transcript.report.warnings)


@pytest.mark.parametrize(
    "text",
    [
        *TALK.values(),
        "Ann: “Ä“ is a letter, and so is „Ä“.",
        "Ann: Ä… ja.\nBob: Ö… nein.",
        "LE CAFÉ… ET LE THÉ…",
        "Ana: São 5 €, João.\nIva: Não.",
        "Ann: The sign Ã© stands for é there – that’s all.",
        "Он сказал: Рё и СЃ.",
        "½ × ¼ ± 2°",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert read_again(text) == (text, 0)


def test_texts_of_all_languages_stay_as_they_are() -> None:
    texts = [text for listed in TEXTS.values() for text in listed]

    assert [text for text in texts if read_again(text)[1]] == []
    assert len(texts) > 100


@given(st.text())
def test_text_is_read_wrong_only_where_its_bytes_are_those_of_another_text(text: str) -> None:
    read, number = read_again(text)

    assert (number == 0) == (read == text)
