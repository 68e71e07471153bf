"""What is settled without a word such as "decide": a verdict, a rule that begins, a thing that is given up, or one that stays."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_COUNT = r"(?:\d+|none|nil|no one|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|everyone|everybody|all)"
_ZAHL = r"(?:\d+|keiner?|ein[es]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|alle)"
_NOMBRE = r"(?:\d+|aucune?|personne|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze)"
_NUMERO = r"(?:\d+|ningun[oa]|nadie|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WHEN = rf"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening)|(?:on )?(?:the )?\w+day|on the \d|in {_MONTH})"
_TAG = r"(?:monday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
_JOUR = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_DIA = r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
_Z = "[\u200c ]?"
_THEN = r"^\W*(?:(?:okay|ok|right|fine|good|well|so|then|all ?right|and|yeah),? )+"
_ALSO = r"^\W*(?:(?:gut|okay|ok|also|na gut|schön|ja|dann|so|und),? )+"
_DONC = r"^\W*(?:(?:bon|ok|okay|d['\u2019]accord|alors|donc|allez|très bien|parfait|bien|oui),? )+"
_PUES = r"^\W*(?:(?:vale|bueno|pues|entonces|venga|bien|perfecto|de acuerdo|así que|o sea que|sí),? )+"

VERDICTS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        decides=(
            # a thing stays, moves, or begins at a time
            r"\b(?:the|our|that|this) [\w ]{2,25} stays? on (?:the )?\w+day\b",
            rf"{_THEN}(?:the |our |that |this )[\w ]{{2,25}} stays? (?:on|in|at|where|as|with|put)\b",
            r"\b(?:is|are|has been|have been) (?:now )?(?:moved|pushed|put|brought|postponed) (?:back |forward |off )?(?:to|until|till) \w",
            rf"\b(?:goes?|can go|is going) home (?:from hospital )?{_WHEN}|\b(?:is|are|being) (?:being )?discharged {_WHEN}",
            rf"\b(?:starts?|begins?|opens?) (?:in|on) (?:the )?\w+,? (?:and )?not (?:before|earlier)\b|\bstays? in (?:until|till) {_WHEN}",
            r"\bwe(?:['\u2019]re| are) keeping (?:him|her|them|it)\b",
            # what it costs from a day on
            r"\b(?:goes?|go) (?:up|down) (?:to|by) [\w. %£$€]{1,20} (?:from|as of|in)\b",
            r"\bwe(?:['\u2019]re| are|['\u2019]ll| will)? (?:capping|limiting|cap|limit) (?:it|them|that|this|the \w+) (?:at|to)\b",
            # somebody says what is done, whatever it costs
            rf"{_THEN}we(?:['\u2019]ll| will) (?:ship|publish|run|send|sell|hold|switch|wait|share|split|skip)\b",
            r"\bwe (?:drop|skip|scrap|cap|ban|reject|approve|abandon|turn down) (?!it off|by|out|in\b)\w",
            r"\bwe (?:won['\u2019]t|will not|are not going to|aren['\u2019]t going to) (?:buy|sell|rent|hire|renew|pay|publish|ship|print|send|support) ",
            r"\b(?:council|board|committee|association) (?:objects?|is opposed|opposes) (?:to)?\b",
            # the last word of who has heard enough
            r"^\W*(?:so |okay,? )?then it['\u2019]s (?!not\b|a\b|an\b|just\b|only\b|like\b|too\b|very\b|really\b|going\b|your\b|my\b)[\w ]{3,20}[.!]*$",
            rf"{_THEN}(?:is it |it['\u2019]s |that['\u2019]s )?(?:accepted|approved|agreed|decided|settled)\b",
        ),
        settles=(
            r"\b(?:the )?(?:motion|amendment|proposal) (?:falls|is lost|fails)\b|^\W*resolved\b(?=,|:| that)|\bit was resolved\b",
            r"\bthe answer (?:to [\w' ]{2,30} )?is (?:no|yes|a no|a yes)\b",
            r"\bthat['\u2019]s a (?:yes|no)(?: from| then|,| all| for|\W*$)|^\W*(?:so |then |okay,? )*(?:it['\u2019]s|that['\u2019]s) (?:accepted|adopted|carried)\W*$",
            r"(?<![\w'\u2019])[\w'\u2019]+ (?:design|proposal|offer|bid|quote|name|draft|version|plan|idea|option|logo|tender) wins\b|\boption \w wins\b",
            r"\b(?:the )?majority (?:wants?|prefers?|says?)\b",
            r"\bwe(?:['\u2019]ll| will)? (?!have\b|had\b|are\b|were\b|would\b|can\b|could\b)\w+ [^?]{2,50} even (?:though|if) (?:it|that|this)\b",
            rf"\b{_COUNT} (?:people |votes |hands )?(?:in favou?r|for)\b[^?]{{0,20}}\b{_COUNT} (?:against|opposed)\b",
        ),
    ),
    "fr": CuePhrases(
        decides=(
            r"\bon (?:livre|publie|diffuse|sort|imprime|distribue|vend|abandonne|arrête|essaie|essaye) [^?]{0,50}\bsans\b",
            rf"{_DONC}on (?:livre|publie|sort|imprime|essaie|essaye|attend|partage|teste|saute) ",
            r"\bon (?:a |l['\u2019]a )?(?:renoncé|écarté|abandonné)\b|\bon renonce\b|\bon laisse tomber\b",
            rf"\b(?:sort|sortira|rentre chez (?:lui|elle)|part en rééducation) (?:demain|ce (?:matin|soir)|cet après-midi|{_JOUR})\b",
            r"\bpasse(?:nt)? (?:à|de) [\w ,]{1,25}(?:au (?:premier|1er|\d)|en (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|"
            r"octobre|novembre|décembre)|à (?:partir|compter))",
            r"\b(?:commence|démarre|ouvre|débute)(?:nt)? (?:en|le|au) [\w ]{2,15},? (?:et )?pas avant\b",
            r"\b(?:conseil|bureau|comité|assemblée|commune|association)\b[\w ]{0,20} s['\u2019]oppose\b",
            rf"{_DONC}on (?!n['\u2019](?:est|a|y)\b)(?:ne |n['\u2019])?\w+ (?:pas|plus) (?!d['\u2019]accord\b|sûr|encore|le choix|bien|assez|vraiment|trop|grand|beaucoup|mal)"
            r"(?:(?!\bsi\b|\bquand\b|\bparce\b)[^?])*$",
            rf"{_DONC}(?:je prends?|prends) (?:celui|celle|ceux|le|la|les)\b(?! (?:ticket|main|relais|train|bus|temps|parole|notes?|minutes?))",
            rf"{_DONC}c['\u2019]est (?:accepté|approuvé|d['\u2019]accord pour|bon pour)\b",
        ),
        settles=(
            r"\bon (?!aurait|avait|a\b|est\b|peut|pourrait|voudrait|serait|était)\w+ [^?]{2,50},? même si (?:c['\u2019]est|ça|cela)\b",
            r"\b(?:commence|démarre|ouvre|débute)(?:nt)? (?:en|le|au) [\w ]{2,15},? (?:et )?pas avant\b",
            r"\bil est (?:décidé|convenu|arrêté|acté) (?:de|d['\u2019]|que)\b|\bla réponse\b[\w ,'\u2019]{0,30}\bc['\u2019]est (?:non|oui)\b",
            rf"\b(?:{_NOMBRE} )?(?:voix )?pour[,.:;]? [\w ,]{{0,15}}\b{_NOMBRE} (?:voix )?contre\b|\bla majorité (?:préfère|veut|choisit)\b",
            r"\btout le monde est (?:pour|d['\u2019]accord)\b|\bc['\u2019]est (?:un )?(?:oui|non) (?:pour|de) tou[ts]\b|\bc['\u2019]est accepté\b|^\W*(?:donc |alors )?c['\u2019]est (?:un )?non(?:,? alors| donc)?\W*$",
            r"\bc['\u2019]est (?:le|la) [\w' \u2019]{2,30} (?:qui (?:gagne|l['\u2019]emporte)|qui est retenue?)\b|\badjugé\b",
            r"\b(?:désormais|dorénavant|à l['\u2019]avenir),? (?:on|c['\u2019]est|plus|tout|chacun)\b",
        ),
    ),
    "de": CuePhrases(
        decides=(
            rf"{_ALSO}(?:der|die|das|unser\w*) [\w ]{{2,25}} bleibt (?:am|im|in|bei|auf|um|so|wo|beim) \w",
            rf"\bbleiben wir (?:noch |erst ?mal |weiter )*(?:in|im|bei|beim|auf|am) |{_ALSO}(?:bleibt|bleiben) (?:er|sie|es|der|die|das|wir) (?:bis|am|in|bei)\b",
            r"\b(?:wird|werden|ist|sind) [\w ]{0,25}\bauf [\w. ]{2,20} (?:verschoben|verlegt|vorgezogen)\b",
            rf"\b(?:geht|darf|kann) (?:\w+ ){{0,2}}nach hause\b|\bwird (?:heute|morgen|am {_TAG}) entlassen\b",
            r"\b(?:schaffen|sparen|streichen|stellen) wir (?:\w+ ){0,3}(?:ab|uns|ein)(?=\W*$|,)|\bfliegt (?:\w+ ){0,5}(?:raus|rein)\b",
            r"\b(?:verlängern|kaufen|mieten|bezahlen|zahlen|liefern|betonieren|machen|nehmen|verkaufen|drucken|bestellen|veröffentlichen|bauen|"
            r"unterstützen|behalten|streichen) wir (?:\w+ ){0,4}(?:nicht|nicht mehr|keine?n?)(?=\W*$|, )",
            rf"{_ALSO}wir (?:liefern|veröffentlichen|probieren|versuchen|teilen|warten|verkaufen|drucken|geben|schicken|gehen) (?!ja\b)",
            r"\b(?:sinkt|steigt|erhöht sich|fällt) ab [\w. ]{2,20} auf\b|\b(?:sinkt|steigt) auf [\w. ]{1,15} ab\b",
            r"\bwir (?:liefern|veröffentlichen|verkaufen|drucken|bauen|starten) [^?]{0,50}\bohne\b|\b(?:der|die|das|unser\w*) [\w ]{2,25} bleibt am \w+tag\b|\bwir machen bei [\w ]{2,20} schluss\b",
            rf"{_ALSO}(?:gibt es|gibt['\u2019]s) ab \w|{_ALSO}(?:ist|wird) (?:es|das) (?:angenommen|akzeptiert|beschlossen)\b",
            r"\b(?:bis|solange)\b[^,.?]{0,20} (?:betonieren|machen|bauen|kaufen|zahlen|liefern|ändern) wir [^?]{0,30}\bnicht\b",
        ),
        settles=(
            r"\bwir (?!(?:haben|hatten|sind|waren|können|müssen|wissen|reden)\b)\w+en [^?]{2,50}, (?:auch|selbst) wenn (?:es|das|sie|er)\b",
            r"\b(?:fängt|beginnt|startet|öffnet) [^?]{2,30}\bund nicht (?:früher|vorher)\b",
            r"^\W*(?:also |damit |gut,? )*(?:angenommen|abgelehnt|beschlossen),? (?:mit )?\w+ (?:zu|gegen) \w+\W*$|\bdamit (?:ist (?:es |das |der \w+ )?)?(?:angenommen|abgelehnt)\b",
            r"\b(?:und |also )?damit (?:einstimmig |mehrheitlich )?(?:angenommen|abgelehnt|beschlossen)\W*$",
            r"\bantwort (?:an [\w ]{2,25} )?(?:ist|lautet) (?:\w+ )?(?:nein|ja)\b|\bdas ist (?:also |dann )?ein (?:klares )?(?:ja|nein)\b",
            r"\b(?:die )?mehrheit (?:will|möchte|bevorzugt)\b|\balle (?:sind )?dafür\b(?!\?)",
            r"\b\w+ (?:entwurf|vorschlag|angebot|plan|logo|name|idee|konzept) (?:hat )?(?:gewonnen|gewinnt)\b",
            r"\b(?:in zukunft|künftig|von nun an|ab jetzt|ab sofort) (?:\w+en|\w+t|wir|immer|nur|gilt)\b",
            rf"\b{_ZAHL} (?:stimmen )?dafür,? (?:und )?{_ZAHL} (?:stimmen )?dagegen\b",
        ),
    ),
    "es": CuePhrases(
        decides=(
            rf"{_PUES}(?:el|la|los|las) [\w ]{{2,25}} se queda(?:n)? (?:el|en|como|donde|para)\b",
            r"\bse (?:pasa|mueve|traslada|adelanta|retrasa)(?:n)? (?:al|a la|para el|hasta el) \w|\bseguimos en (?:el|la) [\w ]{2,30}\b(?=\W*$)",
            r"\bse (?:va|van) a casa (?:hoy|mañana|esta|el)\b|\b(?:recibe|tiene) el alta (?:hoy|mañana|esta|el)\b",
            r"\bnada de \w+ (?:en|a|durante|antes|después)\b|\bde (?:ahora|aquí) en adelante\b",
            r"\b(?:nos (?:la|lo|las|los) saltamos|(?:lo|la|los|las) limitamos a|(?:lo|la) descartamos)\b",
            r"\bhemos (?:descartado|renunciado)\b|\b(?:ayuntamiento|pleno|consejo|junta|asociación) se opone\b",
            r"\b(?:baja|sube)(?:n)? (?:al?|hasta) [\w% ]{1,25} (?:desde|a partir de|en)\b",
            r"\bno (?:lo|la|los|las|le|les)?,? ?(?:pagamos|compramos|renovamos|vendemos|firmamos|publicamos|vamos a (?:pagar|comprar|renovar|vender|firmar|alquilar))\b(?!.{0,80}\bsi\b)",
            rf"{_PUES}se (?:pone|hace|compra|paga|quita|cambia|deja|envía|contrata|arregla|vende|cierra|abre)(?:n)?\b",
            r"\ba partir de (?:ahora|hoy|mañana|este|la semana|\w+),? (?:solo|sólo|nada|siempre|nunca)\b|\bgana (?:el|la) (?:diseño|propuesta|oferta|opción|idea|plan|nombre|presupuesto)\b",
        ),
        settles=(
            r"\b(?:empieza|comienza|abre)(?:n)? (?:en|el) [\w ]{2,20},? (?:y )?no antes\b(?! de)",
            r"\b(?!\w*(?:íamos|bamos|mos)\b)\w{3,}[aei]mos [^?]{2,40},? aunque (?:salga|sea|cueste|tarde)\b|\bpublicamos [^?]{2,40} aunque\b",
            r"^\W*(?:pues |entonces |queda )?(?:aprobad|rechazad)[oa],? \w+ (?:a|contra|votos a) \w+|\bqueda (?:aprobad|rechazad)[oa]\b|^\W*(?:pues |entonces )?(?:está|queda) (?:aceptad|aprobad)[oa]\W*$",
            r"^\W*(?:(?:venga|vale|bueno|pues),? )*(?:cerrado|decidido|hecho)[:,]",
            r"\bla respuesta (?:al? [\w ]{2,25} )?es (?:que )?(?:no|sí)\b|\b(?:es|eso es) un (?:sí|no)\b(?: de| entonces|\W*$)",
            rf"\b{_NUMERO} (?:votos )?a favor,? (?:y )?{_NUMERO} (?:votos )?en contra\b|\bla mayoría (?:quiere|prefiere)\b|\btodos (?:están )?a favor\b(?!\?)",
            r"\bde ahora en adelante\b",
        ),
    ),
    "fa": CuePhrases(
        decides=(
            rf"(?:همون|همان|همین) .{{0,30}}می{_Z}(?:مونه|ماند|مونیم|مانیم)|(?:هم|باز) .{{0,10}}(?:همون|همان) .{{2,25}}می{_Z}(?:مونیم|مانیم)",
            rf"مرخص می{_Z}(?:شه|شود)|(?:عقب )?افتاد .{{0,8}}(?:شنبه|جمعه|هفته|ماه)|منتقل شد به",
            r"(?:دیگه|دیگر) .{0,40}(?:ممنوعه|ممنوع است|نداریم)|منصرف شدیم|ممنوع شد",
            rf"(?:نگه|کنار|حذف) (?:می{_Z}(?:داریم|ذاریم|گذاریم))|(?:رو|را) می{_Z}(?:ذاریم|گذاریم) \w",
            rf"(?:شروع|آغاز) می{_Z}(?:کنه|کند|شه|شود)[،,] نه (?:زودتر|قبل)",
            rf"از (?:اول|آخر|ابتدای) .{{2,15}} می{_Z}(?:شه|شود) ",
            rf"(?:دیگه|دیگر) .{{0,40}}ن(?:می){_Z}(?:کنیم|خریم|گیریم|دیم|دهیم|فروشیم|ریم|رویم)|ن(?:می){_Z}(?:خریم|فروشیم|بندیم)",
            rf"(?:^|[،,.؛] ?)(?:خب|پس|باشه)[،,]? .{{2,60}}می{_Z}(?:بندیم|خریم|گیریم|کنیم|ذاریم|گذاریم|دیم|دهیم|مونیم)",
        ),
        settles=(
            rf"می{_Z}\w{{1,6}}یم[،,]? حتی (?:اگه|اگر)",
            r"از این به بعد|هماهنگ شده|(?:جواب|پاسخ)(?: ما)? .{0,25}(?:منفیه|منفی است|مثبته|مثبت است|نه است|بله است)",
            r"تصمیم گرفته شد|(?:پس |دیگه )?قبوله\W*$|(?:پس )?قبول شد",
        ),
    ),
}
