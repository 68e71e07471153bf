"""What tells a language by its letters and its commonest words, in the code pages that it is saved in."""

from __future__ import annotations

from dataclasses import dataclass

from app.transcript.letter_pairs import PAIRS


@dataclass(frozen=True)
class Language:
    """What is common in a language, all in small letters.

    *letters* are those beyond ASCII that it writes, *frequent* the commonest of them if there are many; *words* its commonest
    words; *pairs* its common pairs of letters. *doubt* is taken off the score of a language that is seldom meant."""

    letters: frozenset[str]
    words: frozenset[str]
    frequent: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    doubt: float = 0.0


def _of(letters: str, words: str, pairs: str = "", *, frequent: str = "", doubt: float = 0.0) -> Language:
    listed = PAIRS.get(pairs, "").split()
    return Language(frozenset(letters), frozenset(words.split()), frozenset(frequent), frozenset(listed), doubt)


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

POLISH = _of(
    "ąćęłńóśźż",
    """i w z na do nie się że to jest o jak ale po co tak za od czy już tylko przez przed jego jej ich dla był była było
    być są ja mnie pan pani państwo dzień dobry dziękuję proszę może można tego ten ta te kto gdzie kiedy bardzo też
    jeszcze więc który która które wszystko nam mamy myślę panie oraz żeby bo my""",
    "polish",
)
CZECH = _of(
    "áčďéěíňóřšťúůýž",
    """a v na se je že to s z do o i ale jak po co tak za od by už jen jako jsem jsme jsou byl byla bylo být já mě vás
    pan paní den dobrý děkuji prosím může můžeme toho ten ta ty kdo kde kdy velmi také ještě tedy který která které
    všechno nám máme myslím není musíme všichni když nebo pro při""",
    "czech",
)
SLOVAK = _of(
    "áäčďéíĺľňóôŕšťúýž",
    """a v na sa je že to s z do o i ale ako po čo tak za od by už len som sme sú bol bola bolo byť ja mňa vás pán pani
    deň dobrý ďakujem prosím môže môžeme toho ten tá tie kto kde kedy veľmi tiež ešte teda ktorý ktorá ktoré všetko
    nám máme myslím nie musíme všetci keď alebo pre pri""",
    "slovak",
)
HUNGARIAN = _of(
    "áéíóöőúüű",
    """a az és hogy nem is egy ez van meg de ha csak már el mint még volt lesz ki fel be én ő mi ti ők jó nap kívánok
    köszönöm szépen kérem elnök úr igen vagy akkor most itt ott mert minden nagyon lehet kell azt ezt ami aki
    szerintem hiszem tehát vagyok vannak következő""",
    "hungarian",
)
ROMANIAN = _of(
    "ăâîşţșț",
    """şi și în a de la cu nu că pe este sunt o un se să mai din pentru ce dar am ai au care cum când unde cine foarte
    aici acum bună ziua mulţumesc mulțumesc vă rog da noi voi ei el ea domnul doamna trebuie avem fost fi sau după
    până cred toate aşa așa""",
    "romanian",
)
CROATIAN = _of(
    "čćđšž",
    """i u na se je da to s sa za od do o ali kao po što šta tako već samo kroz sam smo su bio bila bilo biti ja mene vas
    gospodin gospođa dan dobar hvala molim može možemo toga taj ta ti tko ko gdje gde kada vrlo još dakle koji koja
    koje sve nam imamo mislim nije moramo svi ili jer iz ne""",
    "croatian",
)
SLOVENE = _of(
    "čšž",
    """in v na se je da to s z za od do o ali kot po kaj tako že samo skozi sem smo so bil bila bilo biti jaz mene vas
    gospod gospa dan dober hvala prosim lahko tega ta ti kdo kje kdaj zelo še torej ki vse nam imamo mislim ni moramo
    vsi ker iz pa ne""",
    "slovene",
)
RUSSIAN = _of(
    f"{_CYRILLIC}ё",
    """и в не на я что он с как это по но они мы вы так за от до уже только все его её их для был была было быть есть
    меня нам вас день добрый спасибо прошу может можно того этот эта кто где когда очень тоже ещё еще который нет да у
    к же бы из если или нужно""",
    frequent="оеаинтсрвлкмдпуяы",
)
UKRAINIAN = _of(
    "абвгдежзийклмнопрстуфхцчшщьюяєіїґ",
    """і в у не на я що він з як це по але вони ми ви так за від до вже тільки все його її їх для був була було бути є
    мене нам вас день доброго дякую прошу може можна того цей ця хто де коли дуже також ще який ні та й же би із якщо
    або треба щодо""",
    frequent="оаинітевсркдлупмя",
)
BULGARIAN = _of(
    "абвгдежзийклмнопрстуфхцчшщъьюя",
    """и в не на аз че той с как това по но те ние вие така за от до вече само всичко него нея им беше бъде е са съм мен
    ни вас ден добър благодаря моля може този тази кой къде кога много също още който да се си ще няма има ли или ако
    със през трябва""",
    frequent="аеионтрсвлкдпмзъя",
)
SERBIAN = _of(
    "абвгдежзиклмнопрстуфхцчшђјљњћџ",
    """и у на се је да то с са за од до о али као по што шта тако већ само сам смо су био била било бити ја мене вас
    господин госпођа дан добар хвала молим може можемо тога тај та ти ко где када врло још дакле који која које све
    нам имамо мислим није морамо сви или јер из не""",
    frequent="аиоенсрјтуквдлпмз",
)
FRENCH = _of(
    "àâæçéèêëîïôœùûüÿ",
    """le la les un une de des du et est en que qui dans ce il elle on nous vous ils pas ne je pour sur au aux avec plus
    mais ou où c'est ça se son sa ses leur été être avoir fait bien très même aussi comme si tout tous oui non merci
    bonjour monsieur madame la là l d j n s qu c à après déjà voilà président séance cette ces quand alors donc sont
    était""",
    "french",
)
GERMAN = _of(
    "äöüß",
    """der die das und ist in zu den mit von sich nicht ein eine auf für dem des es im an wir ich sie er auch so dass als
    aber wie noch nach bei aus wenn nur werden wird hat haben sind war oder um über dann mir uns ihr ja nein danke
    bitte herr frau guten morgen schon können müssen möchte würde für natürlich heute jetzt hier sehr mehr kann""",
    "german",
)
SPANISH = _of(
    "áéíñóúü¿¡",
    """el la los las un una de del y es en que a por con para se no lo su al como más pero sus le ya o este sí porque
    esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos todos yo gracias buenos días señor
    señora está están vamos bien qué mañana dónde creo aquí""",
    "spanish",
)
ITALIAN = _of(
    "àèéìíîòóùú",
    """il la lo gli le un una di del della e è in che a per con non si da al come più ma se sono questo questa anche io
    noi voi loro ha hanno molto bene grazie buongiorno signor signora perché così già può città chi cosa dove quando
    tutti o ci mi nel alla dei""",
    "italian",
)
PORTUGUESE = _of(
    "àáâãçéêíóôõúü",
    """o a os as um uma de do da e é em que por com para se não no na mais mas ao como está são eu nós você ele ela eles
    muito bem obrigado obrigada bom dia senhor senhora também já só então até porque onde quando quem isso esta este
    foi ser há""",
    "portuguese",
)
CATALAN = _of(
    "àçèéíïòóúü·",
    """el la els les un una de del i és en que a per amb no es al com més però si són aquest aquesta també jo nosaltres
    molt bé gràcies bon dia senyor perquè així ja qui què on quan tots hi ha d l""",
    "catalan",
    doubt=1.0,
)
DUTCH = _of(
    "áéëïóöü",
    """de het een en is in van dat die te niet op voor met zijn er ik we wij u hij ze ook maar als aan om dan nog naar
    bij uit wat dit hebben heeft zou kan moet ja nee dank goedemorgen meneer mevrouw deze wel geen of""",
    "dutch",
)
SWEDISH = _of(
    "åäöé",
    """och i att det som en på är av för med den till inte har de om ett vi jag han hon men var sig så kan från vad nu
    ska vill tack ja nej god morgon herr fru också när då där här mycket måste vem något""",
    "swedish",
)
DANISH = _of(
    "åæøé",
    """og i at det som en på er af for med den til ikke har de om et vi jeg han hun men var sig så kan fra hvad nu skal
    vil tak ja nej god morgen hr fru også når da der her meget må hvem noget vores hvis""",
    "danish",
)
NORWEGIAN = _of(
    "åæøéòôó",
    """og i at det som en på er av for med den til ikke har de om et vi jeg han hun men var seg så kan fra hva nå skal
    vil takk ja nei god morgen herr fru også når da der her mye må hvem noe blir åpner""",
    "norwegian",
)
FINNISH = _of(
    "äöå",
    """ja on ei se että oli hän mutta ovat ole kun niin kuin myös minä me te he olen olemme kiitos hyvää päivää kyllä
    tämä mitä nyt sitten jos vain voi pitää mukaan koska kaikki haluaa kuka en""",
    "finnish",
)
ICELANDIC = _of(
    "áæðéíóöúýþ",
    """og í að það sem á er til við ekki hafa þeir um en ég við hann hún var sig svo frá hvað nú takk já nei góðan daginn
    þetta með fyrir hver þá""",
    "icelandic",
    doubt=1.0,
)
ENGLISH = _of(
    "éèïôö",
    """the a an of and to in is that it for on with as was are be this have not but they we you he she at from or by so
    what if there can will would i""",
)
TURKISH = _of(
    "çğıöşüâî",
    """bir ve bu da de için ile ben sen o biz siz onlar ne mi mı mu mü değil var yok çok daha en gibi kadar ama sonra
    şimdi evet hayır teşekkür ederim lütfen günaydın bey hanım nasıl neden kim nerede her şey olan olarak bütün peki
    bence gün yarın dün iyi kabul istiyorum ediyorum sayın başkan""",
    "turkish",
)
GREEK = _of(
    "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    """και να το η ο οι τα της του των στο στη με για που δεν είναι ότι από σας μας αυτό αυτά θα ένα μια τι πώς πού ναι
    όχι ευχαριστώ καλημέρα κύριε κυρία πρέπει έχει έχουμε τη την τον στην""",
    frequent="αοιετσνηυρπκμλςίόά",
)
HEBREW = _of(
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    """של את על לא זה אני הוא היא אנחנו אתם הם כי גם אבל או אם מה מי איפה יש אין היה היו כל רק עוד תודה בוקר טוב אדוני
    גברת עם אל""",
    frequent="יוהלאתברמשנםעדק",
)
ARABIC = _of(
    "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکی",
    """في من على إلى أن لا ما هذا هذه هو هي نحن أنا كان كانت مع عن كل قد لم ثم أو حتى شكرا صباح الخير السيد السيدة نعم
    أين علينا الآن لكم يوم عند و این که از به را است در با می شما ما ای سلام""",
    frequent="اليمنتوربعدسفهكقةأ",
)
THAI = _of(  # written without spaces between words, and without the marks above and below the letters here
    "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮะาำเแโใไๅฯๆ",
    "",
    frequent="านรกอเงยมวลสตทคปดหแบะใพชขจไ",
)
LITHUANIAN = _of(
    "ąčęėįšųūž",
    """ir kad yra tai į iš su nuo per bet kaip ne o jau tik dar mes jūs jie aš jis ji labas laba diena ačiū prašau taip
    kas kur kada labai reikia galime turime buvo būti visi iki mano manau""",
    "lithuanian",
)
LATVIAN = _of(
    "āčēģīķļņšūž",
    """un ka ir tas no ar uz par bet kā ne jau tikai vēl mēs jūs viņi es viņš viņa labdien paldies lūdzu jā nē kas kur
    kad ļoti vajag varam mums bija būt visi visiem līdz kurš nav""",
    "latvian",
)
ESTONIAN = _of(
    "äõöüšž",
    """ja on ei et see oli kui ka aga siis ning mis kes kus me te nad ma ta tere päevast aitäh palun jah väga peab saame
    kõik või""",
    "estonian",
)

LATIN_CENTRAL = (POLISH, CZECH, SLOVAK, HUNGARIAN, ROMANIAN, CROATIAN, SLOVENE, GERMAN, ENGLISH)
CYRILLIC = (RUSSIAN, UKRAINIAN, BULGARIAN, SERBIAN)
LATIN_WESTERN = (
    FRENCH, GERMAN, SPANISH, ITALIAN, PORTUGUESE, CATALAN, DUTCH, SWEDISH, DANISH, NORWEGIAN, FINNISH, ICELANDIC, ENGLISH
)  # fmt: skip

# The pages of one byte a character, the likelier ones first, and the languages that are saved in them.
VIETNAMESE = _of(
    "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ",
    """và là của có không được cho trong này một người những các với đã để khi đến về như từ tôi anh chị em chúng ta ông bà ở
    rất cũng vì nếu thì sẽ phải làm gì đó đây ngày năm nước việc lại ra vào trên dưới mà nhưng hay hoặc cảm ơn xin chào vâng
    nói biết đi rồi còn đang bạn họ nhiều theo sau trước mình đều tại bị hơn việt nam""",
)

PAGES: dict[str, tuple[Language, ...]] = {
    "cp1252": LATIN_WESTERN,
    "cp1250": LATIN_CENTRAL,
    "cp1251": CYRILLIC,
    "cp1254": (TURKISH, ENGLISH),
    "iso8859-2": LATIN_CENTRAL,
    "iso8859-15": LATIN_WESTERN,
    "cp1253": (GREEK,),
    "iso8859-7": (GREEK,),
    "cp1255": (HEBREW,),
    "cp1256": (ARABIC,),
    "cp874": (THAI,),
    "cp1258": (VIETNAMESE,),
    "cp1257": (LITHUANIAN, LATVIAN, ESTONIAN),
    "koi8-u": (RUSSIAN, UKRAINIAN, BULGARIAN),
    "iso8859-5": CYRILLIC,
    "iso8859-9": (TURKISH,),
    "iso8859-6": (ARABIC,),
    "cp866": (RUSSIAN, BULGARIAN),
    "cp852": (POLISH, CZECH, SLOVAK, HUNGARIAN, CROATIAN, SLOVENE),
    "cp850": LATIN_WESTERN,
    "mac-roman": LATIN_WESTERN,
    "mac-cyrillic": CYRILLIC,
    "mac-latin2": (POLISH, CZECH, SLOVAK, HUNGARIAN),
    "mac-greek": (GREEK,),
    "mac-turkish": (TURKISH,),
    "cp857": (TURKISH,),
    "cp737": (GREEK,),
    "cp862": (HEBREW,),
}
LOW = frozenset({"cp857", "cp737", "cp862"})  # whose letters are nearly all below 0xB0
OUT_OF_USE = LOW | {  # of DOS and old Macintosh
    "cp866",
    "cp852",
    "cp850",
    "mac-roman",
    "mac-cyrillic",
    "mac-latin2",
    "mac-greek",
    "mac-turkish",
}
