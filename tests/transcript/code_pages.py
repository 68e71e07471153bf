"""Short texts in many languages, written for these tests, and the code pages in which people save them."""

from __future__ import annotations

import unicodedata

TEXTS: dict[str, tuple[str, ...]] = {
    "polish": (
        "Jan: Dzień dobry, zaczynamy posiedzenie. Proszę o głos.",
        "Żaneta: Czy możemy przełożyć głosowanie na środę?",
        "Myślę, że budżet jest za mały. Nie wystarczy na wszystko.",
        "Łukasz: Ja się zgadzam, ale zróbmy to później.",
        "Przewodnicząca: Dziękuję państwu za przybycie.",
        "Kto jest za? Jedenaście głosów. Przyjęto.",
        "Gdzie są klucze? Wczoraj leżały na stole.",
    ),
    "czech": (
        "Jan Novák: Příští zasedání zahájíme dříve.",
        "Myslím, že to není dobrý nápad. Počkáme do zítřka.",
        "Kateřina: Děkuji všem, že jste přišli.",
        "Kdo souhlasí s návrhem? Všichni, výborně.",
        "Rozpočet na příští rok musíme ještě schválit.",
        "Ředitel: Kdy bude hotová ta střecha?",
    ),
    "slovak": (
        "Ďakujem, začíname schôdzu. Kto chce hovoriť?",
        "Ľubica: Myslím si, že by sme mali počkať do budúceho týždňa.",
    ),
    "hungarian": (
        "Jó napot kívánok, megnyitom az ülést.",
        "Köszönöm szépen. Ki szeretne hozzászólni?",
        "Gergő: Szerintem ez nem jó ötlet, várjunk még egy hetet.",
        "A költségvetésről később döntünk.",
        "Űrhajó vagy autó? Azt hiszem, hogy az autó elég lesz.",
        "Elnök: Következő napirendi pont a tető javítása.",
    ),
    "romanian": (
        "Bună ziua, începem şedinţa de astăzi.",
        "Cine este de acord? Mulţumesc, propunerea a fost adoptată.",
        "Cred că trebuie să amânăm votul până săptămâna viitoare.",
        "Domnul preşedinte: vă rog să păstraţi liniştea.",
    ),
    "croatian": (
        "Dobar dan, počinjemo sjednicu. Tko želi riječ?",
        "Mislim da to nije dobro rješenje, čekajmo još tjedan dana.",
        "Hvala svima što ste došli.",
        "Proračun za sljedeću godinu još nije gotov.",
    ),
    "slovene": (
        "Dober dan, začenjamo sejo. Kdo želi besedo?",
        "Mislim, da to ni najboljša rešitev, počakajmo še teden dni.",
    ),
    "russian": (
        "Добрый день, коллеги. Начинаем заседание.",
        "Иван: Я думаю, что нам нужно подождать до среды.",
        "Кто за? Единогласно. Принято.",
        "Спасибо всем, что пришли. Следующий вопрос.",
        "Где ключи? Вчера они лежали на столе.",
        "Бюджет на следующий год ещё не утверждён.",
        "Анна: Нет, так не пойдёт.",
        "Давайте проголосуем прямо сейчас.",
        "Хорошо, тогда до завтра!",
        "Председатель: Прошу тишины в зале.",
    ),
    "ukrainian": (
        "Доброго дня, шановні колеги. Починаємо засідання.",
        "Олена: Я вважаю, що треба почекати до середи.",
        "Хто за? Одноголосно. Рішення прийнято.",
        "Дякую всім, що прийшли. Наступне питання.",
        "Де ключі? Вчора вони лежали на столі.",
        "Бюджет на наступний рік ще не затверджено.",
        "Ні, так не піде, їх забагато.",
        "Голово, прошу слова щодо поправки.",
    ),
    "bulgarian": (
        "Добър ден, колеги. Започваме заседанието.",
        "Мария: Мисля, че трябва да изчакаме до сряда.",
        "Кой е за? Единодушно. Прието.",
        "Благодаря на всички, че дойдохте.",
        "Къде са ключовете? Вчера бяха на масата.",
        "Бюджетът за следващата година още не е готов.",
        "Не, така няма да стане.",
        "Председател: Моля за тишина в залата.",
    ),
    "serbian": (
        "Добар дан, почињемо седницу. Ко жели реч?",
        "Мислим да то није добро решење.",
        "Хвала свима што сте дошли.",
        "Буџет за следећу годину још није готов.",
    ),
    "french": (
        "Léa : l’été prochain, on déménage. C’est décidé.",
        "Président : La séance est ouverte. Qui demande la parole ?",
        "Où sont les clés ? Hier, elles étaient sur la table.",
        "Ça suffit, passons au vote à main levée.",
        "Je ne suis pas d’accord, il faut attendre la semaine prochaine.",
        "Le budget a été adopté à l’unanimité. Voilà, très bien.",
        "François : Oui, naturellement.",
    ),
    "german": (
        "Präsidentin: Ich eröffne die Sitzung. Bitte nehmen Sie Platz.",
        "Müller: Das müssen wir später klären.",
        "Wo sind die Schlüssel? Gestern lagen sie noch auf dem Tisch.",
        "Grüß Gott, schön, dass Sie da sind.",
        "Der Haushalt für nächstes Jahr ist noch nicht beschlossen.",
        "Fünf Stimmen dafür, keine dagegen. Angenommen.",
    ),
    "spanish": (
        "Buenos días, señores. Empezamos la reunión.",
        "Íñigo: ¿Cuándo vamos a votar? Mañana no puedo.",
        "Creo que el presupuesto es demasiado pequeño para este año.",
        "¿Dónde están las llaves? Ayer estaban en la mesa.",
        "Gracias a todos por venir. La próxima cuestión es técnica.",
    ),
    "italian": (
        "Buongiorno, cominciamo la riunione. Chi è d’accordo?",
        "Perché non possiamo votare già lunedì?",
        "Il bilancio è stato approvato, più o meno all’unanimità.",
    ),
    "portuguese": (
        "Bom dia, vamos começar a reunião. Quem pede a palavra?",
        "João: Não concordo, é melhor esperar até à próxima semana.",
        "Onde estão as chaves? Ontem estavam em cima da mesa.",
        "A votação terminou, a proposta está aprovada.",
    ),
    "swedish": (
        "God morgon, vi börjar mötet. Vem vill säga något?",
        "Åsa: Jag tycker att vi ska vänta till på onsdag.",
    ),
    "danish": (
        "Goddag, vi begynder mødet nu. Hvem vil gerne sige noget?",
        "Søren: Jeg synes, at det er for lidt. Vi må vente på svar.",
    ),
    "norwegian": ("Da åpner vi møtet. Hvem ønsker ordet? Jeg tror ikke det blir lett.",),
    "finnish": ("Hyvää päivää, aloitetaan kokous. Kuka haluaa puhua ensin? Minä en tiedä.",),
    "turkish": (
        "Günaydın arkadaşlar, toplantıya başlıyoruz.",
        "Ayşe: Bence çarşambaya kadar bekleyelim.",
        "Kim söz almak istiyor? Buyurun.",
        "Teşekkür ederim, geldiğiniz için sağ olun.",
        "Anahtarlar nerede? Dün masanın üstündeydi.",
        "Gelecek yılın bütçesi henüz hazır değil.",
        "Hayır, bu böyle olmaz.",
        "Başkan: Lütfen sessiz olun.",
        "Oylamaya geçelim mi? Kabul edenler el kaldırsın.",
        "Öneri oybirliğiyle kabul edildi.",
        "Mehmet: Ben de aynı fikirdeyim.",
        "Yarın saat dokuzda görüşürüz.",
        "Çok pahalı olduğunu düşünüyorum.",
        "Bu konuyu daha sonra konuşalım.",
        "İsterseniz ara verelim, yoruldunuz.",
        "Işıkları kapatır mısınız?",
        "Bir şey söylemek istiyorum ama vaktimiz yok.",
        "Şimdi gündemin ikinci maddesine geçiyoruz.",
        "Değişiklik önergesi var mı?",
        "Çatı için üç teklif aldık, en ucuzunu seçtik.",
        "Ali: Peki, öyle yapalım.",
        "Zeynep: Kaç kişi gelecek? Sanırım on beş.",
        "Tutanağı kim yazıyor?",
        "Geçen toplantının kararlarını okuyorum.",
        "Bütün komşulara mektup gönderdik.",
        "Ödeme gelecek ay yapılacak.",
        "Sözleşmeyi imzaladınız mı? Evet, dün.",
        "Güvenlik için kamera gerekiyor.",
        "Toplantı bitti, iyi akşamlar.",
        "Kapı kilitliydi, içeri giremedik.",
    ),
    "greek": (
        "Καλημέρα σας, αρχίζουμε τη συνεδρίαση.",
        "Ελένη: Νομίζω ότι πρέπει να περιμένουμε.",
        "Πού είναι τα κλειδιά; Χθες ήταν στο τραπέζι.",
        "Ευχαριστώ όλους που ήρθατε.",
    ),
    "hebrew": (
        "בוקר טוב, אנחנו מתחילים את הישיבה.",
        "דנה: אני חושבת שצריך לחכות עד יום רביעי.",
        "איפה המפתחות? אתמול הם היו על השולחן.",
        "תודה לכולם שבאתם.",
    ),
    "arabic": (
        "صباح الخير، نبدأ الجلسة الآن.",
        "ليلى: أعتقد أن علينا الانتظار حتى يوم الأربعاء.",
        "أين المفاتيح؟ كانت أمس على الطاولة.",
        "شكرا لكم على الحضور.",
    ),
    "lithuanian": (
        "Laba diena, pradedame posėdį. Kas nori kalbėti?",
        "Manau, kad reikia palaukti iki trečiadienio.",
        "Ačiū visiems, kad atėjote. Biudžetas dar nėra patvirtintas.",
    ),
    "latvian": (
        "Labdien, sākam sēdi. Kurš vēlas runāt?",
        "Es domāju, ka mums jāgaida līdz trešdienai.",
        "Paldies visiem, ka atnācāt. Budžets vēl nav gatavs.",
    ),
    "japanese": (
        "おはようございます。会議を始めます。",
        "田中：来週まで待ったほうがいいと思います。",
        "鍵はどこですか。昨日は机の上にありました。",
        "皆さん、ありがとうございました。",
    ),
    "chinese": (
        "大家早上好，我们现在开始开会。",
        "李明：我认为应该等到星期三再决定。",
        "钥匙在哪里？昨天还在桌子上。",
        "谢谢大家来参加今天的会议。",
    ),
    "chinese (traditional)": (
        "大家早安，我們現在開始開會。",
        "李明：我認為應該等到星期三再決定。",
        "鑰匙在哪裡？昨天還在桌子上。",
        "謝謝大家來參加今天的會議。",
    ),
    "thai": (
        "สมชาย: สวัสดีครับ เราจะเริ่มการประชุมกันเลย",
        "ขอบคุณทุกท่านที่มาในวันนี้ครับ",
        "ผมคิดว่าเราควรรอจนถึงวันพุธก่อนตัดสินใจ",
        "กุญแจอยู่ที่ไหน เมื่อวานยังอยู่บนโต๊ะ",
    ),
    "korean": (
        "안녕하세요, 회의를 시작하겠습니다.",
        "김민수: 수요일까지 기다려야 한다고 생각합니다.",
        "열쇠가 어디 있어요? 어제는 책상 위에 있었어요.",
        "와 주셔서 감사합니다.",
    ),
}
_TONES = "\u0300\u0309\u0303\u0301\u0323"


def _toned(text: str) -> str:
    """*text* as Windows-1258 has it: the signs of tones stand behind their vowels."""
    made = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        vowel = "".join(part for part in parts if part not in _TONES)
        made += unicodedata.normalize("NFC", vowel) + "".join(part for part in parts if part in _TONES)
    return made


TEXTS["vietnamese"] = tuple(
    map(
        _toned,
        (
            "Chúng ta bắt đầu cuộc họp hôm nay.",
            "Ông Nguyễn Văn An: Vâng, tôi sẽ làm việc này.",
            "Tôi không đồng ý với ý kiến này.",
            "Xin cảm ơn các bạn đã đến.",
            "Ngân sách năm nay là bao nhiêu?",
            "Bà Bình: Được rồi, chúng ta nói về việc khác.",
        ),
    )
)
CENTRAL = ("polish", "czech", "slovak", "hungarian", "romanian", "croatian", "slovene")
CYRILLIC = ("russian", "ukrainian", "bulgarian", "serbian")
WESTERN = ("french", "german", "spanish", "italian", "portuguese", "swedish", "danish", "norwegian", "finnish")
PAGES: dict[str, tuple[str, ...]] = {
    "cp1250": CENTRAL,
    "iso8859-2": CENTRAL,
    "cp1251": CYRILLIC,
    "cp1252": WESTERN,
    "cp1254": ("turkish",),
    "cp1253": ("greek",),
    "cp1255": ("hebrew",),
    "cp1256": ("arabic",),
    "cp874": ("thai",),
    "iso2022_jp": ("japanese",),
    "cp1258": ("vietnamese",),
    "cp1257": ("lithuanian", "latvian"),
    "koi8-r": ("russian",),
    "iso8859-6": ("arabic",),
    "cp932": ("japanese",),
    "euc_jp": ("japanese",),
    "gb18030": ("chinese",),
    "big5": ("chinese (traditional)",),
    "euc_kr": ("korean",),
}
OUT_OF_USE: dict[str, tuple[str, ...]] = {
    "cp850": WESTERN,
    "cp852": ("polish", "czech", "hungarian"),
    "cp866": ("russian",),
    "mac-cyrillic": ("russian",),
    "mac-greek": ("greek",),
    "mac-latin2": ("polish", "czech", "hungarian"),
    "mac-roman": WESTERN,
}


def texts(page: str) -> list[str]:
    """The texts that people save in *page*."""
    return [text for language in (PAGES | OUT_OF_USE)[page] for text in TEXTS[language]]
