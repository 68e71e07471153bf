"""What heads a field, a paragraph or an entry of documents, in small letters.

One such word says little, since people are called `Gold` and `North`: many of them tell a document from talk. No office
stands here that speaks somewhere (`reporter`, `host`, `user`)."""

from __future__ import annotations

from app.transcript.lexicon import words_of


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


FIELDS = words_of(
    """danger caution important tips reminder variation variations preparation presentation serving storage
    discussion vote votes voting resolved resolution follow-up followup motivation proposal updates highlights
    strength strengths weakness weaknesses opportunity opportunities threat threats pros cons advantages disadvantages
    verdict rating ratings score recommendation recommendations lesson-learned lessons
    strengthening conclusion evaluation evidence hypothesis limitations keywords rationale impact
    category categories tags severity component components steps assignee milestone milestones resolution reproducibility
    platform browser language license metadata
    colour materials material power warranty capacity dimensions brand price prices cost costs stock delivery shipping
    light soil bloom water watering care habitat range diet lifespan flowering
    armour armor attack damage special loot speed strength
    breakfast lunch dinner snack snacks supper dessert starter starters main mains drinks sides
    outlook tonight today tomorrow yesterday morning afternoon evening night weekend north south east west northeast
    northwest southeast southwest temperature wind visibility
    homework practice exercise exercises warm-up cooldown assignment assessment quiz vocabulary grammar reading writing
    visual visuals transition audio video shot camera props costume setting synopsis plot genre duration released
    news politics business economy economics sport sports culture science technology health entertainment opinion
    complaint complaints examination observation observations findings vitals procedure treatment dosage indications
    contraindications side-effects subjective objective
    titel titre título titolo título tytuł название überschrift
    quote quotes insights insight ideas pain-points
    related sources references further-reading bibliography
    weather film series documentary chorus refrain coro estribillo ritornello strophe budget
    welcome break keynote coffee registration q&a closing opening networking workshop session
    goals kick-off kickoff scorers lineup line-ups substitutes bookings attendance
    oil gold silver euro dollar bitcoin dax nasdaq
    correct hint hints correct-answer
    output command contents received sender
    port identity compression forwarding password username database timeout hostname
    compiling linking testing building installing downloading linting
    traceback types cli api doc bug core deps lint
    features changes enhancements improvements bugfixes deprecations release tests why since home-page author-email requires
    server worker scheduler kernel systemd networkmanager dbus-daemon cron main thread daemon database cache broker
    enter esc escape tab shift ctrl alt del delete backspace space menu home settings ok cancel save back power
    f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
    aries taurus cancer virgo libra scorpio sagittarius capricorn aquarius pisces

    gefahr vorsicht wichtig tipps merke hinweise zubereitung vorbereitung garzeit backzeit portionen
    diskussion abstimmung aussprache aufgabe aufgaben aufgabenstellung protokoll zusammenfassung entscheidung entscheidungen
    begründung stärke stärken schwäche schwächen chance chancen gefahren vorteile nachteile fazit bewertung empfehlung
    lösung richtig falsch material materialien farbe leistung garantie maße marke kosten lieferung versand lieferzeit
    licht boden blüte pflege standort wasser vorkommen nahrung
    frühstück mittagessen abendessen mittag abend morgen vormittag nachmittag nacht heute gestern norden süden osten westen
    temperatur aussichten hausaufgabe hausaufgaben übung übungen einstieg sicherung
    politik wirtschaft kultur wissenschaft technik gesundheit panorama meinung lokales wissen
    begrüßung pause referent referentin raum programm beschwerden untersuchung beobachtung beobachtungen verlauf procedere
    zweck verfahren rechtsgrundlage zuschauer schiedsrichter anstoß aufstellung

    remarques attention remarque conseil conseils important préparation cuisson repos temps portions garniture variante
    débat vote votes décision décisions suivi bilan constat synthèse proposition propositions délibération
    forces faiblesses opportunités menaces avantages inconvénients avis note verdict recommandation
    couleur matière poids taille garantie dimensions marque coût coûts livraison
    lumière floraison arrosage entretien matin midi soir après-midi nuit aujourd'hui demain hier nord sud est ouest
    petit-déjeuner déjeuner dîner goûter devoirs exercice exercices consigne consignes matériel
    politique économie société culture sciences santé opinion international accueil réglages pause
    buts spectateurs arbitre vu considérant

    peligro precaución importante consejos elaboración presentación tiempo raciones porciones
    discusión votación acuerdo acuerdos decisión decisiones seguimiento propuesta propuestas tarea tareas
    fortalezas debilidades oportunidades amenazas ventajas desventajas veredicto valoración recomendación
    color material peso tamaño garantía dimensiones marca costo coste entrega suelo floración riego cuidados
    mañana tarde noche hoy ayer norte sur este oeste desayuno almuerzo comida cena merienda deberes ejercicio ejercicios
    política economía sociedad cultura deportes ciencia opinión internacional
    visto vistos considerando resultando primero segundo tercero cuarto quinto sexto goles árbitro pausa descanso

    pericolo attenzione importante consiglio consigli preparazione cottura tempo porzioni ingredienti procedimento
    discussione votazione decisione decisioni proposta obiettivo obiettivi esercizio esercizi compito compiti lezione materiali
    punti-di-forza vantaggi svantaggi giudizio valutazione colore materiale peso dimensioni garanzia prezzo costo consegna
    terreno fioritura cura mattina pomeriggio notte oggi domani ieri colazione pranzo cena merenda
    politica economia società cultura scienza salute opinione

    perigo cuidado atenção dica dicas preparo ingredientes rendimento discussão votação decisão decisões proposta objetivo
    objetivos exercício exercícios tarefa tarefas vantagens desvantagens cor peso preço garantia
    gevaar opgelet belangrijk bereiding ingrediënten besluit besluiten besluitvorming stemming actiepunt actiepunten voordelen
    nadelen kleur gewicht prijs garantie uwaga wskazówka składniki przygotowanie dyskusja głosowanie decyzja decyzje cel zadanie
    zalety wady kolor waga cena gwarancja

    цель цели задача задачи решение решения решили срок сроки ответственный ответственные обсуждение голосование итог итоги
    вопросы предложение предложения ингредиенты приготовление совет важно опасно осторожно плюсы минусы оценка
    цвет вес размер цена гарантия материал завтрак обед ужин утром днём вечером ночью сегодня завтра политика экономика
    общество культура спорт наука здоровье

    用途 方法 步骤 材料 提示 警告 重要 危险 目标 目的 任务 决议 决定 讨论 表决 负责人 期限 结果 优点 缺点 评价 价格 颜色
    尺寸 重量 保修 早餐 午餐 晚餐 今天 明天 政治 经济 体育 文化 科技 健康 本报讯 综合消息
    材料 作り方 手順 注意 警告 重要 目的 目標 決定 決定事項 課題 担当 期限 備考 議事 概要 結果 価格 色 重さ サイズ
    朝食 昼食 夕食
    재료 방법 순서 주의 경고 중요 목적 목표 결정 결정사항 과제 담당 기한 비고 결과 가격 색상 무게 크기
    تنبيه تحذير هام ملاحظة المكونات الطريقة القرار القرارات المناقشة التصويت الهدف الأهداف المهمة النتيجة المزايا العيوب السعر
    الوزن اللون
    אזהרה חשוב מרכיבים הכנה החלטה החלטות דיון הצבעה מטרה משימה תוצאה יתרונות חסרונות מחיר משקל צבע"""
) | _phrases(
    """new features, notable changes, other changes, breaking changes, bug fixes, security fixes, known issues,
    backward compatibility, backwards compatibility, pain points, getting there, where to eat, where to sleep,
    things to do, side effects, expected result, actual result,
    expected results, actual results, expected behavior, actual behavior, expected behaviour, actual behaviour,
    steps to reproduce, key takeaways, lessons learned, further reading, correct answer, right answer, delivery date,
    we offer, for the filling, for the dough, for the sauce, for the topping, total time, cooking time, dow jones,
    chief complaint, patient reports, arguments pour, arguments contre, points forts, points faibles, pour la pâte,
    pour la garniture, pour la sauce, temps de cuisson, bonne réponse, für den teig, für die füllung, für die soße,
    richtige antwort, nächste schritte, respuesta correcta, puntos fuertes, puntos débiles, risposta corretta,
    punti di forza, resposta correta, правильный ответ, server thread"""
)
# With a number or a letter behind them they count parts: `Day 3`, `Option B`.
PARTS = words_of(
    """day week lesson lecture module level task option hypothesis theorem lemma phase stage round session visit
    ticket issue bug spec version tag woche lektion modul aufgabe option hypothese phase runde schritt teil
    jour semaine leçon module option hypothèse étape phase point point exercice
    día semana lección módulo opción hipótesis paso fase tema ejercicio
    giorno settimana lezione modulo opzione ipotesi passo fase esercizio dia lição opção passo
    dag week les stap dzień tydzień lekcja krok день неделя урок модуль вариант шаг этап задание"""
)
# With a number these speak: `Unit 12: on scene.`
CALLED_BY_NUMBER = words_of("unit model worker server camera")
# People and places at a table are called so too: who plays bridge, and surnames.
CALLED_SO = words_of(
    """north south east west gold silver price prices bloom light
    norden süden osten westen nord süd ost sud est ouest norte sur este oeste sul leste noord zuid oost"""
)
# Where news come from: `LONDON: The council …`.
PLACES = words_of(
    """london paris berlin rome madrid vienna wien brussels bruxelles brüssel moscow moskau kyiv kiev warsaw prague
    budapest athens
    lisbon dublin oslo stockholm copenhagen helsinki geneva genève genf zurich zürich bern amsterdam hague ankara istanbul
    jerusalem cairo beirut damascus baghdad tehran riyadh dubai doha kabul islamabad karachi delhi mumbai kolkata chennai dhaka
    colombo kathmandu beijing shanghai tokyo seoul pyongyang taipei bangkok hanoi jakarta manila singapore canberra sydney
    melbourne wellington washington ottawa toronto montreal havana bogota caracas lima quito santiago brasilia nairobi lagos
    abuja accra dakar tunis algiers tripoli rabat khartoum johannesburg pretoria harare kampala frankfurt hamburg münchen
    köln düsseldorf stuttgart leipzig dresden bonn lyon marseille lille bordeaux toulouse nantes strasbourg nice milano roma
    torino napoli venezia barcelona sevilla valencia bilbao lisboa porto
    москва киев минск тбилиси ереван баку астана ташкент вильнюс рига таллин варшава берлин париж лондон вашингтон пекин"""
) | _phrases(
    """new delhi, new york, hong kong, the hague, mexico city, buenos aires, são paulo, rio de janeiro, los angeles, san
    francisco, addis ababa, cape town, tel aviv, st. petersburg, abu dhabi, kuala lumpur"""
)
AGENCIES = words_of("afp ap reuters dpa apa sda epd kna efe ansa upi pti ani tass xinhua tanjug belga lusa pap ritzau")
