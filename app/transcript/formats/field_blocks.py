"""Messages written as blocks of fields: `From: …`, `Date: …`, `Body: …`, as signal-cli and sigtop print them, mail programs
quote them, and scripts write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from app.transcript import stamps
from app.transcript.formats import mails
from app.transcript.formats.base import Reading, seconds, spoken, without_speech
from app.transcript.labels import elect
from app.transcript.lexicon import phrases
from app.transcript.plain import plain
from app.transcript.turn import Utterance

_ENVELOPE = "envelope from"  # signal-cli's
_MAIL = phrases("from, von, de, da, van, od, från, fra, от, від, από, من, 发件人, 寄件者, 差出人, 보낸사람, 보낸 사람")
_SENDERS = _MAIL | phrases(
    """sender, author, name, user, username, nick, nickname, speaker, participant, absender, expéditeur, auteur, remitente,
    autor, mittente, autore, sprecher, sprecherin, locuteur, hablante, отправитель, автор, 送信者, 話者, 说话人,
    发言人, 发送者"""
)
_TIMES = phrases(
    """timestamp, date, sent, time, datetime, created, start, begin, created at, sent at, start time, gesendet, datum, zeit,
    zeitstempel, envoyé, envoyé le, heure, date d'envoi, date et heure, enviado, enviada, fecha, hora, data, inviato, ora,
    verzonden, tijd, wysłano, skickat, sendt, отправлено, дата, время, 发送时间, 日期, 时间, 日時, 送信日時, 보낸 날짜"""
)
_SUBJECTS = phrases("subject, betreff, objet, asunto, assunto, oggetto, onderwerp, temat, тема, 主题, 主旨, 件名, 제목")
_RECEIVERS = phrases("to, an, à, para, a, aan, do, till, til, кому, 收件人, 宛先, 받는사람, 받는 사람")
_ENDS = phrases("end, ende, fin, fine, einde, end time")
_BODIES = phrases(
    """body, message, text, content, msg, transcript, transcription, nachricht, inhalt, texte, contenu, mensaje, texto,
    contenido, messaggio, testo, bericht, tekst, сообщение, текст, 内容, 本文, 正文"""
)
_FIELD = re.compile(r"(?P<key>[^\W\d_][^:：<>\"]{0,30}?) ?[:：](?:\s+(?P<value>.*))?$")
_TRAILER = re.compile(  # what signal-cli prints behind the text of a message
    r"(?:Expires in:|Group info:|Attachments:|With profile key|Mentions:|Quote:|Reaction:|Sticker:|Preview:|Previews:|"
    r"Contacts:|Remote delete message:|Text styles?:|Story context:|Edit:|View once)"
)
_QUOTED_NAME = re.compile(r"[“\"](?P<name>[^“”\"]+)[”\"] ")
_ADDRESS = re.compile(r"\s*(?:<[^<>\s]+@[^<>\s]+>|\[(?:mailto:)?[^\[\]\s]+@[^\[\]\s]+\])$")
_DEVICE = re.compile(r" \(device: \d+\)(?: to \S+)?$")
_RULE = re.compile(
    r"[-_=*—–]{3,}$|-+ ?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|forwarded message) ?-+$"
    r"|From \S+@\S+ +\w{3} \w{3} +\d{1,2} \d\d:\d\d:\d\d \d{4}$",  # between the messages of a mailbox
    re.IGNORECASE,
)
_LOOKED_AT = 3_000  # characters in which the first block begins
_LEAST = 2  # blocks; one alone is the head of a document
_MOST_FIELDS = 40  # of a block
_FIELDS = "fields of messages"
_TEXTLESS = "messages without text"


class _Block(NamedTuple):
    """Where a block begins, and its fields up to its text: the key of each as it is compared, and the value. It is *listed*
    if a dash stands before it, as in YAML."""

    line: int
    fields: tuple[tuple[str, str], ...]
    listed: bool = False


def looks_like_blocks(head: str) -> bool:
    """True if at least two blocks begin with one key for who writes, and each has a time; the last may go on behind *head*."""
    if next(_blocks(head[:_LOOKED_AT].split("\n")), None) is None:
        return False
    blocks = list(_blocks(head.split("\n")))
    sender = blocks[0].fields[0][0]
    return (len(blocks) >= _LEAST or _is_a_mail(blocks[0])) and all(_is_whole(block, sender) for block in blocks[:-1])


def read(lines: Sequence[str]) -> Reading:
    """The messages of a file of blocks. What stands before the first is said by nobody. Raises BadContent."""
    left_out: Counter[str] = Counter()
    blocks = list(_blocks(lines))
    known: set[str] = set()
    said = [Utterance("", " ".join(_text(lines[: blocks[0].line])))]
    for block, after in pairwise([*blocks, _Block(len(lines), ())]):
        said += _message(block, lines[block.line : after.line], known, left_out)
    if len(blocks) < _LEAST and not said[0].text and elect([plain(line) for line in lines[len(blocks[0].fields) :]]).form:
        return Reading("text", text="\n".join(lines[len(blocks[0].fields) :]), left_out={_FIELDS: len(blocks[0].fields)})
    passages = spoken(said)
    if not passages:
        raise without_speech("messages in blocks of fields")
    return Reading("messages", passages, left_out=dict(left_out))


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """The blocks, which begin as the first does, at the top or behind an empty line or a rule."""
    sender = ""
    apart = True
    for number, line in enumerate(lines):
        listed = line.lstrip().startswith("- ")
        found = _FIELD.match(line.lstrip("- ")) if apart or listed else None
        key = found["key"].casefold() if found else ""
        begins = key == sender if sender else key in _SENDERS or key == _ENVELOPE
        if found and begins and (found["value"] or "").strip():
            block = _Block(number, tuple(_fields(lines[number : number + _MOST_FIELDS])), listed)
            if sender or _is_whole(block, key):
                sender = key
                yield block
        apart = not line.strip() or _RULE.match(line.strip()) is not None


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The fields at the beginning of a block, the one that holds the text being the last."""
    for line in lines:
        found = _FIELD.match(line.strip().removeprefix("- "))
        if found is None:
            return
        key = found["key"].casefold()
        yield key, (found["value"] or "").strip()
        if key in _BODIES:
            return


def _is_whole(block: _Block, sender: str) -> bool:
    """Whether a block has a time, if it is not listed, and a text or, as mails do, an empty line for it."""
    keys = [key for key, _ in block.fields]
    if sender == _ENVELOPE:
        return True
    return (block.listed or any(key in _TIMES for key in keys[1:])) and (keys[-1] in _BODIES or sender in _MAIL)


def _is_a_mail(block: _Block) -> bool:
    """Whether a block alone is the head of a mail: it says to whom and of what."""
    keys = {key for key, _ in block.fields}
    return block.fields[0][0] in _MAIL and bool(keys & _SUBJECTS) and bool(keys & _RECEIVERS)


def _message(block: _Block, lines: Sequence[str], known: set[str], left_out: Counter[str]) -> Iterator[Utterance]:
    """What a message says, and what others say whom a mail quotes; *known* are the lines of the mails before."""
    fields = block.fields
    if fields[0][0] == _ENVELOPE:
        text, skipped = _of_signal(lines)
    else:
        bodied = fields[-1][0] in _BODIES
        behind = _text(lines[len(fields) :])
        text = [_unquoted(fields[-1][1]), *behind] if bodied else behind
        skipped = len(fields) - bodied
    left_out[_FIELDS] += skipped
    if not any(text):
        left_out[_TEXTLESS] += 1
    start = next((time for key, value in fields[1:] if key in _TIMES and (time := _time(value)) is not None), None)
    end = next((_time(value) for key, value in fields[1:] if key in _ENDS), None)
    name = _name(fields[0][1])
    if fields[0][0] in _MAIL and any(line.startswith(">") for line in text):
        yield from mails.parted(text, name, start, known, left_out)
    else:
        yield Utterance(name, " ".join(filter(None, text)), start, end)


def _of_signal(lines: Sequence[str]) -> tuple[list[str], int]:
    """The text of a message of signal-cli, and how many lines are none of it."""
    place = next((number for number, line in enumerate(lines) if line.startswith("Body: ")), None)
    if place is None:
        return [], sum(1 for line in lines if line.strip())
    text = list(takewhile(lambda line: not _TRAILER.match(line), [lines[place][6:], *lines[place + 1 :]]))
    others = [*lines[:place], *lines[place + len(text) :]]
    return _text(text), sum(1 for line in others if line.strip())


def _unquoted(value: str) -> str:
    """What a field holds, in YAML's notation or not."""
    if value in ("|", ">", "|-", ">-"):
        return ""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _text(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip() and not _RULE.match(line.strip())]


def _name(value: str) -> str:
    """Who is meant by `“Ida Moor” +49… (device: 1) to +49…`, `Ida Moor <ida@example.org>` and the like."""
    quoted = _QUOTED_NAME.match(value)
    if quoted is not None:
        return quoted["name"].strip()
    value = _DEVICE.sub("", value)
    return _ADDRESS.sub("", value).strip(" \"'") or value


def _time(value: str) -> float | None:
    found = stamps.stamp(value).start
    return found if found is not None else seconds(value)
