"""Times beside labels are known in other languages, in words and in other places."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

TIMES: dict[str, tuple[str, Said]] = {
    "words for screen readers": (
        "IM\nIda Moor\n0 minutes 3 seconds\n0:03\nIda Moor 0 minutes 3 seconds\nIce.\nBV\nBo Vale\n"
        "1 minute 5 seconds\n1:05\nBo Vale 1 minute 5 seconds\nNo: snow.\nIM\nIda Moor\n2 minutes\n2:00\n"
        "Ida Moor 2 minutes\nYes.",
        [
            ("Ida Moor", "Ice.", 3.0),
            ("Bo Vale", "No: snow.", 65.0),
            ("Ida Moor", "Yes.", 120.0),
        ],
    ),
    "words below names": (
        "Ida Moor\n0 minutes 3 seconds\nIce.\nBo Vale\n1 minute 5 seconds\nNo: snow.\nIda Moor\n2 minutes 7 seconds\nYes.",
        [
            ("Ida Moor", "Ice.", 3.0),
            ("Bo Vale", "No: snow.", 65.0),
            ("Ida Moor", "Yes.", 127.0),
        ],
    ),
    "a date with a day": (
        "Ida Moor, [4. Mar 2024 at 10:02:03]:\nIce: none.\n\nBo, [4. Mar 2024 at 10:03:03]:\n[ Photo ]\n"
        "At 10:30?\n\nIda Moor, [4. Mar 2024 at 10:04:03]:\nYes.",
        [
            ("Ida Moor", "Ice: none.", 36123.0),
            ("Bo", "[ Photo ] At 10:30?", 36183.0),
            ("Ida Moor", "Yes.", 36243.0),
        ],
    ),
    "times within messages": (
        "Ida Moor\n  10:02 AM\nice is in :ice_cube:\n10:03\nand: salt\nbo\n  10:04 AM\ngreat\n:+1:\n1\n\n"
        "Ida Moor\n  10:05 AM\nok (edited) ",
        [
            ("Ida Moor", "ice is in :ice_cube: 10:03 and: salt", 36120.0),
            ("bo", "great :+1: 1", 36240.0),
            ("Ida Moor", "ok (edited)", 36300.0),
        ],
    ),
    "handles in small letters": (
        "ida\n10:02 AM\nice: in\nbo\n10:03 AM\nok\nida\n10:04 AM\nyes",
        [
            ("ida", "ice: in", 36120.0),
            ("bo", "ok", 36180.0),
            ("ida", "yes", 36240.0),
        ],
    ),
    "days of the week in front": (
        "Mon, Mar 4, 2024, 10:02 AM - Ida Moor created this room.\n"
        "Mon, Mar 4, 2024, 10:02:03 AM - Ida Moor: ice: in\nMon, Mar 4, 2024, 10:03:03 AM - Bo: ok\n"
        "Mon, Mar 4, 2024, 10:04:03 AM - Ida Moor: yes",
        [
            (UNKNOWN_SPEAKER, "Ida Moor created this room.", 36120.0),
            ("Ida Moor", "ice: in", 36123.0),
            ("Bo", "ok", 36183.0),
            ("Ida Moor", "yes", 36243.0),
        ],
    ),
    "months in front": (
        "KakaoTalk Chats with Pier\nDate Saved : Mar 4, 2024 10:10 AM\n\n"
        "Mar 4, 2024 at 10:02 AM, Ida : ice: in\nMar 4, 2024 at 10:03 AM, Bo : ok\n"
        "Mar 4, 2024 at 10:04 AM, Ida : yes",
        [
            (UNKNOWN_SPEAKER, "KakaoTalk Chats with Pier Date Saved : Mar 4, 2024 10:10 AM", None),
            ("Ida", "ice: in", 36120.0),
            ("Bo", "ok", 36180.0),
            ("Ida", "yes", 36240.0),
        ],
    ),
    "days of the week behind": (
        "Ida Moor, Mon 10:02 AM\nice: in\n\nBo Vale, Mon 10:03 AM, Edited\nok\n\nIda Moor, Tue 9:04 AM\nyes",
        [
            ("Ida Moor", "ice: in", 36120.0),
            ("Bo Vale", "ok", 36180.0),
            ("Ida Moor", "yes", 32640.0),
        ],
    ),
    "dates below messages": (
        "Ida Moor\nice: in\nMar 4, 2024, 10:02 AM\nBo Vale\nok\nMar 4, 2024, 10:03 AM\nIda Moor\nyes\nMar 4, 2024, 10:04 AM",
        [
            ("Ida Moor", "ice: in", 36120.0),
            ("Bo Vale", "ok", 36180.0),
            ("Ida Moor", "yes", 36240.0),
        ],
    ),
    "read receipts": (
        "Mar 04, 2024 10:02:03 AM (Read by them after 5 seconds)\nMe\nice: in\n\nMar 04, 2024 10:03:03 AM\n"
        "+491701234567\nok\n\nMar 04, 2024 10:04:03 AM\nMe\nyes",
        [
            ("Me", "ice: in", 36123.0),
            ("+491701234567", "ok", 36183.0),
            ("Me", "yes", 36243.0),
        ],
    ),
    "links": (
        "Ida Moor\n[00:00:03](https://grain.com/x)\nIce: none.\n\nBo Vale\n"
        "[00:01:05](https://grain.com/x)\nAt 10:30?\n\nIda Moor\n[00:02:00](https://grain.com/x)\nYes.",
        [
            ("Ida Moor", "Ice: none.", 3.0),
            ("Bo Vale", "At 10:30?", 65.0),
            ("Ida Moor", "Yes.", 120.0),
        ],
    ),
    "yesterday and Monday": (
        "Ida Moor\nYesterday 4:02 PM\n\nIce: none.\n\nBo Vale\nMonday 4:03 PM\n\nAt 10:30?\n\nIda Moor\n"
        "Yesterday 4:05 PM\n\nYes.",
        [
            ("Ida Moor", "Ice: none.", 57720.0),
            ("Bo Vale", "At 10:30?", 57780.0),
            ("Ida Moor", "Yes.", 57900.0),
        ],
    ),
    "Finnish": (
        "4.3.2024 klo 10.02 - Ida Moor: Jää: ei.\n4.3.2024 klo 10.03 - Bo: Joo\n4.3.2024 klo 10.04 - Ida Moor: Kyllä",
        [
            ("Ida Moor", "Jää: ei.", 36120.0),
            ("Bo", "Joo", 36180.0),
            ("Ida Moor", "Kyllä", 36240.0),
        ],
    ),
    "full stops in the time": (
        "04.03.2024 10.02 - Ida Moor: Is: nej.\n04.03.2024 10.03 - Bo: Jo\n04.03.2024 10.04 - Ida Moor: Ja",
        [
            ("Ida Moor", "Is: nej.", 36120.0),
            ("Bo", "Jo", 36180.0),
            ("Ida Moor", "Ja", 36240.0),
        ],
    ),
    "Bulgarian": (
        "4.03.2024 г., 10:02 ч. - Ida Moor: Лед: не.\n4.03.2024 г., 10:03 ч. - Bo: Да\n4.03.2024 г., 10:04 ч. - Ida Moor: Да",
        [
            ("Ida Moor", "Лед: не.", 36120.0),
            ("Bo", "Да", 36180.0),
            ("Ida Moor", "Да", 36240.0),
        ],
    ),
    "Hindi": (
        "04/03/24, 10:02 पूर्वाह्न - इडा: बर्फ: नहीं\n04/03/24, 10:03 पूर्वाह्न - Bo: हाँ\n04/03/24, 10:04 पूर्वाह्न - इडा: ठीक",
        [
            ("इडा", "बर्फ: नहीं", 36120.0),
            ("Bo", "हाँ", 36180.0),
            ("इडा", "ठीक", 36240.0),
        ],
    ),
    "Turkish": (
        "4.03.2024 ÖS 10:02 - Ida Moor: Buz: yok.\n4.03.2024 ÖS 10:03 - Bo: Evet\n4.03.2024 ÖS 10:04 - Ida Moor: Evet",
        [
            ("Ida Moor", "Buz: yok.", 79320.0),
            ("Bo", "Evet", 79380.0),
            ("Ida Moor", "Evet", 79440.0),
        ],
    ),
    "Brazilian, spoken": (
        "4/3/24, 10:02 da manhã - Ida: Gelo: não\n4/3/24, 10:03 da manhã - Bo: Sim\n4/3/24, 10:04 da tarde - Ida: Ok",
        [
            ("Ida", "Gelo: não", 36120.0),
            ("Bo", "Sim", 36180.0),
            ("Ida", "Ok", 79440.0),
        ],
    ),
    "Chinese, small hours": (
        "2024/3/4 上午10:02 - 港: 冰：無\n2024/3/4 下午10:03 - Bo: 好\n2024/3/4 凌晨1:04 - 港: 好",
        [
            ("港", "冰：無", 36120.0),
            ("Bo", "好", 79380.0),
            ("港", "好", 3840.0),
        ],
    ),
    "Vietnamese, the time first": (
        "10:02, 04/03/2024 - Ida: Đá: không\n10:03, 04/03/2024 - Bo: Vâng\n10:04, 04/03/2024 - Ida: Ok",
        [
            ("Ida", "Đá: không", 36120.0),
            ("Bo", "Vâng", 36180.0),
            ("Ida", "Ok", 36240.0),
        ],
    ),
    "a copy out of a browser": (
        "[10:02, 3/4/2024] Ida Moor: Ice: none.\n[10:03, 3/4/2024] +49 170 1234567: Ok\n[10:04 PM, 3/4/2024] Ida Moor: Yes",
        [
            ("Ida Moor", "Ice: none.", 36120.0),
            ("+49 170 1234567", "Ok", 36180.0),
            ("Ida Moor", "Yes", 79440.0),
        ],
    ),
    "marks before paragraphs": (
        "#00:00:03-0# I: Wo?\n#00:01:05-2# B: Hier: dort.\n#00:02:00-0# I: Wann?",
        [
            ("I", "Wo?", 3.0),
            ("B", "Hier: dort.", 65.2),
            ("I", "Wann?", 120.0),
        ],
    ),
    "a chat of a meeting": (
        "From Ida Moor to Everyone:  10:02 AM\nIce: none.\nfrom Bo Vale to everyone:    10:03 AM\nOk\n"
        "from Ida Moor to everyone:    10:04 AM\nYes",
        [
            ("Ida Moor", "Ice: none.", 36120.0),
            ("Bo Vale", "Ok", 36180.0),
            ("Ida Moor", "Yes", 36240.0),
        ],
    ),
    "times within speeches": (
        "Ida Moor\n10:02:03\nIce: none.\n10:02:15\nMore.\nBo Vale\n10:03:03\nOk.\nIda Moor\n10:04:00\nYes.",
        [
            ("Ida Moor", "Ice: none. More.", 36123.0),
            ("Bo Vale", "Ok.", 36183.0),
            ("Ida Moor", "Yes.", 36240.0),
        ],
    ),
}


@pytest.mark.parametrize("record", TIMES)
def test_a_time_beside_a_label_is_known(record: str) -> None:
    text, expected = TIMES[record]

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == expected
