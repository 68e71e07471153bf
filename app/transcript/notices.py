"""What a program for meetings writes between the words of people: who joined or left, that a recording began."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import itemgetter

from app.transcript.labels import Label, forms
from app.transcript.lexicon import ARTICLES, LEADS, OPENERS, PARTICLES, PRONOUNS, REMARKS, words_of
from app.transcript.line_times import Timed
from app.transcript.names import Likeness, bare, is_small, likeness
from app.transcript.stamps import NO_STAMP, Stamp, behind

_LONGEST = 120  # characters of such a line
_LONGEST_NAME = 64
_LOOKED_AHEAD = 8  # lines, most of which may be empty
_WITH_ARTICLE = 2  # words
_DECORATION = "*_()[]<>-–—•· "
_SIGNED = re.compile(r"[(\[_*].*[)\]_*]$|-->|<--|\*{3} |-!- |={2,}>")  # around such a line, or before it
_ENDS_OF_SPEECH = ".!?…,;:"
_WITH_MORE = ("share", "partag", "oll ")  # behind which a colon and more may stand
_ENDS = '.!?…"”»)。！？'
# A stem of each wording, in small letters, by which most lines are known to be none: looking for letters of either case takes
# 5 to 40 times as long
_STEM = re.compile(
    r"join|left|remov|admit|added|renam|chang|start|stop|paus|resum|ended|shar|present|raised|lower|connected|beigetreten"
    r"|verlass|gegangen|teil|gestart|beendet|rejoin|quitt|joint|parti|démarr|arrêt|partag|uni|abandon|sali|compart|inici"
    r"|entrat|uscit|lascia|condivi|entrou|saiu|toegetreden|verlaten|dołączył|opuścił|присоедин|покину|вош|выш"
    r"|加入|离开|退出|进入|離開|進入|参加|退室|入室|입장|퇴장|참가|나갔|انضم|غادر|הצטרף|הצטרפה|עזב"
)
_ROOM = (
    r"(?:the |this |your )?(?:\w+ )?(?:meeting|call|chat|conversation|room|channel|conference|session|group|webinar)"
    r"|#[\w-]{1,40}"
)
_BESPRECHUNG = r"(?:Besprechung|Meeting|Anruf|Chat|Konferenz|Unterhaltung|Sitzung|Gruppe|Raum)"
_REUNION = r"(?:la réunion|l['’]appel|la conversation|la conférence|le salon|le chat|la visio(?:conférence)?)"
_SALA = r"(?:la reunión|la llamada|la conversación|el chat|la sala|la riunione|la chiamata|a reunião|a chamada|o chat)"
# What is so long that no line of speech is just it; a time or a sign beside it is not asked for.
_SURE = (
    rf"(?:has |have )?(?:just )?(?:re)?joined (?:as \w+|{_ROOM})",
    rf"(?:has |have )(?:left|joined)(?: {_ROOM})?|left {_ROOM}",
    r"(?:has )?(?:renamed (?:themselves |themself )?to|changed (?:their|the|his|her) (?:name|display name) to) .{1,60}",
    r"(?:has )?(?:started|stopped|paused|resumed|ended) (?:the |a |this )?(?:recording|transcription|transcribing"
    r"|screen ?shar(?:e|ing)|sharing(?: (?:the |their )?screen)?|poll|meeting|call|live stream)",
    r"is (?:sharing|presenting)(?: (?:their|the|his|her))?(?: screen)?",
    r"(?:has )?shared (?:a |the |an )?(?:file|screen|link|image|document|their screen)(?:: ?.{1,60})?",
    r"(?:has )?(?:raised|lowered) (?:their|his|her|a) hand|(?:dis|re)connected",
    rf"ist (?:de[mr] {_BESPRECHUNG} |wieder )?beigetreten|hat (?:das|die|den) {_BESPRECHUNG} verlassen",
    r"hat (?:die )?(?:Aufzeichnung|Transkription) (?:gestartet|beendet)|hat eine Datei geteilt"
    r"|teilt (?:den|seinen|ihren) Bildschirm",
    rf"a rejoint {_REUNION}|a quitté {_REUNION}|s['’]est jointe? à {_REUNION}",
    r"a (?:démarré|arrêté) (?:l['’]enregistrement|la transcription)|a partagé (?:un fichier|son écran)(?: ?: ?.{1,60})?",
    rf"(?:se )?(?:ha )?(?:unió|unido) a {_SALA}|(?:ha )?(?:abandonado|abandonó|salido de|salió de) {_SALA}",
    r"(?:ha )?(?:inició|detuvo|iniciado|detenido) la (?:grabación|transcripción)"
    r"|(?:ha )?(?:compartido|compartió) (?:un archivo|su pantalla)",
    rf"(?:si )?è (?:unit[oa] a|entrat[oa] in|entrat[oa] nella|uscit[oa] da|uscit[oa] dalla)l?l?a? ?"
    rf"(?:{_SALA}|riunione|chiamata)"
    rf"|ha lasciato {_SALA}|ha condiviso (?:un file|lo schermo)",
    r"(?:entrou|ingressou) n[ao] (?:reunião|chamada|chat|sala)|saiu d[ao] (?:reunião|chamada|chat|sala)|compartilhou .{1,40}",
    r"neemt (?:nu )?deel(?: aan .{1,30})?|heeft (?:de vergadering|het gesprek|de chat) verlaten",
    r"is toegetreden(?: tot .{1,30})?",
    r"dołączył[a]? do (?:spotkania|rozmowy|czatu)|opuścił[a]? (?:spotkanie|rozmowę|czat)",
    r"(?:присоединил(?:ся|ась)|вош[её]л|вошла|подключил(?:ся|ась)) (?:к|в|на) (?:встрече|собрани[юе]|звонку|чату?|конференции)"
    r"|(?:покинула?|вышел из|вышла из) (?:встреч[уи]|собрани[ея]|чата?|звон(?:ок|ка)|конференции)",
)
_UNCASED = (  # behind or before a name without a blank
    r"(?:已)?(?:加入|离开|退出|进入|離開|進入)了?(?:会议|會議|通话|聊天|群聊|房间)",
    r"(?:さん)?[がは](?:(?:会議|ミーティング|通話|ルーム)[にからを]{1,2})?(?:参加|退出|入室|退室)しました",
    r"님이 (?:회의에 |채팅방에 )?(?:입장|퇴장|참가|참여)(?:했습니다|하셨습니다|하였습니다)|님이 나갔습니다",
)
_SHORT = (  # behind a name; a time beside it tells that nobody says it
    rf"was (?:removed|admitted|added)(?: (?:from|to) (?:{_ROOM}))?(?: by .{{1,40}})?",
    r"joined|left|rejoined|renamed|ist gegangen|a rejoint|a quitté|est partie?|s['’]est jointe?|se unió|salió|abandonó",
    r"è entrat[oa]|è uscit[oa]|entrou|saiu|присоединил(?:ся|ась)|вышел|вышла|вош[её]л|вошла|покинула?|הצטרפה?|עזבה?|dołączyła?",
)
_BY_THE_PROGRAM = (
    r"(?:the )?(?:recording|transcription|meeting|call|screen ?sharing|live transcription|poll) (?:has |was |is )?(?:been )?"
    r"(?:started|stopped|paused|resumed|ended)(?:: .{1,80})?",
    r"(?:die )?(?:aufzeichnung|transkription|besprechung) (?:wurde )?(?:gestartet|beendet|angehalten)",
    r"(?:l['’])?enregistrement (?:a )?(?:démarré|arrêté|terminé)|(?:la )?réunion (?:a )?(?:démarré|terminée?)",
    r"(?:la )?grabación (?:iniciada|detenida|finalizada)|(?:la )?registrazione (?:avviata|interrotta|terminata)",
    r"(?:انضم|انضمت|غادر|غادرت) .{1,40}",
)
_DEEDS = {
    False: re.compile(
        rf"(?P<name>\S.{{0,{_LONGEST_NAME}}}?)(?: (?:{'|'.join(_SURE)})|(?:{'|'.join(_UNCASED)}))", re.IGNORECASE
    ),
    True: re.compile(
        rf"(?P<name>\S.{{0,{_LONGEST_NAME}}}?)(?: (?:{'|'.join((*_SURE, *_SHORT))})|(?:{'|'.join(_UNCASED)}))", re.IGNORECASE
    ),
}
# With these a clause begins that somebody says of people
_NO_FIRST = words_of(
    """everyone everybody nobody none nothing somebody someone people who these those time what both half all some many most
    few several another other others then now later today yesterday tomorrow well again once maybe perhaps suddenly only even
    because since as while though although where why how nearly almost weil obwohl nachdem bevor parce porque porqué perché
    если когда потому после пока ela ele elas eles o os ona oni ono
    a an my your his her its our their she's he's one two three
    alle jemand niemand wer dann jetzt heute gestern morgen später plötzlich vielleicht beide viele einige ein eine kein keine
    mein meine dein deine sein seine ihr ihre unser unsere euer eure
    tout tous toutes personne qui puis alors hier aujourd'hui demain ensuite chacun chacune beaucoup plusieurs notre votre leur
    todos todas nadie alguien quien luego entonces ayer hoy mañana ambos muchos nuestro nuestra
    tutti nessuno chi poi allora ieri oggi domani ninguém alguém quem depois ontem hoje amanhã
    zij hij iedereen toen gisteren vandaag mijn onze
    кто все никто он она они оно мы я ты вы потом вчера сегодня завтра затем мой моя мои наш наша его её их
    谁 大家 她 他 我"""
)
_NO_SUBJECT = _NO_FIRST | PRONOUNS | REMARKS | LEADS | OPENERS
_ENCLOSED_FIRST = re.compile(  # a label before words, as of a chat: `<ann> Carl left`, `**Bob** Tim joined as chair`
    r"(?:\[[^\[\]]{1,64}\]|<[^<>]{1,64}>|\*\*[^*]{1,64}\*\*|__[^_]{1,64}__|\|[^|]{1,64}\|)[:>]?\s*\S"
)
_NO_NAME = re.compile(r"[<>\[\]*|]| [-–—>] |\w{5}\. ")
_LABELLED = re.compile(r"\S[^:|>\]]{0,40}(?:[:|>\]]| [-–—] )")
_UNCASED_NAME = re.compile(
    r"[\u30a0-\u30ff ]{1,24}|(?!今[天日週年]|明[天日年]|先[週月日]|每)[^\u306f\u304c\u306e他她们們昨我]{1,6}(?<![人回次位名])"
)
_NO_CASE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PROGRAM = re.compile("|".join(_BY_THE_PROGRAM), re.IGNORECASE)


def notices(lines: Sequence[Timed]) -> dict[str, Label]:
    """The lines in which a program tells what happens, each as a label of nobody with what the line says behind it.

    A few words behind a name are told from speech by a time, by signs around them, or because the line before ends a
    sentence; none goes on in the next line."""
    found: dict[str, Label] = {}
    before = ""
    for number, (stamp, line) in enumerate(lines):
        if line and _may_be_one(stamp, line) and line not in found and _STEM.search(line.lower()) is not None:
            apart = not before or before[-1] in _ENDS or before in found
            notice = _notice(stamp, line, apart=apart)
            if notice is not None and not _goes_on(lines, number, apart=apart):
                found[line] = notice
        before = line or before
    return found


def _goes_on(lines: Sequence[Timed], number: int, *, apart: bool) -> bool:
    """Whether the next line that is not empty goes on from the line of that *number*: it has no label and begins with a small
    letter. It goes on from the line before instead if that is not *apart*, and of these lines only the notice has a time."""
    stamp, line = lines[number]
    after = next(filter(itemgetter(1), islice(lines, number + 1, number + _LOOKED_AHEAD)), None)
    if after is None:
        return False
    timed, body = _timed(*after)
    if not is_small(body[:1]) or _LABELLED.match(body) is not None:
        return False
    return apart or timed.start is not None or _timed(stamp, line)[0].start is None


def _timed(stamp: Stamp, line: str) -> tuple[Stamp, str]:
    """The time before a line, and the line without it."""
    return (stamp, line) if stamp.start is not None else forms.timed(line) or (NO_STAMP, line)


def _may_be_one(stamp: Stamp, line: str) -> bool:
    """Whether a line is short and neither ends as speech does, with no time and no sign before it, nor has a label."""
    if len(line) > _LONGEST or (line[-1] in _ENDS_OF_SPEECH and line[0].isalpha() and stamp.start is None):
        return False
    return ": " not in line or any(word in line for word in _WITH_MORE)


def without(lines: Iterable[Timed], told: dict[str, Label]) -> list[str]:
    """The lines but those that are *told* by a program."""
    return [line for _, line in lines if line not in told]


def _notice(stamp: Stamp, line: str, *, apart: bool) -> Label | None:
    at, body = _timed(stamp, line)
    later = behind(body) if at.start is None else None
    body, at = later or (body, at)
    if _ENCLOSED_FIRST.match(body) is not None:
        return None
    core = body.strip(_DECORATION)
    signed = at.start is not None or _SIGNED.match(body) is not None
    if not signed and not apart:
        return None
    core = core.removesuffix(".") if signed else core
    if _PROGRAM.fullmatch(core) is not None:
        return Label("", body, *at[:2]) if signed else None
    deed = _DEEDS[signed].fullmatch(core)
    if deed is None or ":" in deed["name"] or not (deed["name"][0].isupper() or signed or not deed["name"][0].islower()):
        return None
    name = deed["name"].strip()
    return Label("", body, *at[:2]) if likeness(name) > Likeness.NEVER and _is_a_name(name) else None


def _is_a_name(name: str) -> bool:
    """Whether each word of *name* has a capital where names have one, and none says of people who it was: `She left`."""
    if _NO_NAME.search(name) is not None:
        return False
    if _NO_CASE.match(name) is not None:
        return _UNCASED_NAME.fullmatch(name) is not None
    words = bare(name).split()
    first = words[0].casefold() if words else ""
    if not words or first in _NO_SUBJECT or _is_an_article(words):
        return False
    return len(words) == 1 or all(not is_small(word[0]) or word != word.lower() or word in PARTICLES for word in words)


def _is_an_article(words: Sequence[str]) -> bool:
    """Whether an article stands before one word: `The clause`, `La ministre`, unlike `La Toya Jackson`."""
    first = words[0].casefold()
    return first == "the" or (first in ARTICLES and len(words) <= _WITH_ARTICLE)
