"""Short texts in older code pages: read as they were written, refused, or told to be a guess; never read wrong in silence."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript.encoding import decoded

TEXTS = {
    "koi8_r": ("Пётр: Здравствуйте, начинаем собрание.", "В этом году мы себе этого не позволим.", "Да.", "Нет, не надо."),
    "cp1255": ("כולם כאן? חסרה רחל.", "היא תאחר, היא בפקק.", "כמה עולה הגג החדש?"),
    "mac_roman": ("Combien coûte le nouveau toit ?", "Ça va.", "Schön.", "No podemos este año.", "Var är nycklarna?"),
    "mac_latin2": ("Nie stać nas na to w tym roku.", "Dobrze, przejdźmy do punktu."),
    "mac_turkish": ("Trafikte kaldı, geç gelecek.", "Bu yıl bunu karşılayamayız."),
    "cp850": ("Sind alle da? Es fehlt noch Käthe.", "Falta Íñigo, está en un atasco.", "Ça va."),
    "cp852": ("To si letos nemůžeme dovolit.", "Dobrze, przejdźmy do pierwszego punktu."),
    "cp1250": ("Nie stać nas na to w tym roku.", "To si letos nemůžeme dovolit.", "Hitelt is felvehetünk."),
    "cp1252": ("Falta Íñigo, está en un atasco.", "Schön.", "Ça va.", "Onde estão as chaves? Não sei."),
    "cp1251": ("Можно взять кредит в банке.", "Її ще немає, вона запізнюється.", "Колко струва новият покрив?"),
    "euc_jp": ("渋滞で遅れるそうです。", "だいたい二百万円です。"),
}


@pytest.mark.parametrize(("page", "text"), [(page, text) for page, texts in TEXTS.items() for text in texts])
def test_no_short_text_is_read_in_another_page_in_silence(page: str, text: str) -> None:
    try:
        read = decoded(text.encode(page))
    except BadContent:
        return
    assert read.text == text or read.warnings


def test_a_page_that_one_byte_tells_is_said_to_be_a_guess() -> None:
    assert decoded("Schön.".encode("cp1252")).warnings == (
        "one byte alone tells that this is cp1252; if a sign is wrong, send plain text, saved as UTF-8",
    )
    assert decoded("Schön, Jürgen.".encode("cp1252")).warnings == ()
    assert decoded("Schön.".encode()).warnings == ()
