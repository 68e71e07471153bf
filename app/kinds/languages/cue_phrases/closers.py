"""Words at the end of a sentence after which nobody shall talk about it any more: what stands before them is settled."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

CLOSERS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        closes=(r"^\W*(?:(?:yes|yeah|that|it|okay),? )*(?:works|suits|is fine with|fine with) (?:for )?me\b",),
        settles=(
            r"[,.\u2014-] ?(?:and )?(?:that['\u2019]s that|that['\u2019]s final|full stop|end of (?:story|discussion|debate)|case closed|done deal|no more (?:discussion|debate))"
            r"(?: now| then)?(?=\W*$|,)",
            r"\bwe(?:['\u2019]re| are) (?:finally )?done (?:discussing|debating|arguing about|talking about) (?:it|this|that|the )",
            r"^\W*(?:(?:okay|right|fine|so|then|well|and),? )*(?:the )?(?!what|how|who|where|when|why|if|that|this|as|i|think|like)[\w-]+(?: [\w-]+){0,3} it is"
            r"(?:,? then)?(?: for (?:the |our )?\w+(?: \w+)?)?\W*$",
        ),
    ),
    "fr": CuePhrases(
        closes=(r"^\W*(?:(?:oui|ok),? )*(?:ça me (?:va|convient)|ça marche|pour moi c['\u2019]est bon)\b",),
        settles=(
            r"[,.\u2014-] ?(?:et )?(?:point(?: final| barre)?|terminé|c['\u2019]est (?:tranché|plié|entendu)|fin de (?:l['\u2019]histoire|la discussion|la partie)|"
            r"on n['\u2019]en parle plus|on n['\u2019]y revient plus)(?=\W*$|,)",
            r"\bon en a (?:enfin )?fini avec (?:ce|cette|la|le) (?:débat|discussion|question|histoire)\b",
        ),
    ),
    "de": CuePhrases(
        closes=(r"^\W*(?:(?:ja|gut|okay),? )*(?:(?:das |mir )?passt(?: mir)?|mir recht|von mir aus)\b",),
        settles=(
            r"[,.\u2014-] ?(?:und )?(?:punkt|basta|aus|schluss|ende der (?:diskussion|debatte|durchsage)|(?:und )?damit (?:schluss|ist das erledigt|hat sich das)|"
            r"da gibt es nichts mehr zu reden)(?=\W*$|,)",
            r"\bmit (?:dem|der|den|diesem|dieser) [\w ]{2,30} sind wir (?:jetzt |nun |also )?durch\b",
        ),
    ),
    "es": CuePhrases(
        closes=(r"^\W*(?:(?:sí|vale),? )*(?:(?:a mí )?me (?:va|viene|parece) bien|por mí (?:bien|vale|perfecto))\b",),
        settles=(
            r"(?:[,.\u2014-] ?(?:y )?| y )(?:punto(?: final| pelota)?|se acabó|no se hable más|no hay más que hablar|asunto (?:zanjado|cerrado))(?=\W*$|,)",
        ),
    ),
    "fa": CuePhrases(),
}
