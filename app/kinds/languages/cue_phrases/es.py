"""Spanish."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_LEAD = r"(?:^|(?<=[,.;:!?\u2014\u2013] ))(?:(?:vale|bueno|pues|entonces|venga|bien|perfecto|de acuerdo|muy bien|sí|y|o sea|así que|nada|hala|listo|ok|okay),? ){0,5}"
_DAY = r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
_MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
# What somebody does after a meeting, and not in it: the stems of verbs.
DEED = (
    r"(?:actualiz|acompañ|ajust|alquil|anot|apunt|arregl|averigu|avis|ayud|busc|cambi|cancel|cerr|cierr|cobr|colg|compr|comprob|comprueb|confirm|consegu|consult|contact|contrat|convoc|"
    r"coordin|copi|correg|corrij|cotiz|cuid|deleg|devolv|devuelv|dibuj|distribu|edit|elabor|empaquet|encarg|entreg|envi|enví|escan|escrib|firm|gestion|grab|guard|habl|hac|hag|imprim|"
    r"inform|inscrib|instal|investig|invit|limpi|llam|llev|mand|mir|mont|negoci|ocup|orden|organiz|pag|pas(?:o|as|a|ar|aré)? (?:el|la|los|las|por|a)|ped|pid|pint|pon|plan|"
    r"prepar|present(?:o|ar|aré|as) (?:la solicitud|el)|pregunt|prob|prueb|publ|recog|recoj|reclam|recuerd|record|redact|reenv|regar|rellen|renov|renuev|repar|repart|repas|reserv|resolv|respond|revis|"
    r"sac|solicit|sub|tramit|tra[ei]|traig|transfer|traduc|tir|verific|visit|vend|vuelv)"
)
_WE = (
    r"(?:cancelamos|seguimos con|renovamos|empezamos|arrancamos|cerramos|abrimos|quitamos|dejamos|aplazamos|posponemos|retrasamos|adelantamos|cambiamos|compramos|contratamos|alquilamos|subimos|bajamos|mantenemos|"
    r"elegimos|escogemos|optamos|vamos (?:a por|con)|nos mudamos|nos quedamos|quedamos|apostamos|aceptamos|rechazamos|suspendemos|eliminamos|reducimos|ampliamos|invitamos|lanzamos|tiramos|firmamos|pagamos|pintamos|"
    r"despedimos|hacemos|ponemos|tomamos|cogemos|pedimos|nombramos|fijamos|prorrogamos|adoptamos|descartamos|retiramos|pasamos (?:la|el|las|los) \w+ (?:a|al)|vendemos|donamos|repartimos|celebramos|acordamos|usamos)"
)

PHRASES = CuePhrases(
    decides=(
        r"\by punto\W*$|\btodos conformes\b|\bque sea (?:el|la|en|a)\b|\ble(?:s)? damos (?:el|la) (?:contrato|obra|visto bueno|ok|premio)\b|\bcongelamos\b|^\W*entonces ya está\b",
        r"\bsale(?:n)? adelante\b|\bse (?:cancela|suspende|aplaza|vende|compra|opera|acuerda|decide|mantiene|cierra|aprueba|retira|elimina|prorroga|queda fuera|cambia|sube|baja)(?:n)?\b(?! (?:siempre|cada|solo|mucho|sola))|\b(?:el pleno|la junta|el consejo|la asamblea|el comité|la comisión|el claustro|la directiva|el equipo) (?:\w+ )?(?:rechaza|aprueba|acuerda|decide|vota|autoriza|ratifica|elige)\b|\bconsta en acta\b|\bsacamos (?:el|la|los|las)\b|^\W*(?:listo|ya está|hecho|decidido|trato hecho|adjudicado)[,:;.] \w+",
        rf"{_LEAD}(?:a partir de \w+,? |al final |finalmente |definitivamente )?(?:no )?(?:lo |la |los |las |nos |se lo |le |les )?{_WE}\b(?! (?:al siguiente|siempre|cada|ayer|de vez|muy|fatal|mal))",
        rf"{_LEAD}(?:pues |entonces )?(?:la |el )?(?:opción|propuesta|plan|versión|número) \w+(?:,? entonces)?\W*$|^(?:(?:venga|vale|pues|bueno|hecho),? )+(?:el|la|los|las) [\w ]{{1,20}}(?:,? entonces)\W*$",
        r"\b(?:a partir|desde) (?:del?|de la|de este|de esta|el|ahora|mañana|hoy|ya)\b.*\b(?:\w+[aei]mos|será|serán|habrá|no hay|hay|queda|empieza|se )\b|\bde ahora en adelante\b",
        r"\bhemos (?:acordado|decidido|elegido|quedado en|votado|resuelto|aprobado|optado)\b|\b(?:pues |está |queda |ya está )(?:decidido|hecho|zanjado|cerrado|fijado|confirmado|descartado|cancelad[oa]|suspendid[oa]|aplazad[oa]|nombrad[oa])\b|\bdecidido(?:,|:|\W*$)",
        rf"\b(?:nos vemos(?! (?:el|la) (?:próxim[ao] )?(?:semana|mes|año)(?: que viene| próxim[ao])?\W*$)|nos reunimos|quedamos|volvemos a (?:vernos|reunirnos|quedar)) (?:otra vez |de nuevo )?(?:el|la|en|a las|dentro de|{_DAY})|\b(?:próxim[ao]|siguiente) (?:reunión|junta|sesión|cita|asamblea)(?: es| será| queda|:|,)? (?:fijada )?(?:para )?(?:el|la)\b",
        r"\b(?:lo|la|los|las) (?:dejamos|mantenemos|hacemos) (?:como|así|tal cual|en|para|sin)\b|\bse queda (?:como|así|en|el|la|con)\b|(?:^|, )no habrá\b(?!.*\?)|\btodos de acuerdo\b(?!.*\?)|\bluz verde\b|\bpor mayoría\b|\bsin objeciones\b|\bhecho,? (?:entonces|pues)\b",
        r"\b(?:sale|salió|queda|resulta|ha salido|ha sido) (?:elegid|nombrad|designad|ratificad)[oa]s?\b|\bva a ser (?:el|la|en)\b|\bserá (?:el|la) (?:\w+ )?(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo|\d)",
    ),
    settles=(
        r"\b(?:\d+|un|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce) votos?\b.*\b(?:a favor|en contra|contra)\b|\b(?:por )?unanimidad\b|\b(?:queda|quedan|está|se da por) (?:aprobad|rechazad|decidid|acordad|elegid)[oa]s?\b",
        r"\bhemos (?:acordado|decidido)\b|\bestá decidido\b|\bpues decidido\b|\baprobad[oa](?:s)? (?:por|con)\b",
    ),
    supposed=(
        r"\b(?:decidieron|(?<!se )decidió|acordaron|votaron)\b|\bquizás?\b",
        r"^\W*(?:(?:y|pero|bueno|pues|entonces|o),? )*(?:si|imagina\w*|supongamos|quizás?|tal vez|a lo mejor|igual|ojalá|cuando)\b",
        r"\bsi (?:lo|la|los|las|no|nos|se|hay|hubiera\w*|tuviéramos|pudiéramos|fuera|queremos|podemos|viene|el|la)\b|\b(?:habría|sería|podríamos|deberíamos|tendríamos|haríamos|cogeríamos)\b",
        rf"\b(?:el año|el mes|la semana|la última vez|la vez|el {_DAY}) pasad[oa]\b|\bayer\b|\bantes\b(?! (?:de|del)\b)|\ben (?:19|20)\d\d\b|\bsiempre\b|\bcada (?:año|vez|mes|semana)\b|\b(?:dijo|dijeron|dice|dicen|decía) que\b|\bcomo siempre\b|\bla última vez\b|\bhace (?:\w+ ){{1,2}}(?:años?|mes(?:es)?)\b",
    ),
    promises=(
        rf"(?<!si )(?<!que )\b(?:yo )?(?:puedo|podría) (?:yo )?{DEED}\w*(?!.*\?)|\btengo que {DEED}\w*|\bdebo {DEED}\w*|\b(?:quiero|pienso|intentaré|trataré de|intento) {DEED}\w*r\b",
    ),
    takes=(
        r"\bte prometo\b|\bos prometo\b|\ba mí no me (?:cuesta|importa) (?:nada )?\w+r\b|\byo (?:monto|coordino|cocino|conduzco|grabo|presento|dirijo|imprimo|limpio|coso|pinto|edito) (?:el|la|los|las|una?)\b|\bles? consigo\b|\bharé lo posible por\b",
        r"\bpuedo (?:quedarme|encargarme|ocuparme|pasarme|acercarme|\w+r) yo\b|\b(?:llevo|hago|pongo|traigo|compro|cojo|recojo|preparo|llamo|pido|hablo|reservo|escribo|mando|envío|busco|pregunto|aviso|reviso|cocino|conduzco|limpio|pinto|arreglo) yo\b|\byo (?:le|les|lo|la|los|las|os|te|se lo) (?!(?:veo|creo|digo que|dije|entiendo|agradezco|juro|recuerdo que|he)\b)\w+o\b|\b(?:os|les|le|te) (?:haremos llegar|mandaremos|enviaremos|pasaremos|llamaremos|avisaremos|mandamos|enviamos|hago llegar)\b|\bcuenten conmigo\b|\ba ver si puedo \w+r\b|\bprometido\b",
        r"\bdéj(?:a|e|ad)(?:me|nos)?l[oa]s? a mí\b|\bd[ée]j(?:a|ad|e)me(?:lo)? (?:a mí|que yo)\b|\b(?:yo )?me (?:encargo|ocupo|ofrezco|apunto|comprometo|pongo)\b|\bcuenta(?:d)? conmigo\b|\b(?:de eso|eso|de las?|del) (?:ya )?me (?:encargo|ocupo)\b|\blo tengo apuntado\b|\bcorre de mi cuenta\b|\byo mism[oa]\b",
        r"\b(?:lo|la|los|las|le|les|os|te|se lo|se la|me los?|ya|eso|esta tarde|mañana|luego|hoy) (?:lo |la |los |las |le |les |se lo )?(?:miro|llamo|pregunto|busco|mando|envío|paso|preparo|hago|digo|escribo|llevo|traigo|pido|compro|reviso|reservo|aviso|arreglo|consulto|confirmo|recojo|imprimo|subo|cuelgo|gestiono|organizo|redacto)(?: yo)?\b",
        r"\byo (?:lo |la |los |las |le |les |os |te |se lo |mism[oa] |ya )*(?:miro|llamo|pregunto|busco|mando|envío|paso|preparo|hago|escribo|llevo|traigo|pido|compro|reviso|reservo|aviso|arreglo|consulto|confirmo|recojo|imprimo|subo|cuelgo|gestiono|organizo|redacto|pongo|hablo|cojo|voy a)\b(?! (?:siempre|de que|mucho))",
        rf"\bvoy a (?:ir a |intentar )?{DEED}\w*r\w*",
    ),
    asks=(
        r"\bhazme el favor\b|\b(?:usted|tú) (?:coordina|prepara|llama|revisa|habla|se encarga|organiza|recoge)\w?\b|\bte lo dejo a ti\b|\by \w+ (?:preparan|llevan|organizan|recogen|montan|hacen|se encargan|se ocupan|compran)\b",
        rf"\bhabría que (?:ir a )?{DEED}\w*",
        r"^\W*que \w+ (?!(?:es|era|sea|viva|pasa|pena)\b)\w+[ea]n?\b(?=.*)|\b(?:te|le|os|les) importaría\b|\bquiero que (?:tú|usted|vosotros|ustedes)?,?|\b(?:le|les) pedimos a \w+ que\b|(?:^|[,;:] ?)(?:ve|id|vete|vaya) (?:\w+ndo|a \w+r)\b|^\W*(?:por favor,? )?(?!(?:verdad|edad|ciudad|salud|red|sed|usted|mitad|amistad|navidad|vid|unidad|realidad)\b)\w{3,}(?:ad|ed|id)\b (?:el|la|los|las|que|una?|vuestr)|\b(?:le|les) toca a \w+\b|(?:^|[,;:] )(?:\w+, )?tú (?!(?:eres|tienes|sabes|crees|piensas|dices|quieres|puedes|estás|has|vas)\b)\w+[ae]s (?:el|la|los|las|con|a)\b",
        r"\b(?:alguien|alguno|uno de vosotros|uno de nosotros|ustedes|vosotros|entre los dos) (?:puede|podría|debería|tiene que|debe|podéis|tenéis que|quiere) \w+|\bnecesitamos (?:a alguien|un voluntario|una voluntaria|que alguien)\b|\b(?:quién se ofrece|hace falta que)\b",
        r"\bno (?:te|se|os) olvid(?:es|e|éis|en)\b|\bacuérd(?:a|e|ense|aos|ate)\w*\b|\bacordaos\b|\brecuérd[ae](?:me|nos|le|les)\b|\brecordadme\b|\bhay que \w+r\w*|\b(?:te|os|le) toca (?:a (?:ti|vosotros|usted)|\w+r)\b|\bencárgate\b|\bencargaos\b|\basegúr(?:a|e|ense|aos)\w* de\b",
        rf"{_LEAD}(?:\w+, )?(?:por favor,? )?\w*[áéí]\w{{1,6}}(?:me|nos|l[aeo]s?|sel[ao]s?|te)\b(?! (?:que|y verás|la cara))",
        rf"{_LEAD}(?:\w+, )(?:por favor,? )?(?:tú )?(?:llama|busca|manda|envía|prepara|pregunta|reserva|revisa|avisa|pide|compra|mira|trae|haz|pon|imprime|recoge|cuelga|organiza|redacta|confirma|habla con|encárgate|ven|sube|apunta|limpia|lleva|escribe|saca)\b",
        rf"\b(?:tienes|tiene|tenéis|tienen|tenemos|debes|debemos|deberías|deberíamos|tendrías|tendríais) que {DEED}\w*|\b(?:necesito|quiero|me gustaría|quisiera) que (?:me |nos |lo |le |les )*\w+(?:es|as|éis|áis|en|an)\b|\b(?:me|nos|le|les) (?:mandas|envías|pasas|traes|preparas|haces|buscas|llamas|apuntas|mandáis|enviáis|pasáis)\b",
        r"\b(?:estaría bien|sería (?:bueno|genial)|vendría bien) que\b|\bte encargo\b|\bos encargáis\b|\bte ocupas\b|\bos ocupáis\b|\bqueda en tus manos\b",
    ),
    assigns=(
        rf"(?:va a|se va a|tiene que|debe|puede|quedó en|se ofreció a|se ha ofrecido a|irá a|se compromete a) (?:{DEED}|encargar|ocupar|ir\b)\w*|(?:se (?:ocupa|encarga|hace cargo)|llama|manda|envía|prepara|reserva|compra|trae|lleva|avisa|pide|redacta|organiza|gestiona|recoge|confirma|revisa|habla con)\b(?! (?:siempre|mucho|poco))",
    ),
    deeds=(
        r"\b(?:yo )?me (?:encargo|ocupo) de\b|\bno (?:te|se|os) olvid(?:es|e|éis|en) de\b|\brecuérd[ae]me\b|\bacuérd\w+ de\b|\balguien (?:tiene que|debería|puede|podría) \w+|\bencárgate\b|\b(?:te|os) toca\b",
        rf"\bvoy a (?:ir a )?(?!hac|pon\b|habl){DEED}\w*r\w*|\btengo que (?!hac|habl|pon){DEED}\w*|\byo (?:puedo) {DEED}\w*r\w*",
        rf"{_LEAD}(?:\w+, )?\w*[áéí]\w{{1,6}}(?:sel[ao]s?|me|nos|l[ae]s?)\b",
    ),
    leaves_open=(
        r"\bno (?:le|les|te|os) puedo (?:contestar|responder|decir|asegurar)\b|\bse aplaza hasta que\b|\bnadie sabe (?:por qué|de dónde|todavía|aún)\b|\b(?:dejemos|dejamos|queda) (?:aparcad|para (?:otr|más))\w*\b|\bhabrá que retomarlo\b",
        r"\bno (?:la |lo |las |los )?(?:podemos|puedo|vamos a poder) (?:contestar|responder|decidir|resolver|asegurar|confirmar)\b|\bse (?:aplaza|pospone|deja) (?:el|la|los|las) (?:debate|decisión|discusión|punto|tema|votación|cuestión)\b|\bno hemos (?:averiguado|encontrado|conseguido|logrado|podido)\b|\bhabrá que ver\b|\bincógnita\b|\bno (?:tenemos|hay) (?:nada )?claro\b|\bquién sabe\b|\ba saber (?:si|cuándo|quién|cómo)\b|\bno consta\b",
        r"\b(?:lo |la |los |las |eso |este \w+ |ese \w+ )?(?:dejamos|deja|queda|quedamos|sigue|siguen|quedan) (?:\w+ )?(?:pendientes?|en el aire|abiert[oa]s?|sin (?:resolver|decidir|cerrar)|por (?:ver|decidir|aclarar|cerrar|definir|confirmar))\b|\bestá (?:todavía |aún )?(?:por ver|en el aire|pendiente|por decidir|sin decidir)\b",
        r"\bnadie (?:me |nos )?(?:supo|sabe|pudo|ha sabido|sabía) (?:decir|explicar|quién|cuándo|si|cómo|cuánto|qué|dónde)|\b(?:seguimos|sigo) sin (?:saber|noticias|respuesta|tener)\b|\bno (?:tenemos|hay|tengo) (?:todavía |aún )?(?:respuesta|decisión|acuerdo|noticias|solución|ni idea de)\b",
        r"\bno (?:nos )?(?:hemos puesto|pusimos|ponemos|conseguimos|logramos|llegamos|hemos llegado) (?:todavía |aún )?(?:de acuerdo|ponernos|a (?:un|ningún) acuerdo|decidir|a nada)\b|\bno (?:decidimos|hemos decidido|vamos a decidir|podemos decidir|está (?:todavía |aún )?(?:claro|decidido|cerrado|resuelto))\b|\bno se (?:decide|ha decidido)\b",
        r"\b(?:ya )?(?:lo|la) (?:hablamos|hablaremos|vemos|veremos|retomamos|retomaremos|decidimos|decidiremos|discutimos|miramos) (?:en|la|otro|el|más|cuando|con|después)\b|\blo (?:dejamos|aparcamos|posponemos) (?:para (?:otro|la|más)|de momento|por ahora)\b|\baparcamos\b|\bhabrá que (?:verlo|decidirlo|hablarlo|preguntarlo)\b",
        r"\b(?:estamos|estoy|seguimos) (?:a la espera|esperando) (?:de |a |el |la |que |los |las )|\bfalta (?:saber|que nos|decidir|confirmar|por)\b|\bla (?:duda|pregunta|cuestión) (?:es|sigue|queda)\b|\bno sé (?:quién|cuándo|si (?:el|la|los|las|se|hay|nos)|cuánto|dónde)\b",
    ),
    nobody_knows=(
        r"^\W*(?:pues |uf,? |ni |la verdad,? )*(?:no (?:lo )?sé|ni idea|a saber|no tengo ni idea|buena pregunta|quién sabe|eso no lo sé)(?:\W*$|, |\. )",
        r"^\W*no (?:lo )?(?:han|ha|me han|nos han) (?:dicho|contestado|respondido)\b",
    ),
    idle=(
        r"^\W*(?:normalmente|habitualmente|a veces|por lo general|de costumbre)\b|\b(?:os|te|les|le) cuento (?:una|un|que|lo|cómo)\b|\bque conste\b",
        r"^\W*(?:y |pero )?(?:hay|habría|tenemos|tendríamos|debemos) que (?!.*,).*\?\W*$|¿[^?,]* (?:habría|hay|tendríamos) que [^?,]*\?\W*$|\bvoy a (?:añadir|hacer) (?:sólo |solo )?(?:un|una|unas?|dos) (?:\w+ )?(?:cosa|comentario|apunte|observación|pregunta|resumen)s?\b",
        r"\bno (?:os|te|le|les) voy a (?:engañar|mentir)\b|\bte voy a decir\b|\bsi te soy sinceros?\b",
        r"\b(?:tengo|hay|habría|tienes|tenéis) que (?:decir|reconocer|admitir|ver (?:cómo|qué|lo que)|entender|pensar|ser|estar|tener|vivir|irme|comprender|aguantar|reír)\b|\bvoy a (?:ser|estar|decir|hablar (?:claro|de)|empezar|contar|explicar|poner un ejemplo|intentar ser|terminar)\b|\bvamos a (?:ver|empezar|seguir|pasar|escuchar|dejarlo)\b",
        r"\bya veremos\b|\bdéjame (?:terminar|acabar|hablar|decir|pensar|explicar)\b|\bseguimos con (?:el punto|el orden|lo siguiente|la siguiente)\b|\b(?:imagín|fíj|figúr)(?:a|e|ate|ese|aos|ense)\w*\b|\ble(?:s)? doy la palabra\b|\b(?:vamos|pasamos) (?:al|a la) (?:siguiente|punto)\b|\bperdón(?:a|e|ame|adme)\b|\bperdóname\b|\bdígame\b|\bcréeme\b|\b(?:óyeme|mírale|escúchame)\b",
        r"\b(?:yo )?(?:siempre|nunca|normalmente|casi siempre) (?:\w+ )?\w+o\b|\bno (?:puedo|podemos) (?:más|creer|quejar)\w*|\b(?:hacemos|tomamos|paramos) (?:un|una) (?:descanso|pausa|parada)\b|\bte (?:oigo|entiendo|escucho|digo una cosa|lo juro|lo prometo que no)\b|\b(?:lo|la|le|les) (?:dijo|dijeron|hizo|mandó|llamó)\b|\bme (?:parece|gusta|alegro|acuerdo|temo|pregunto)\b",
        r"\búltim[oa]s?\b(?<=\búltimo)(?=\W*$)|\b(?:así|de eso) (?:hacemos|seguimos) siempre\b",
    ),
    terms=(
        r"\b(?:para|antes de|a) (?:fin(?:al|ales)? de (?:mes|semana|año)|final de)\b|\b(?:en cuanto|ahora mismo|enseguida|este fin de semana|esta misma (?:tarde|noche|semana)|a primera hora|cuanto antes|de aquí a|en (?:dos|tres|quince|ocho|unos) días)\b",
    ),
    states=(
        r"(?:me|nos|le|les|se|lo|la) (?:\w+(?:ó|aron|ieron|ía|aba|ijo)|ha|han|había)\b|(?:\w{2,}(?:ó|aba|aban|ía|ían|aron|ieron)|ya|siempre|nunca|fue|hizo|puso|vino|tuvo|quiso|trajo|quiere|sabe|vive|tiene|cree|piensa|suele)\b",
    ),
    polls=(
        r"^\W*(?:(?:vale|bueno|pues|y|entonces),? )*(?:(?:votos )?a favor|en contra|(?:quién|quiénes) (?:está|vota|están|votan) (?:a favor|en contra)|(?:alguien|algún voto) en contra|abstenciones|alguna (?:objeción|abstención)|(?:estamos )?(?:todos )?de acuerdo|os parece(?: bien)?|les parece(?: bien)?|alguien se opone)\b",
    ),
    moves_on=(
        r"^\W*(?:(?:vale|bueno|pues|y|entonces|bien),? )*(?:(?:primer|segundo|tercer|cuarto|último|siguiente|próximo) (?:punto|tema|asunto)|punto \w+|pasamos al?|vamos (?:con|al) (?:el )?(?:siguiente|punto|tema)|por último|segundo:|tercero:)\b",
    ),
    votes=(
        r"^\W*(?:(?:pues|entonces|queda),? )*(?:aprobad|rechazad)[oa](?: por .{1,40}| con .{1,40})?\W*$|^\W*por unanimidad\W*$",
    ),
    declines=(
        r"^\W*(?:(?:ah|sí|no),? )*(?:lo|la|los|las) \w+é (?:ayer|esta mañana|la semana pasada)\b",
        r"^\W*(?:(?:lo siento|no|ay|uf|perdona)[,.]? )*(?:yo )?(?:estoy|estaré) (?:en |de |fuera|mal[oa]|enferm[oa]|ocupad[oa])|^\W*(?:eso )?es (?:el )?trabajo de \w+",
    ),
)
