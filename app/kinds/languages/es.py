"""Spanish."""

from __future__ import annotations

from app.kinds.languages.base import Pack

EXTRACT = """Redactas el acta de una reunión. Esta es una parte de su transcripción; cada turno tiene un número.

Anota lo que debe saber quien no estuvo, en JSON:
{"items": [{"kind": "…", "text": "…", "turns": [números], "owner": "… o null", "due": "… o null"}]}

- kind: "decision" (acordado), "action" (alguien debe hacer algo), "question" (queda abierta), "topic" (hecho importante).
- text: una frase corta en español. Conserva nombres, cifras y fechas tal como se dijeron. No añadas nada.
- turns: los números de los turnos que lo dicen.
- owner: solo en una acción, quien la hará, si los turnos lo dicen; si no, null.
- due: las palabras que dicen para cuándo; si no, null.
- Si no hay nada, responde {"items": []}.
{% if participants %}
Participantes: {{ participants | join(", ") }}{% endif %}
{% if glossary %}
Ortografía: {{ glossary | join(", ") }}{% endif %}
{% if agenda %}
Orden del día: {{ agenda | join("; ") }}{% endif %}
{% if date %}
Fecha: {{ date }}{% endif %}

Transcripción:
{{ turns }}
"""
WRITE = """Estos son los puntos del acta de una reunión; cada uno tiene un número. Escribe, en JSON y en español, un título corto y como máximo
tres frases que resuman la reunión. Cada frase da los números de los puntos en que se apoya. No añadas nada.
{"title": "…", "summary": [{"text": "…", "items": [números]}]}

Puntos:
{{ items }}
"""
PACK = Pack(
    code="es",
    name="español",
    headings={
        "minutes": "Acta de la reunión",
        "date": "Fecha",
        "participants": "Participantes",
        "summary": "Resumen",
        "decision": "Decisiones",
        "action": "Acciones",
        "question": "Preguntas abiertas",
        "topic": "Discusión",
        "unsupported": "no está en la transcripción",
        "none": "Ninguna.",
        "comma": ",",
        "due": "plazo",
    },
    extract=EXTRACT,
    write=WRITE,
    again="Escribe de nuevo estas líneas en español, solo según la transcripción, y no escribas nada más.",
    label="Clasificas los turnos de una reunión con una letra. D: algo se decide. A: alguien recibe o promete una tarea. Q: una pregunta importante que queda abierta. F: un hecho, una cifra o un problema importante. S: saludo, cambio de palabra, pregunta breve. Responde solo con la letra.",
    examples=(
        ("Luis : Hola a todos, gracias por venir. ¿Empezamos?", "S"),
        ("Ana : La empresa puede venir el 3 de marzo y costaría 480 euros.", "F"),
        ("Luis : De acuerdo, nos quedamos con el 10 de marzo.", "D"),
        ("Luis : Juan, ¿puedes avisar a la portera?", "A"),
        ("Juan : Sí, lo hago mañana.", "A"),
        ("Juan : Todavía no sabemos quién paga la puerta nueva.", "Q"),
        ("Ana : Gracias. Siguiente punto, el jardín.", "S"),
    ),
    promise=r"\b((?:le|te|les) digo algo|voy a|lo hago|me encargo|lo haré|(?:te|os|le|les|se lo) (?:envío|escribo|mando|aviso|llamo|digo)|(?:te|os|se) lo (?:envío|mando|digo|paso)|yo me ocupo|"
    r"(?!(?:seré|estaré|tendré|podré|querré|sabré|habré|diré)\b)\w{3,}(?:aré|eré|iré))\b",
    pledge=r"\b(?:(?:yo )?puedo (?!(?:ir|venir|decir|estar|ver|entender|asistir)\b)\w+(?:ar|er|ir)(?:l[oae]s?)?\b|yo (?!(?:no|ya|sólo|solo|creo|pienso|quiero|tengo|puedo|digo|veo|propongo|pregunto|entiendo|espero|supongo|prefiero|apoyo|trabajo|vengo|opino|como)\b)(?:(?:lo|la|los|las|le|les|te|os) )?\w{2,}o\b|(?:lo|la|los|las|le|les) (?!(?:tengo|veo|creo|digo|puedo|quiero|entiendo|prefiero|conozco|cuatro|cinco|ocho|otro|mismo|bueno|malo|único|primero|segundo|último)\b)\w{2,}o\b|(?<!\bel )(?<!\bun )(?<!\bsu )(?<!\beste )(?<!\bese )(?<!\bcada )(?<!\bnuevo )(?<!\bningún )(?:llamo|hablo|pregunto|reescribo|escribo|mando|envío|preparo|hago|miro|paso|traigo|pido|busco|compro|reviso|termino|entrego|reservo|aviso|arreglo|contacto|organizo|actualizo|corrijo|redacto|cierro|subo|consulto)|(?:lo|la|los|las) tengo (?:para|antes))\b",
    now=r"\bhoy\b",
    reporting=r"\b(?:(?:él|ella|ellos|que|quien)? ?(?:dijo|dijeron|escribió|prometió|ha dicho|me ha dicho|nos ha dicho) que|(?:él|ella) dice|cito|(?:carta|correo) dice)\b",
    request=r"(?:(?<=¿)|(?<=\W))(?:me |nos |le |les |lo |la )?(?:avisas|llamas|escribes|preparas|mandas|envías|traes|buscas|compras|haces|pides|reservas|revisas|llevas|recoges) [^.?!]{2,60}\?|\b(puedes|podrías|puede usted|podría usted|por favor|hay que|encárgate|\w{2,}[ae]n? ustede?s?)\b",
    decision=r"\b((?:pues |entonces ){1,2}(?:el|la) [\w]+(?=\W*$)|(?:se queda|sigue) (?:como está|donde está)|(?:alquilamos|contratamos|compramos|elegimos|cogemos|escogemos)\b|decidimos|hemos decidido|queda (?:decidido|aprobad[oa]|rechazad[oa])|se (?:aprueba|rechaza)|nos quedamos con|acordamos|aprobado(?=\W*$)|^de acuerdo,? (?:entonces )?(?!(?:hablamos|vemos|nos|seguimos|pasamos|estamos|empezamos|veremos|hablaremos)\b)\w+[aei]mos\b|(?:aplazamos|posponemos)\b|^rechazad[oa]\b|(?:queda|ha sido|es) (?:re)?elegid[oa]\b|"
    r"quedamos (?:así|en que)|lo dejamos para|(?:(?<!en la )(?<!a la )(?<!para la )(?<!hasta la )próxima (?:reunión|junta|sesión)|"
    r"próxima (?:reunión|junta|sesión)(?=,? (?:que será |es |será )?(?:el|en)\b)))\b",
    settled=r"\b((?:pues |entonces ){1,2}(?:el|la) [\w]+(?=\W*$)|decidimos|hemos decidido|queda (?:decidido|aprobad[oa]|rechazad[oa])|se (?:aprueba|rechaza)|acordamos|quedamos (?:así|en que)|"
    r"aprobado(?=\W*$)|próxima reunión)\b",
    motion=r"\b(?:propongo|se somete a votación|someto a votación|votamos (?:si|que|sobre)|pido que)\b",
    voted=r"^\W*(?:se (?:aprueba|rechaza)|queda (?:aprobad|rechazad)[oa])\W*$|\bretiro (?:mi|la) (?:propuesta|moción)\b|^\W*(?:aprobad|rechazad)[oa](?: la (?:propuesta|moción))?\W*$|\b(?:moción|propuesta) (?:queda |es |está |ha sido )?(?:aprobada|rechazada)\b|\bse (?:aprueba|rechaza) la (?:moción|propuesta)\b",
    tentative=r"\b(?:sería|podría ser|debería ser|debe ser|(?:tendría|tiene|habría|hay) que ser)(?: \w+)? (?:unánime|aprobad[oa]|aceptad[oa]|elegid[oa])s?\b|\b(?:si|cuando|podríamos|podemos|deberíamos|debemos|quizás?|tal vez|no(?: lo)?|nunca|nada|qué|para)\b(?: \w+){0,3}? "
    r"(?:decidi\w+|acord\w+|quedamos con|aprueba|rechaza)\b|\b(?:pasad[oa]|ayer)\b,? (?:\w+ ){0,2}?(?:decidimos|acordamos)\b|"
    r"\b(?:decidimos|acordamos)(?: \w+){0,2}? (?:pasad[oa]|ayer)\b|"
    r"\bdecidimos (?:en (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|la próxima)|el (?:lunes|martes|miércoles|jueves|viernes)|mañana|más tarde|después|otro día|la próxima)",
    unsettled=r"\b(?:(?:hay|habría|tenemos) que (?:aclararlo|verlo|consultarlo|aclarar|ver) con|(?:todavía |aún )?(?:no (?:lo )?(?:sabemos|se sabe)|nadie sabe|no sé(?= todavía| aún))(?: todavía| aún)? (?:quién|qué|cuándo|dónde|cuál|cuánto|"
    r"cómo|si)|(?:no|todavía no|aún no) (?:está|queda|hemos|se ha) (?:\w+ )?(?:claro|decidido|resuelto|acordado)|(?:queda|sigue) "
    r"(?:pendiente|abiert[oa]|por (?:decidir|ver|aclarar|saber))|por decidir)\b",
    unknown=r"^\W*(?:todavía |aún )?no (?:lo )?(?:sabemos|se sabe)\b|^\W*nadie (?:lo )?sabe\b|^\W*no lo sé (?:todavía|aún)\b",
    term=r"\b(?:esta semana|la semana que viene|la próxima semana|el mes que viene|antes de (?:navidad|que acabe \w+)|a (?:mediodía|medianoche)|(?:a|en|para) la próxima (?:reunión|junta|sesión)|a las? (?:\d{1,2}(?::\d\d)?|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)(?= de la|\W*$)|antes de fin de (?:la )?\w+)(?!\w)",
    taking=r"\b(?:yo (?:lo|la|los|las) \w{2,}o|(?:lo|la|los|las) \w{2,}o yo|(?:así )?lo (?:hago|haré)|me encargo|me ocupo|yo me encargaré|(?:les|le|lo|la|los|las) (?:abro|llevo|traigo|miro|hago|llamo) yo)\b",
    ours=r"vamos\b",
    imperative=r"(?:entonces |pues )?(?:tú )?(?:rehaz|mira|trae|termina|arregla|corrige|haced|envía|recoge|saca|lleva|avisa|busca|cambia|comprueba|contacta|escribe|habla|llama|manda|pide|prepara|pregunta|reserva|revisa|envía|haz|pon|\w{2,}[ae] usted)\b",
    ordering=r"(?:(?:tú|usted) \w+|te encargas|se encarga usted)\b",
    state=r"(?:y|e|o|es|está|era|estaba|ha|había|dice|dijo|no)\b",
    declining=r"^\W*(?:(?:uf|lo siento|pues|bueno|ay|perdona)[,.]? )*(?:no\b(?! hay problema)|(?:yo )?no puedo|ya (?:lo |la |los |las |se lo |te lo )?(?:\w+é|\w+í|he \w+|está)\b|yo (?:tampoco|no)\b|(?:eso )?no es mi|nunca más|(?:yo )?(?:mañana |hoy )?no estoy|(?:yo )?estoy de (?:vacaciones|viaje|baja)|(?:yo )?no tengo tiempo|ni hablar|de ninguna manera)",
    correcting=r"^\W*(?:eh |ah )*no\b(?! ?[.!])|\b(?:perdón|perdone|perdona|disculpe|es verdad|en realidad son|quiere decir|quieres decir|me equivoqué|corrijo)\b",
    joking=r"^\W*(?:(?:\w+, )?(?:por favor, )?hablemos en serio|(?:\w+, )?seamos serios|(?:muy|qué) graciosos?|ja ?ja|no es momento de bromas|déjate de bromas|en serio|bromas aparte|hablemos en serio)",
    telling=r"\b(?:(?:dec|cuént|cont|explic|habl|describ|present)\w*(?:me|nos)|(?:me|nos) (?:dices?|cuentas?|explicas?|repites?)|repet\w+)\b",
    replying=r"^\W*(?:sí|no|claro|exacto|yo|los dos|ambos)\b",
    assigning=r"^\W*(?:(?:no|mejor|pues|entonces),? )?(?:tú (?:haz|rehaz|pon|escribe|llama|manda|envía|revisa|prepara|corrige|termina|pide|busca|trae|mira)|(?:haz|rehaz|escribe|llama|manda|envía|revisa|prepara)(?:l[oae]s?)? tú)\b",
    revoking=r"\b(?:olvid(?:emos|amos)|olvid[ae](?:d|n)? (?:el|la|lo|los|las)|descart(?:emos|amos)|dejemos (?:el|la|lo)|retiro lo (?:de|que)|quitamos (?:el|la|lo))\b",
    retracting=r"^\W*(?:(?:ay|eh|uy|perdón|perdona),? )*(?:ah,? no|no,? (?:espera|perdón|perdona|mejor)|espera,? no|mejor no|en realidad,? no|perdón,? no)\b",
    whose=r"^\W*(?:(?:y|pues|bueno|bien|entonces|pero),? )*¿?(?:y )?qui[eé]n(?:es)? (?!(?:es|está|fue|era|ha|han|dijo|dice|sabe|cree|tenía|tiene)\b)\w+",
    offering=r"\b(?:podría|puedo)(?! (?:usted|decir|imaginar|entender)\b) \w+",
    tally=r"\ben contra ?[?:,]|\babstenci(?:ón|ones)\b",
    concluding=r"^\W*(?:entonces|pues|así que|por tanto|por lo tanto)\b",
    proposing=r"\b(?:entonces \w+mos|pues \w+mos|podríamos|deberíamos|propongo|por qué no|puede (?:pagar|tomar))\b",
    denial=r"\b(?:no|nunca|tampoco|jamás|ningun[ao]?|ningún|nada|nadie|sin)\b",
    agreement=r"^\W*(sí|vale|de acuerdo|claro|muy bien)\b",
    filler=r"\b(?:eh+|em+)\b,?\s*|(?:^|(?<=[,.;:!?]\s))(?:este|o sea|bueno|pues),\s*",
    lead=r"^(?:(?:(?:y|e(?= h?i)|pues|ah|oh|o sea)\b,?|(?:entonces|bueno|bien|sí|mira|mire),)\s+)+(?=\S)",
    joint=r"(?:y|pero|porque|pues|cuando|si|aunque|donde|quien|entonces)\b",
    greeting=r"^\W*(?:(?:hola|buenos días|gracias|sí|no|vale|claro|adiós|muy bien|a todos|eh+|mm+)\W*)+$",
    modal=r"(?:va a|debe|deberá|propone|dijo|dice|cree|piensa|pide|explica|promete|confirma|sugiere)",
    spoken="señor señora señores señoras quiero quieres quiere queremos quieren quería querría sabes sabe sabemos saben "
    "saber digo dices dice decimos dicen decir dicho diría hago haces hace hacemos hacen hacer hecho voy vas "
    "vamos van veo ves vemos ven ver visto mira mire miren oye oiga escucha escuche creo crees cree creemos "
    "pienso piensas piensa entiendo entiendes entiende hablo hablas habla hablamos hablar hablando puedo puedes "
    "puede podemos pueden tengo tienes tiene tenemos tienen tener debo debes debemos espera espere perdón perdona "
    "disculpa disculpe gracias hola vale bueno claro venga entonces cosa cosas momento minuto minutos manera "
    "ejemplo verdad razón sentido vez veces evidentemente realmente simplemente absolutamente efectivamente "
    "exactamente justamente finalmente completamente totalmente naturalmente claramente francamente imagina "
    "imagínate parece gustaría",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    days={"hoy": 0, "esta mañana": 0, "esta tarde": 0, "esta noche": 0, "mañana": 1, "pasado mañana": 2},
    until=r"(?:antes del?|hasta el|para el|a más tardar el)",
    undue=r"\bno antes del? (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b|\b(?:por|de|en) la mañana\b|\b(?:cada|toda la|una) mañana\b|\b(?:desde el|cada|los) (?:lunes|martes|miércoles|jueves|viernes|"
    r"sábado|domingo)\b|\b(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo) pasado\b",
    oneself=r"\b(?:yo|me|mí)\b",
    spoken_to=r"\b(?:tú|te|ti|usted|ustedes|vosotros|os)\b",
    wishing=r"\b(?:quiero|quisiera|querría|necesito|me gustaría)\b(?! (?!tener\b)\w+r(?:me|lo|la|le|los|las|les)?\b)",
    nearing=r"próximo | próximo| que viene| siguiente",
    unsure=r"\b(?:proximo|que viene|siguiente|pasado (?!manana)|cada|todos|semanas?|despues)\b|\w pasado$",
    common=frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "un",
            "una",
            "se",
            "nosotros",
            "ellos",
            "él",
            "ella",
            "yo",
            "tú",
            "esto",
            "esta",
            "todo",
            "todos",
            "nadie",
            "quien",
            "que",
            "cuando",
            "donde",
            "como",
            "dos",
            "tres",
            "equipo",
            "grupo",
            "reunión",
            "proyecto",
            "y",
            "pero",
            "si",
            "próxima",
        ]
    ),
)
