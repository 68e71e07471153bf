"""The words that tell a name from a clause and an abbreviation from the end of a sentence, of all languages together.

Everything is looked up in small letters, so the lists are too; the one exception says so."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The phrases of *text* between commas."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


# Sentences. A dot behind one of these belongs to it. MM (messieurs) is told from "Mm." by its capitals.
ABBREVIATIONS = words_of(
    """mr mrs ms dr prof st ste mme mlle mgr MM vs cf ex approx dept univ gen col sgt capt lt hon rev sen rep gov pres jr
    bzw ca ggf evtl inkl vgl sog str hr fr frl dipl ing phil resp sr sra srta ud uds dña lic arq avda env av bd hrsg mio mrd
    hl ev dir al incl excl abg dra sig dott dhr mevr aprox тыс млн млрд ул им проф акад डॉ श्री प्रो د أ م"""
)
ABBREVIATIONS_BEFORE_A_NUMBER = words_of(
    """no nos nr nº art abs p pp pag pág págs fig figs vol chap sec sect n num núm tel tél ziff kap bl стр ст
    jan feb febr mar apr aug sept oct okt nov dec dez janv févr avr juil déc ene abr ago dic"""
)
BEFORE_AN_ORDINAL = words_of(
    """am der die das den dem des vom zum zur im beim und bis ab seit unser unsere unserer unserem unseren dieser dieses
    diesem ein eine einer einem einen ihr ihre ihrer jeder jede jedes artikel"""
)

# Speakers.
SCHEMES = words_of("http https ftp ftps sftp mailto tel sms file data sip sips ssh irc news urn ws wss git magnet callto")
PARTICLES = words_of(
    """de d du des la le les l van von vom der den dem ten ter zu zum zur di da do dos das del della degli delle e y i el al
    as ash bin ibn ben bint abu ould of the for and und et für à a in im af av op te tot o ou pour w z na ds"""
)
ARTICLES = words_of("the le la les el los las der die das il lo et and und of for ou")  # nobody's name, even with a capital
HONORIFICS = words_of("m. mm. mme mlle mr mr. mrs mrs. ms ms. dr dr. prof prof. herr frau sr. sra. d. dª sig. sig.ra")
TITLES_IN_FULL = words_of(  # in small letters before a name: `El señor Pérez`
    """señor señora señorita senhor senhora signor signore signora monsieur madame mister herr frau heer mevrouw pan pani
    господин госпожа"""
)
CROWD = phrases(  # who speaks when nobody is named
    """some hon. members, several hon. members, many hon. members, hon members, several honourable members, opposition
    members, government members, honourable members, an hon. member, hon. members, some honourable members, an honourable
    member, a voice, voices, קריאה, voice from the audience, audience member, from the floor, unidentified speaker, unknown
    speaker, un député, une députée, une voix, des voix, plusieurs députés, voix dans la salle, voix diverses, ein
    abgeordneter, zwischenruf, zuruf, publikum, una voz, una voce, voci, uma voz, vozes, голос из зала, голоса из зала, с
    места, реплика из зала, из зала, głos z sali, de voorzitter, il presidente, la presidente, el presidente, la presidenta, o
    presidente, a presidente, o sr. presidente, a sr.ª presidente, der präsident, die präsidentin,
    der vorsitzende, die vorsitzende, the chair, the chairman, the chairperson, the speaker, the moderator, the witness, the
    court, the interpreter, the clerk, operator, conference operator, moderator, interpreter, interviewer, interviewee,
    narrator"""
)
PARTIES = words_of("sd kok ps kesk vihr vas kd liik")  # behind a name in the records of Finland
# A label that is one of these opens a clause or makes a remark: nobody is called so, however often a line begins with it.
REMARKS = words_of(
    """at until before after around gegen bis vers dès hasta desde
    and but so or ok okay well note notes nb ps p.s example remember warning attention remark conclusion result
    mm mmm mhm hm hmm hmmm uh uhm uh-huh mm-hmm yeah yep yup nope äh ähm öhm euh heu ouais
    et mais donc alors car puis bref enfin voilà c'est-à-dire exemple remarque résultat ensuite sinon pourtant à
    und aber also denn oder beispiel achtung hinweis ergebnis fazit nämlich kurzum
    pero entonces pues ejemplo nota ojo resultado ma allora dunque esempio
    مثلا يعني یعنی مثلاً ولكن لكن اما लेकिन और यानी 比如 例如 注意 但是 所以 例えば つまり 注"""
) | phrases(
    """for example, for instance, caused by, my question, my point, my answer, in short, in other words, that is, par exemple,
    en bref, en résumé, ma question, en clair, autrement dit, première question, zum beispiel, meine frage, kurz gesagt,
    mit anderen worten, anders gesagt, por ejemplo, mi pregunta, en resumen, es decir, per esempio, in breve, la mia
    domanda, por exemplo, minha pergunta, bijvoorbeeld, na przykład, то есть, к примеру, мой вопрос, action item,
    action items, side note, last point, next steps, next step, key point, bottom line, fun fact,
    überweisungsvorschlag, im einzelnen, zur beratung"""
)
# A label that is one of these heads what a note taker writes between what people say; nobody is called so.
NOTED = words_of(
    """decision decisions action actions todo todos agreed resolved resolution vote votes outcome task tasks follow-up followup
    beschluss beschlüsse entscheidung entscheidungen aufgabe aufgaben maßnahme maßnahmen abstimmung todos
    décision décisions tâche tâches délibération suivi decisión decisiones acuerdo acuerdos tarea tareas votación
    decisione decisioni compito compiti votazione decisão decisões tarefa tarefas votação besluit besluiten actiepunt
    actiepunten stemming beslut åtgärd åtgärder beslutning vedtak oppgave opgave päätös toimenpide decyzja decyzje zadanie
    zadania głosowanie rozhodnutí úkol úkoly usnesení hlasování rozhodnutie úloha uznesenie határozat feladat szavazás
    odluka zadatak решение решения задача поручение голосование рішення завдання απόφαση ενέργεια karar görev oylama
    القرار المهمة التصويت החלטה משימה הצבעה 決定 決定事項 課題 宿題 决定 决议 任务 表决 결정 결정사항 과제 निर्णय"""
) | phrases("action item, action items, next step, next steps, follow up, to do, punkt działania, nächste schritte")
# A label that is one of these and is seen once opens a clause or heads a paragraph of notes.
OPENERS = (
    words_of(
        """action actions decision decisions agenda todo subject date time location place attendees participants present absent
    apologies minutes summary topic topics title link source update edit fyi btw however therefore thus first second third
    firstly secondly thirdly finally lastly meanwhile yes no right sure thanks hello hi
    lieu ordre présents absents excusés objet lien premièrement deuxièmement troisièmement finalement cependant ainsi oui non
    merci bonjour datum ort thema beschluss anwesend abwesend betreff dennoch trotzdem deshalb daher erstens zweitens drittens
    nun beginn schluss ende kurz außerdem zudem schließlich ja nein danke
    fecha lugar asunto tema además finalmente primero segundo tercero sí gracias
    to from re cc bcc street postcode zip fax tel mobile website enclosure error warning info debug critical fatal trace
    serves servings ingredients method yield tip zutaten zubereitung ingrédients préparation ingredientes preparación
    definition theorem lemma proof corollary satz beweis théorème définition preuve
    fix add remove change added removed changed fixed deprecated usage options arguments parameters returns license licence
    description installation requirements version expected actual environment signed-off-by reviewed-by co-authored-by
    deadline priority status outcome outcomes objective objectives goal goals risk risks issue issues findings finding
    explanation hint solution example examples remarks disclaimer spoiler tl;dr photo photos figure table caption credits
    weather mood location salary type requirement responsibilities benefits diagnosis history symptoms treatment
    medication allergies plan assessment prognosis default values parameter output input syntax returns raises import
    web website homepage url pages section chapter appendix keywords abstract introduction conclusions methods results
    quantity total subtotal amount invoice order weight height size color colour width margin padding display position
    files copyright comment classifier requires-dist project-url provides-extra dynamic notice usage see try else except
    finally todos feat chore docs refactor perf ci build style revert breaking
    frist zuständig verantwortlich status ergebnis maßnahme maßnahmen ziel ziele risiko risiken befund diagnose therapie
    anamnese quelle foto abbildung tabelle preis menge gesamt rechnung gewicht größe erklärung lösung tipp wetter stimmung
    échéance statut résultat résultats objectif objectifs risque risques tableau prix quantité solution astuce
    météo humeur plazo estado resultados objetivo objetivos riesgo riesgos tabla precio cantidad solución consejo
    experience education languages skills hobbies references front back contact updated published
    background context hintergrund kontext contexte contexto conclusión conclusão conclusione motivos raisons gründe
    monday tuesday wednesday thursday saturday sunday dienstag mittwoch donnerstag samstag lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo
    справка вывод причины контекст 背景 结论 結論 原因 理由 배경 결론 الخلفية الخلاصة רקע סיכום
    name address phone email city country author adresse telefon nom prénom téléphone nombre dirección teléfono
    meeting attendance duration venue réunion participants lieu heure durée sitzung besprechung teilnehmer teilnehmende
    teilnehmerinnen anwesende dauer uhrzeit reunión asistentes participantes hora duración riunione partecipanti presenti luogo
    vergadering aanwezigen deelnemers locatie reunião duração тема дата участники присутствовали место время повестка
    会议 主题 日期 时间 地点 与会者 参会人 参会人员 会議 日時 場所 出席者 参加者 議題 회의 일시 장소 참석자 안건
    التاريخ المكان الموضوع الحضور תאריך מיקום נושא משתתפים נוכחים
    לדוגמה למשל כלומר הערה אז אבל например хорошо ладно итак значит однако примечание внимание поэтому но да нет"""
    )
    | NOTED
    | phrases("job title, read more, due date, prep time, cook time, see also, pro tip, file name")
)
# A clause begins with one of these, and a name does not.
PRONOUNS = words_of(
    """i i'm he she we you they it there this that he's she's it's that's what if when
    je j'ai tu il elle on nous vous ils elles ce c'est ça cela ceci y'a si quand comme
    ich du er sie wir ihr es wenn das dies yo tú él nosotros ustedes ellos esto eso si cuando io lui noi voi loro se quando"""
)
# What programs and notes call people, with a capital and a colon: `You: hi`, `Ich: ja`.
PEOPLE = words_of("You We They He She Vous Nous Il Elle Toi Tu Ich Du Sie Er Wir Tú Yo Él Ella Io Lui Lei Noi")
# What begins with one of these and goes on is a clause or a letter, though every word has a capital: `Under Bill C-214`.
LEADS = words_of(
    """to by for with from at in on about dear did does under since upon during despite regarding pursuant whereas according
    cher chère chers chères depuis pendant selon malgré dans sehr unter seit während laut gemäß
    querido querida estimado estimada desde según durante caro cara secondo
    уважаемый уважаемая уважаемые согласно int. ext. int./ext."""
)
# A clause ends with one of these before its colon, and a name, in small letters, never does.
SAYING = words_of(
    """is are was were be said says say that this these those following follows means mean ask asks asked think thinks
    est sont était c'est dit disait disais dis que qui suivant suivante suivants suivantes veut demande sais crois faut voici
    voilà ist sind war sagt sagte sagen gesagt heißt folgendes folgende folgt nämlich dass das mitgeteilt lautet wissen
    es son era dijo dice digo siguiente siguientes decir esto è disse
    گفت گفتم گفتند است بود که می‌گوید این یعنی شد قال قالت يقول تقول هو هي أن التالي هذا है हैं था थी कहा कि बोला बोले"""
)
# What recorders write in brackets for what is heard and not said.
SOUNDS = words_of(
    """music applause laughter laughs laughing laugh noise silence inaudible unintelligible crosstalk overlapping pause coughs
    cough sighs sigh foreign blank_audio blank audio sound beep speaking translation english french cheering chuckles
    musique applaudissements rires rire inaudible bruit exclamations protestations sourires
    musik beifall gelächter heiterkeit lachen zuruf zurufe unverständlich applaus widerspruch unruhe
    música aplausos risas inaudible ruido murmullos musica applausi risate
    verse chorus pre-chorus refrain bridge intro outro strophe couplet estrofa estribillo strofa ritornello
    музыка аплодисменты смех неразборчиво מוזיקה מחיאות צחוק 音楽 音乐 拍手 掌声 笑 笑声 vocalsound disfmarker gap
    sprecherwechsel"""
)
# A full stop behind one of these does not end a label.
TITLES = words_of(
    """m mm mme mmes mlle mgr mr mrs ms dr prof hon rev st ste jr sr sra srta sig gen col capt lt sgt sen rep gov pres messrs me
    maître d dª dña"""
)
# The words of an office, before a name or alone behind an article, in a label that ends with a full stop.
OFFICES = words_of(
    """senator representative chairman chairwoman chairperson chair congressman congresswoman secretary ambassador justice judge
    director commissioner president speaker governor mayor deputy minister lord lady baroness admiral general clerk witness"""
)
# What somebody does who speaks in a report, in small letters: `Vale told reporters: …` begins what is quoted.
TELLING = words_of(
    "told said says asked replied wrote writes added explained announced sagte erklärte schrieb dijo déclare déclaré"
)
# A sentence about somebody with a title has one of these: `M. Dupont a raison.`
VERBS = words_of(
    """a est était n'a n'est dit va vient veut sait doit peut avait sera nous vous je il elle et ou qui que pas is was has had
    says said will would can and you we i who that not"""
)
# What an interview in print calls who asks, with the number of the question behind it, and who answers.
QUESTIONS = words_of(
    "question frage pregunta domanda vraag pergunta pytanie fråga spørgsmål otázka kérdés вопрос запитання שאלה"
)
ANSWERS = words_of(
    "answer antwort réponse reponse respuesta risposta antwoord resposta odpowiedź svar odpověď válasz ответ відповідь תשובה"
)
# Followed by a number these name a part of an agenda or a text, and nobody: `Zu Frage 65`, `Article 3`.
ITEMS = words_of(
    """frage fragen artikel antrag top ziffer absatz paragraf kapitel teil nummer drucksache punkt item question article section
    clause amendment motion chapter part page figure table point step slide partie chapitre amendement alinéa annexe
    scene szene scène escena exercise verse
    parte pregunta artículo capítulo punto enmienda articolo capitolo domanda vraag artikelen סעיף статья вопрос пункт"""
)
