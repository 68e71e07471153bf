"""The words of documents in each language: those of the minutes, and those that only documents have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from app.kinds.languages import PACKS, pack_of

_ENGLISH = {
    "transcript": "Transcript",
    "about": "About this document",
    "sources": "Sources",
    "turn": "Turn",
    "turns": "Turns",
    "service": "Service",
    "made": "Made on",
    "turns_read": "Turns of the transcript",
    "turns_cited": "Turns cited",
    "turns_sent": "Turns that the model was shown",
    "doubtful": "Items marked as not in the transcript",
    "warning": "Note",
    "corrected": "a cited turn was corrected since",
    "stale": "the transcript was corrected after this was made; turns that changed",
    "unshown": "The fonts of this machine cannot show these characters",
    "opens": "“",
    "closes": "”",
}
# The same keys in every language; tests compare them.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": _ENGLISH,
    "fr": {
        "transcript": "Transcription",
        "about": "À propos de ce document",
        "sources": "Sources",
        "turn": "Prise de parole",
        "turns": "Prises de parole",
        "service": "Service",
        "made": "Établi le",
        "turns_read": "Prises de parole de la transcription",
        "turns_cited": "Prises de parole citées",
        "turns_sent": "Prises de parole soumises au modèle",
        "doubtful": "Points marqués comme absents de la transcription",
        "warning": "Remarque",
        "corrected": "une prise de parole citée a été corrigée depuis",
        "stale": "la transcription a été corrigée depuis ; prises de parole changées",
        "unshown": "Les polices de cette machine ne peuvent pas afficher ces caractères",
        "opens": "«\u00a0",
        "closes": "\u00a0»",
    },
    "es": {
        "transcript": "Transcripción",
        "about": "Sobre este documento",
        "sources": "Fuentes",
        "turn": "Turno",
        "turns": "Turnos",
        "service": "Servicio",
        "made": "Redactado el",
        "turns_read": "Turnos de la transcripción",
        "turns_cited": "Turnos citados",
        "turns_sent": "Turnos mostrados al modelo",
        "doubtful": "Puntos marcados por no estar en la transcripción",
        "warning": "Nota",
        "corrected": "un turno citado se corrigió después",
        "stale": "la transcripción se corrigió después; turnos cambiados",
        "unshown": "Las fuentes de esta máquina no pueden mostrar estos caracteres",
        "opens": "«",
        "closes": "»",
    },
    "de": {
        "transcript": "Transkript",
        "about": "Zu diesem Dokument",
        "sources": "Quellen",
        "turn": "Beitrag",
        "turns": "Beiträge",
        "service": "Dienst",
        "made": "Erstellt am",
        "turns_read": "Beiträge des Transkripts",
        "turns_cited": "Zitierte Beiträge",
        "turns_sent": "Beiträge, die das Modell gesehen hat",
        "doubtful": "Als nicht im Transkript markierte Punkte",
        "warning": "Hinweis",
        "corrected": "ein zitierter Beitrag wurde seither berichtigt",
        "stale": "das Transkript wurde danach berichtigt; geänderte Beiträge",
        "unshown": "Die Schriften dieses Rechners können diese Zeichen nicht darstellen",
        "opens": "„",
        "closes": "“",
    },
    "fa": {
        "transcript": "متن جلسه",
        "about": "دربارهٔ این سند",
        "sources": "منابع",
        "turn": "نوبت",
        "turns": "نوبت\u200cهای",
        "service": "سرویس",
        "made": "تاریخ تهیه",
        "turns_read": "نوبت\u200cهای متن جلسه",
        "turns_cited": "نوبت\u200cهای نقل\u200cشده",
        "turns_sent": "نوبت\u200cهایی که به مدل نشان داده شد",
        "doubtful": "موارد علامت\u200cخورده که در متن جلسه نیستند",
        "warning": "یادداشت",
        "corrected": "یکی از نوبت\u200cهای نقل\u200cشده پس از آن تصحیح شده است",
        "stale": "متن جلسه پس از آن تصحیح شده است؛ نوبت\u200cهای تغییریافته",
        "unshown": "قلم\u200cهای این دستگاه این نویسه\u200cها را نشان نمی\u200cدهند",
        "opens": "«",
        "closes": "»",
    },
}


def words_of(code: str) -> dict[str, str]:
    """The words of a language; English for one that has none."""
    return {**pack_of(code).headings, **WORDS.get(code, _ENGLISH)}


def languages() -> tuple[str, ...]:
    """The languages whose words there are."""
    return tuple(code for code in PACKS if code in WORDS)


_FREQUENT: Mapping[str, frozenset[str]] = {
    "en": frozenset(["the", "and", "of", "to", "is", "that", "for", "with", "was", "are", "will", "we", "have", "on"]),
    "fr": frozenset(["le", "la", "les", "des", "et", "est", "pour", "dans", "qui", "une", "du", "sur", "nous", "pas", "que"]),
    "es": frozenset(["el", "los", "las", "que", "para", "con", "una", "por", "del", "se", "en", "es", "al"]),
    "de": frozenset(["der", "die", "das", "und", "ist", "nicht", "mit", "für", "wir", "ein", "eine", "zu", "auf", "den"]),
}
_PERSIAN = frozenset("پچژگی")
MOST_READ = 20_000  # characters of a text that are enough to guess its language


def guessed(text: str) -> str:
    """The language of *text* by its commonest words, among those that documents have words for; empty if it has none of them.

    The detector of the kind `minutes` is surer, and takes a second and a hundred megabytes: too much for a web process."""
    text = text[:MOST_READ].lower()
    if sum(text.count(letter) for letter in _PERSIAN) * 20 > len(text):
        return "fa"
    words = Counter(re.findall(r"\w+", text))
    scores = {code: sum(words[word] for word in frequent) for code, frequent in _FREQUENT.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else ""
