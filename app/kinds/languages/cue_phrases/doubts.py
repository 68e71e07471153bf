"""How people say that nobody knows a thing, and that it stays so, in the words of talk."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_SOUNDS = {  # what an answer begins with that says nothing
    "en": r"^\W*(?:(?:hm+|well|uh|um|ah|oh|yeah|look|god|phew|right|no|honestly|frankly|to be honest)\W+)*",
    "fr": r"^\W*(?:(?:hm+|euh|ah|oh|ben|bah|bon|alors|non|franchement|honnêtement|là)\W+)*",
    "de": r"^\W*(?:(?:hm+|äh|ach|tja|puh|na|naja|nee|also|ehrlich gesagt)\W+)*",
    "es": r"^\W*(?:(?:hm+|eh|ay|uf|pues|bueno|no|la verdad|sinceramente)\W+)*",
}
_ASKED = r"(?:if|whether|who|whose|what|when|where|which|how|why)\b"

DOUBTS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        leaves_open=(
            rf"\b(?:I['\u2019]m|I am|we['\u2019]re|we are) (?:honestly |really )*still (?:honestly |really )*(?:not (?:at all |entirely |quite |really )*"
            rf"(?:sure|certain)|unsure|uncertain|in the dark)(?: about)? {_ASKED}",
            rf"\b(?:I|we) (?:honestly |really |still )*(?:haven['\u2019]t (?:got )?(?:a|the (?:faintest|foggiest))|have no|don['\u2019]t have (?:a|any)) "
            rf"(?:clue|idea|answer)(?: about| to| as to)? {_ASKED}",
            r"\b(?:none|not any) the wiser\b|\b(?:I|we) (?:don['\u2019]t|do not) know (?:that|if|whether) we['\u2019]re (?:even )?(?:allowed|able|supposed)\b",
            r"\bwe (?:won['\u2019]t|can['\u2019]t|cannot|are not going to|aren['\u2019]t going to|['\u2019]re not going to) (?:guess|solve|fix|sort|settle|answer|resolve) "
            r"(?:it|that|this)(?: out)? (?:here|today|tonight|now)\b",
        ),
        nobody_knows=(
            rf"{_SOUNDS['en']}(?:I|we) (?:honestly |really |just |still )*(?:couldn['\u2019]t|can['\u2019]t) (?:honestly |really )?(?:tell you|say)\b",
            rf"{_SOUNDS['en']}(?:I|we) (?:honestly |really |just |still )*(?:(?:don['\u2019]t|do not) have|haven['\u2019]t(?: got)?|['\u2019]ve got no|have no) (?:an? |any |the |no )?"
            r"(?:good |real |proper )?(?:answer|idea|clue)s?\b",
            rf"{_SOUNDS['en']}(?:who knows|god knows|goodness knows|heaven knows|beats me|search me|don['\u2019]t ask me|(?:I['\u2019]m )?none the wiser)\b",
        ),
    ),
    "fr": CuePhrases(
        leaves_open=(
            r"\bon (?:n['\u2019])?arrive (?:toujours |encore )*pas à (?:expliquer|savoir|comprendre|dire|trancher)\b",
            r"\b(?:j['\u2019]ai|je n['\u2019]ai|on (?:n['\u2019])?a|nous n['\u2019]avons) (?:toujours |encore )*pas (?:de |la |trouvé la |trouvé de )réponse\b",
            r"\bce qu['\u2019]on (?:ne )?sait pas\b|\b(?:je|on|nous) (?:le |la )?laiss(?:e|ons) (?:ça |cela |la question |le point )?(?:ouvert|en suspens|en l['\u2019]air)e?\b",
        ),
        nobody_knows=(
            rf"{_SOUNDS['fr']}(?:moi )?(?:j['\u2019]ai|je n['\u2019]ai|on (?:n['\u2019])?a) (?:toujours |encore |vraiment )*pas (?:de |la )(?:(?:bonne|vraie) )?réponse\b",
            rf"{_SOUNDS['fr']}(?:pas la moindre idée|va savoir|allez savoir|qui sait|(?:je |j['\u2019]|on )?(?:ne )?saurai[ts]? pas (?:vous |te )?(?:le )?dire|(?:on|nous) (?:ne )?sa(?:it|vons) pas)\b",
        ),
    ),
    "de": CuePhrases(
        leaves_open=(
            r"\bwas wir (?:\w+ )?nicht wissen\b|\b(?:das|die frage) (?:lassen wir|lasse ich|haben wir|bleibt) (?:jetzt |mal |erst ?mal |so )*(?:so stehen|offen|im raum)\b",
            r"\b(?:wir|ich) (?:habe?n? )(?:\w+ ){0,2}?keine (?:antwort|ahnung|idee),? (?:wer|wem|wen|was|wann|wo|welche\w*|ob|wie|warum)\b",
        ),
        nobody_knows=(
            rf"{_SOUNDS['de']}(?:keine ahnung|da bin ich (?:\w+ )?überfragt|weiß der (?:himmel|kuckuck|geier|teufel)|wer weiß|(?:da )?(?:habe?|hab) ich (?:\w+ )?keine (?:antwort|ahnung)|"
            r"frag mich (?:\w+ )?nicht)\b",
        ),
    ),
    "es": CuePhrases(
        leaves_open=(
            r"\blo que no sabemos\b|\b(?:lo|la) (?:dejo|dejamos) en el aire\b|\bqueda en el aire\b",
            r"\bno (?:lo|la) vamos a (?:resolver|decidir|arreglar|solucionar|saber) (?:hoy|aquí|ahora)\b",
        ),
        nobody_knows=(
            rf"{_SOUNDS['es']}(?:ni idea|vete a saber|a saber|no sabría deci\w+|no tengo (?:ni idea|respuesta)|quién sabe)\b",
        ),
    ),
    "fa": CuePhrases(),
}
