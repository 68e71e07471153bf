from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript.sentences import ends

# One text a line, a bar wherever a sentence ends inside it.
CASES = """
Hello.| How are you?| Fine!
One sentence without an end
He left... and came back.
He left...| Then he came back.
Wait…| What?
Dr. Smith met Mr. Jones and Mrs. Brown.| They spoke.
J. R. R. Tolkien wrote it.| He did.
The U.S. Government said no.| It did.
We meet at 7 p.m.| Is there a motion?
We meet at 7 p. m.| Hay quórum.
We meet at 7 p.m. Monday, or at 8 a.m. EST.| Fine.
It costs 3.14 dollars.| No more.
At 9.30 we begin.| At ten we stop.
See example.com for more.| Or https://a.org/b.html?x=1.2 if you like.
Version 2.0.1 is out.| Get it.
She works, e.g. Mondays, at home.| Good.
They sell fruit, i.e. apples.| Nothing else.
Is it?| Yes.
"Wow!" she said.| He nodded.
He asked "Why?"| Then he left.
(He left.)| She stayed.
He said "no."| She said "yes."
What?!| No!!!| Really...?| Yes.
No.| I do not think so.
It is No. 5 of ten.| Good.
See fig. 3 on p. 12.| Then go on.
OK , so .| Yes .| so what ?
Mm .| yeah .| that 's it .
Mm.| Yes.
He is vs. the world.| Fine.
I have 5 apples.| You have 12.| Good.
It was in 2013.| Then it ended.
1. Open the door.| 2. Close it.
Sen. Warren and Gov. Newsom agree.| Good.
I saw him Jan. 5 at home.| It was cold.
Ph.D. students came.| They left.
Bonjour.| Comment allez-vous ?| Très bien !
M. Dupont et Mme. Martin sont là.| Ils parlent.
MM. Dupont et Durand sont là.| Bien.
Il dit : « Bonjour. »| Elle répond.
« C'est vrai ? » dit-il.| Oui.
Il est parti...| Puis revenu.
L'art. 3 du code.| C'est clair.
C'est l'art.| Il faut le dire.
Il y en a 3,5 millions.| C'est trop.
Cf. Durand, p. 12.| Voilà.
Quoi ?!| Non.
Am 19. Dezember kommt er.| Gut.
Am 19. und 20. Dezember kommt er.| Gut.
Zu unserer 4. Sitzung begrüße ich Sie.| Bitte.
Das ist z. B. Wien.| Oder d. h. Graz.
Das ist z.B. Wien, usw.| Er kam.
Nach Art. 64 Abs. 2 des Gesetzes.| Danke.
Herr Dr. Müller, Frau Prof. Dr. Wanka.| Danke.
Das war 2013.| Der Rest kam später.
„Ja.“| Sie blieb.
»Nein!«| Er blieb.
Er kostet ca. 20 Euro.| Gut.
¿Qué?| ¡No!| Sí.
El Sr. García y la Sra. López.| Bien.
EE.UU. Es grande.
Vive en la Avda. Mayor.| Bien.
¿Cómo estás?| —Bien.| —Me alegro.
Il Dr. Rossi è qui.| Bene.
سلام.| حالتان چطور است؟| خوبم!
او رفت.| من ماندم.
این کتاب ۳.۵ دلار است.| خوب.
می‌روم؛ تو بمان.| باشد.
مرحبا.| كيف حالك؟| بخير!
قال د. أحمد ذلك.| نعم.
آپ کیسے ہیں؟| میں ٹھیک ہوں۔| شکریہ۔
नमस्ते।| आप कैसे हैं?| मैं ठीक हूँ।
डॉ. शर्मा आए।| वे गए।
一。|二！|三？
你好。|我很好！|你呢？
他说：“好。”|然后走了。
“好。”|他走了。
圆周率是3.14。|对。
圆周率是３．１４。|对。
什么？！|不。
他走了……然后回来了。|好。
はい。|そうです。|本当？
「はい。」|彼は言った。
네.| 그렇습니다.| 좋아요.
Привет.| Как дела?| Хорошо!
А. С. Пушкин родился здесь.| Да.
5 млн. рублей.| Да.
Ողջույն։| Ինչպես եք։
ሰላም።| እንዴት ነህ።
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_where_people_end_them(case: str) -> None:
    text = case.replace("|", "")

    marked = text
    for end in reversed(list(ends(text))[:-1]):
        marked = f"{marked[:end]}|{marked[end:]}"

    assert marked == case


@given(st.text(st.one_of(st.characters(), st.sampled_from(".!?…。؟।' \"«»()Aa1 \n"))))
def test_the_ends_go_up_to_the_end_of_the_text_and_none_is_before_white_space_that_was_passed(text: str) -> None:
    found = list(ends(text))

    assert found == sorted(set(found))
    assert found[-1:] == ([len(text)] if text else [])
    assert all(not text[end - 1].isspace() for end in found[:-1])
