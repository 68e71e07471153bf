"""How people agree to a thing that was put to them: a call for objections and what closes it, yes and no, an offer, a tag."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_Z = "[\u200c ]?"

ASSENT: dict[str, CuePhrases] = {
    "en": CuePhrases(
        objections=(
            r"^\W*(?:(?:okay|so|and|right|well),? )*(?:(?:are there )?(?:any|no)(?: other)? objections?|any(?:one|body)(?: else)? (?:against|opposed|mind|object)|"
            r"does any(?:one|body) (?:object|mind)|(?:is )?every(?:one|body) (?:okay|ok|happy|fine|all right)(?: with (?:that|it|this))?|all (?:agreed|happy)|"
            r"(?:does )?any(?:one|body) (?:have|got) (?:a problem|an objection|anything against))\b",
        ),
        closes=(
            r"^\W*(?:(?:no|none|nobody)\W+)?(?:good|fine|okay|ok|great|right|lovely|perfect|excellent|then (?:it|that)['\u2019]s|that['\u2019]s (?:settled|agreed|that))\b",
        ),
        refuses=(r"^\W*(?:no|nope|none|not from me|nothing)\b",),
        offers=(
            r"^\W*(?:(?:and|so|okay|well),? )*(?:shall|should) I \w+|\b(?:do you want|would you like) me to \w+|\bwant me to \w+",
        ),
        tags=(r",? (?:right|yeah|yes|no|then|are we|is it|do we|will we)(?= ?\?)",),
        final_tags=(r", (?:okay|ok|agreed|all right)(?= ?\?)",),
    ),
    "fr": CuePhrases(
        objections=(
            r"^\W*(?:(?:bon|alors|donc|et),? )*(?:(?:pas|des|aucune|une) ?(?:d['\u2019])?(?:autres? )?objections?|quelqu['\u2019]un (?:est |s['\u2019])?(?:contre|oppose|y voit)|personne (?:n['\u2019]est |n['\u2019]y est )?(?:contre|opposé)|"
            r"personne ne s['\u2019](?:y )?oppose|(?:ça|cela) (?:vous |te )?(?:va|convient)(?: à tous| à tout le monde)?|tout le monde est (?:ok|d['\u2019]accord)|on est tous d['\u2019]accord)\b",
        ),
        closes=(
            r"^\W*(?:(?:non|personne)\W+)?(?:bien|bon|parfait|très bien|d['\u2019]accord|ok|entendu|super|voilà|c'est entendu)\b",
        ),
        refuses=(r"^\W*(?:non|aucune?|pas de mon côté|pas d['\u2019]objection|rien)\b",),
        offers=(
            r"\b(?:tu veux|vous voulez|voulez-vous|veux-tu) que (?:je |j['\u2019])\w+|^\W*(?:et |alors )?je (?:m['\u2019]en (?:occupe|charge)|le fais|l['\u2019]appelle|leur \w+|lui \w+)(?= ?\?)",
        ),
        tags=(r",? (?:non|hein|alors|donc|c['\u2019]est ça)(?= ?\?)",),
        final_tags=(r", (?:ok|okay|d['\u2019]accord|on est d['\u2019]accord)(?= ?\?)",),
    ),
    "de": CuePhrases(
        objections=(
            r"^\W*(?:(?:gut|also|und|okay),? )*(?:(?:gibt es |gibt's |keine |irgendwelche )?(?:einwände|gegenstimmen|widerspruch)|(?:hat|ist) (?:jemand|wer|irgendwer) (?:was |etwas )?(?:dagegen|anderer meinung)|"
            r"niemand dagegen|keiner dagegen|spricht (?:was|etwas) dagegen|(?:sind )?alle einverstanden|(?:ist das |passt das |geht das )(?:für )?(?:alle|euch) ?(?:ok|okay|in ordnung|so)?)\b",
        ),
        closes=(
            r"^\W*(?:(?:nein|keiner|niemand)\W+)?(?:gut|okay|ok|schön|prima|super|dann ist das|alles klar|in ordnung|perfekt|abgemacht)\b",
        ),
        refuses=(r"^\W*(?:nein|nee?|keine?r?|nichts|von mir nicht|nö)\b",),
        offers=(r"^\W*(?:(?:und|dann|also),? )*soll ich \w+|\b(?:möchtest du|wollt ihr|willst du),? dass ich \w+",),
        tags=(r",? (?:ja|oder|oder nicht|nicht wahr|gell|richtig|stimmt['\u2019]?s)(?= ?\?)",),
        final_tags=(r", (?:okay|ok|einverstanden|in ordnung)(?= ?\?)",),
    ),
    "es": CuePhrases(
        objections=(
            r"^\W*(?:(?:vale|bueno|pues|y|entonces),? )*¿?(?:(?:alguna|ninguna|hay alguna|hay) objeci(?:ón|ones)|alguien (?:en contra|se opone|tiene algo en contra)|nadie (?:se opone|en contra)|"
            r"(?:estamos )?(?:todos )?de acuerdo|(?:os|les) parece(?: bien)?)\b",
        ),
        closes=(
            r"^\W*(?:(?:no|nadie|ninguna)\W+)?(?:bien|bueno|vale|perfecto|muy bien|estupendo|de acuerdo|pues nada|listo|hecho)\b",
        ),
        refuses=(r"^\W*(?:no|ninguna?|nadie|nada|por mí no|yo tampoco)\b",),
        offers=(
            r"¿(?:y )?(?:quiere[sn]?|queréis) que (?:yo )?(?:lo |la |los |las |le |les )?\w+|¿(?:lo|la|los|las|le|les) \w+o yo\b|¿me encargo yo\b",
        ),
        tags=(r",? ¿?(?:no|verdad|sí|a que no)(?= ?\?)",),
        final_tags=(r", ¿?(?:vale|de acuerdo|ok|okay)(?= ?\?)",),
    ),
    "fa": CuePhrases(
        objections=(
            r"^\W*(?:خب |پس |و )*(?:کسی (?:مخالفه|مخالف است|اعتراضی|مخالفتی)|مخالفی (?:هست|نیست)|اعتراضی (?:هست|نیست)|همه موافق\S*)",
        ),
        closes=(r"^\W*(?:(?:نه|هیچ\S*)\W+)?(?:خب|خوب|خوبه|باشه|عالی|عالیه|بسیار خب|پس تمام)(?!\w)",),
        refuses=(r"^\W*(?:نه|خیر|من (?:هم )?نه|هیچ)(?!\w)",),
        offers=(
            rf"می{_Z}خوا(?:ی|ین|ید|هید|هی) (?:که )?(?:من )?.{{2,50}}م\W*؟|(?:^|\s)(?:من )?(?:بنویسم|بپرسم|زنگ بزنم|بفرستم|انجام بدم|بگیرم|بخرم|برم)\W*؟",
        ),
        tags=(r"[،,]? (?:نه|درسته|مگه نه)(?= ?[؟?])",),
        final_tags=(r"[،,] (?:باشه|خب|موافقید|قبوله)(?= ?[؟?])",),
    ),
}
