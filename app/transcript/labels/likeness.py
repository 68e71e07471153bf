"""How like a name a label is, as the form that it has tells."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from app.transcript import names, stamps
from app.transcript.labels import forms, marks
from app.transcript.lexicon import ARTICLES, CROWD, OFFICES, TITLES, VERBS
from app.transcript.names import Likeness

OF_THEIR_OWN = (forms.FULL_STOP, forms.NAME_ALONE, forms.STOP_AND_DASH, forms.BRACKETS, forms.PARENTHESES, forms.SURNAME)


def of_label(form: str, name: str) -> Likeness:
    """How like a name *name* is in a label of *form*; `names.likeness` tells it of a name alone. A date is nobody's."""
    if form == forms.FULL_STOP:
        return _titled(name)
    if form == forms.SURNAME:
        return Likeness.FULL_NAME
    if form == forms.NAME_ALONE:
        return names.likeness(marks.without_role(name))
    if form in (forms.BRACKETS, forms.PARENTHESES) and names.NUMBERED.fullmatch(name):
        return Likeness.NAME
    if form == forms.STOP_AND_DASH:
        return names.likeness(name.partition(",")[0])
    return Likeness.NEVER if name[-1:].isdigit() and stamps.is_date(name) else names.likeness(name)


def _titled(name: str) -> Likeness:
    """How like a name a label is that ends with a full stop: sentences end so too, so a title or capitals must tell."""
    words = names.bare(name).partition(",")[0].split()
    if not words or len(name.split()) > 16:
        return Likeness.NEVER
    first = words[0].casefold().strip(".")
    if "," in name and first in ("mr", "madam") and words[1:] and words[-1].casefold() in OFFICES:  # who is spoken to
        return Likeness.NEVER
    rest = [word for word in words[1:] if word.isalpha()]
    chairs = first in ARTICLES and len(words) > 1 and words[1].casefold() in OFFICES and words[2:] in ([], ["pro", "tempore"])
    if chairs or " ".join(words[:2]).casefold() in CROWD:  # `Plusieurs députés du groupe SOC`
        return Likeness.NAME
    if first in TITLES | OFFICES and len(words) > 1:
        return Likeness.FULL_NAME if not any(word in VERBS for word in rest) else Likeness.NEVER
    letters = "".join(filter(str.isalpha, " ".join(words[1:] if first in ("the", "le", "la") else words)))
    if len(letters) > 1 and letters.isupper():
        return Likeness.NAME
    return Likeness.NEVER


def is_declared(name: str, declared: AbstractSet[str]) -> bool:
    return bool(declared) and (name.casefold() in declared or names.bare(name).casefold() in declared)
