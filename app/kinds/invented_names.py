"""Names that a sentence says and its turns do not: a capital letter tells, and where all words have one, everyday words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from app.kinds.everyday import AMBIGUOUS, LANGUAGES, everyday_stems, everyday_words, is_everyday, stem_of, words
from app.kinds.languages.numerals import in_digits
from app.kinds.meeting import Meeting
from app.kinds.words import flat, heard

HEADLINE = 2 / 3  # share of the longer words with a capital letter from which that tells nothing
LONGER = 4  # letters of these
SHORTEST_TAIL, SHORTEST_HEAD = 4, 3  # letters of the parts of a German compound
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_SIGN = re.compile(r"\w+")
_PART = re.compile(r"[^\W\d_]+")
_ENDS = frozenset('.!?:;\u2026\u00ab\u201c\u201e"\u2018\u2039([\u2014\u2013\n\u2022*#|>')  # behind which a sentence may begin
# Ends of words that are made from others; no name of weight has them but those below.
_ENDINGS: Mapping[str, str] = {
    "en": r".{3,}ing|.{3,}ly|.{2,}[ts]ions?|.{2,}ments?|.{3,}ness(?:es)?|.{3,}it(?:y|ies)|.{2,}[ai]bl[ey]|.{3,}ful|.{3,}less"
    r"|.{3,}ous|.{3,}[ae]nces?|.{3,}isms?|.{3,}ships?|.{3,}ed",
    "fr": r".{2,}[tsx]ions?|.{3,}ments?|.{3,}ages?|.{3,}[ae]nces?|.{3,}ites?|.{3,}ismes?|.{4,}ees?",
    "es": r".{2,}[cs]ion(?:es)?|.{3,}mente|.{3,}dad(?:es)?|.{2,}mientos?|.{3,}ajes?|.{3,}[ae]ncias?|.{3,}ismos?|.{3,}iendo"
    r"|.{3,}ando|.{4,}(?:aron|ieron)",
    "de": r".{3,}ung(?:en)?|.{3,}[hk]eit(?:en)?|.{3,}schaft(?:en)?|.{2,}[ts]ion(?:en)?|.{3,}tat(?:en)?|.{3,}ismus"
    r"|.{3,}nis(?:se)?|.{3,}tum|.{3,}ment[es]?|.{3,}[ae]nz(?:en)?|.{3,}(?:ig|lich|isch|bar|sam|los|haft)(?:e[nmrs]?)?|.{3,}weise"
    r"|ge.{3,}(?:t|en)",
}
_NAMES_THOUGH = words(
    """harding fleming manning irving sterling browning golding spalding beijing kipling downing dowling keating corbyn
    kelly sally emily molly billy polly lily beverly kimberly connolly reilly donnelly italy
    clement clemente clements florence terence clarence constance lawrence laurence france provence clemence hortense valencia
    florencia constancia plasencia palencia fernando orlando armando hernando rosendo trinity felicity charity unity amity
    alfred wilfred manfred winifred mohammed muhammed ahmed jared siegfried gottfried winfried mildred hamed saeed sayed
    florenz lorenz koblenz konstanz franz heinz bregenz gerhardt gebhardt gellert gebert geert geissen giessen gent
    muller carthage beyonce cosimo aimee renee desiree dorothee andree amelie"""
)
# Behind an infinitive, which begins a task in these languages, and hardly behind a name.
_OBJECT: Mapping[str, str] = {
    "fr": r"(?:les?|la|un|une|des?|du|\u00e0|aux?|que|si|avec|pour|par|sur|ces?|cette|son|sa|ses|leurs?|tou\w+|plus\w*"
    r"|chaque|\d+)(?!\w)|[ld]['\u2019]",
    "es": r"(?:el|la|los|las|un|una|al?|de|del|con|que|si|para|por|sobre|su|sus|est[aeo]s?|tod[ao]s?|cada|m\u00e1s|\d+)(?!\w)",
    "de": r"(?:von|vom|der|des|eine[rs]|zur|zum)(?!\w)",
}
_INFINITIVE: Mapping[str, str] = {"fr": r".{2,}(?:er|ir|re|ez)", "es": r".{2,}[aei]r(?:l[aeo]s?|se)?", "de": r".{3,}en"}
_PERSONAL: Mapping[str, str] = {  # what only people do
    "en": r"(?:sold|sells|said|says|thinks|thought|wants|wanted|agree[sd]|asks|asked|propose[sd]|promise[sd]|sent|sends|writes|"
    r"wrote|takes|took|brings|brought|buys|bought|calls|called|told|tells|knows|knew|suggests|suggested|pays|paid)\b",
}
_ARTICLES = words(  # behind which a German word is a noun
    """der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner keines mein meine meinen meinem
    meiner meines dein deine deinen deinem sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer ihres unser unsere
    unseren unserem unserer unseres euer eure dieser diese dieses diesen diesem jeder jede jedes jeden jedem jener jene jenes
    welche welcher welches alle allen aller beide beiden einige mehrere viele vielen wenige zwei drei vier beim im am vom zum
    zur ins ans ums"""
)
_OF_SURNAMES = words(  # so many German surnames end
    """mann berg bach burg feld stein dorf wald hof haus bauer baum kopf stadt land heim mark tal meister weg stern blum
    muller"""
)


def names_not_said(text: str, said: Sequence[str], meeting: Meeting) -> Iterator[str]:
    """The names of *text* that nobody has *said*. Inside a sentence a capital letter tells a name; at its beginning, in a
    headline and in German, a word is one that is neither an everyday word nor made from one that was said."""
    known = _Known(tuple(said), meeting)
    yield from _participants_in_small_letters(text, known)
    words = [found for found in _WORD.finditer(text) if any(part[0].isupper() for part in _PART.findall(found[0]))]
    if not words:
        return
    is_headline = _is_headline(text)
    for found in words:
        capitals = [
            part for part in _PART.finditer(text, found.start(), found.end()) if part[0][0].isupper() and len(part[0]) > 1
        ]
        if any(
            not known.is_said(_whole(text, part))
            and not known.is_said(part[0])
            and _is_a_name(text, part, known, is_headline=is_headline)
            for part in capitals
        ):
            yield _POSSESSIVE.sub("", text[capitals[0].start() : found.end()])


def _participants_in_small_letters(text: str, known: _Known) -> Iterator[str]:
    """The names of participants that nobody said, as *text* writes them without capitals: a whole name, or in a script that
    has none also a word of it by which nobody else is called. What is an everyday word as well names nobody so."""
    is_cased, spelt = text != text.swapcase(), f" {flat(text)} "
    has_list = known.meeting.language in LANGUAGES
    for name in known.meeting.people.named(text):
        if is_cased and f" {flat(name)} " not in spelt:
            continue
        parts = set(flat(name).split())
        small = [found[0] for found in _WORD.finditer(text) if len(found[0]) > 1 and not found[0][0].isupper()]
        lost = [word for word in small if flat(word) in parts and not known.is_said(word)]
        yield from dict.fromkeys(word for word in lost if not (has_list and known.is_everyday(word)))


def _whole(text: str, part: re.Match[str]) -> str:
    """*part* with the digits that belong to it: "BIP39"."""
    begin, end = part.span()
    while begin and text[begin - 1].isalnum():
        begin -= 1
    behind = _SIGN.match(text, end)
    return text[begin : behind.end() if behind else end]


class _Known:
    """What was *said*, and who takes part."""

    def __init__(self, said: tuple[str, ...], meeting: Meeting) -> None:
        self.said = said
        self.meeting = meeting
        self._heard = heard(said)

    @cached_property
    def _people(self) -> set[str]:
        return {part for name in self.meeting.participants for part in flat(name).split() if len(part) > 1}

    @cached_property
    def _days(self) -> set[str]:
        return {flat(day) for pack in self.meeting.packs for day in (*pack.months, *pack.weekdays)}

    def is_said(self, word: str) -> bool:
        parts = set(flat(word).split())
        if parts <= self.meeting.pack.common or all(self._hears(part) for part in parts - self._days):
            return True
        return word.isupper() and self._hears(" ".join(flat(word)))  # "LCD" was heard as "L C D"

    def _hears(self, words: str) -> bool:
        return f" {words} " in self._heard

    def is_called(self, word: str) -> bool:
        """Whether *word* is known for a name: of a participant, or as the turns write it."""
        parts = set(flat(word).split())
        return bool(parts & self._people) or parts <= self.meeting.names

    def is_everyday(self, word: str) -> bool:
        """Whether *word* is an everyday word of a language of the meeting, or another form of one that was said."""
        codes = [pack.code for pack in self.meeting.packs]
        if any(_is_common(word, code) for code in codes):
            return True
        return any(stem_of(word, code) in stems_of(self.said, code) or _is_compound(word, self.said, code) for code in codes)


def _is_a_name(text: str, found: re.Match[str], known: _Known, *, is_headline: bool) -> bool:
    word, pack = found[0], known.meeting.pack
    if known.is_called(word) or _does_what_people_do(text[found.end() :], word, known):
        return True
    begins, is_german = _begins(text, found.start()), pack.code == "de"
    if not begins and not is_german and not is_headline:
        return True
    if known.meeting.language not in LANGUAGES or known.is_everyday(word):
        return False
    if is_german and text[: found.start()].rstrip().rpartition(" ")[2].casefold() in _ARTICLES:
        return False
    behind = text[found.end() :].lstrip()
    is_deed = re.fullmatch(_INFINITIVE.get(pack.code, r"(?!)"), flat(word)) and flat(word) not in _NAMES_THOUGH
    return not (begins and is_deed and re.match(_OBJECT[pack.code], behind, re.IGNORECASE))


def _does_what_people_do(behind: str, word: str, known: _Known) -> bool:
    """Whether a verb such as `will` follows, or a verb of people on a word that is an everyday word and a name."""
    pack = known.meeting.pack
    if pack.modal and re.match(rf"(?:\s+[^\W\d_]+)?\s+{pack.modal}\b", behind):
        return flat(word) in AMBIGUOUS.get(pack.code, ()) or not known.is_everyday(word)
    return flat(word) in AMBIGUOUS.get(pack.code, ()) and bool(re.match(_PERSONAL[pack.code], behind.lstrip()))


def _is_headline(text: str) -> bool:
    """Whether most longer words of *text* have a capital letter, as in an English title."""
    longer = [word for word in _PART.findall(text) if len(word) >= LONGER]
    return bool(sum(word[0].isupper() for word in longer) >= HEADLINE * len(longer))


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins *at* a word: no letter stands between it and the end of the one before."""
    while at and not text[at - 1].isalpha():
        at -= 1
        if text[at] in _ENDS:
            return True
    return at == 0


def _is_common(word: str, language: str) -> bool:
    said = flat(word)
    if said in _NAMES_THOUGH:
        return False
    made = re.fullmatch(_ENDINGS.get(language, r"(?!)"), said)
    return bool(made) or is_everyday(word, language) or in_digits(said, language) != said or _is_compared(said, language)


def _is_compared(said: str, language: str) -> bool:
    """Whether a word is "larger" or "largest", of an everyday "large"."""
    found = re.fullmatch(r"(.{3,}?)(?:er|est)", said) if language == "en" else None
    return found is not None and any(is_everyday(found[1] + end, language) for end in ("", "e"))


def _is_compound(word: str, said: tuple[str, ...], language: str) -> bool:
    """Whether a German *word* ends with an everyday word or shares an end with one that was *said*."""
    if language != "de":
        return False
    stem, known = stem_of(word, language), everyday_stems(language) | everyday_words(language)
    heard = stems_of(said, language)
    places = range(SHORTEST_HEAD, len(flat(word)) - SHORTEST_TAIL + 1)
    tails = {part[at:] for at in places for part in (stem, flat(word)) if len(part) >= at + SHORTEST_TAIL} - _OF_SURNAMES
    heads = {stem[:at] for at in range(SHORTEST_TAIL, len(stem))}
    return bool(tails & known or tails & heard or heads & heard) or (
        len(stem) >= SHORTEST_TAIL and any(each.startswith(stem) or each.endswith(stem) for each in heard)
    )


@lru_cache(maxsize=64)
def stems_of(said: tuple[str, ...], language: str) -> frozenset[str]:
    """The stems of the words that are *said*, in languages with small nouns of those that are written small."""
    words = [word for part in said for word in _PART.findall(part) if language == "de" or not word[0].isupper()]
    return frozenset(stem_of(word, language) for word in words)
