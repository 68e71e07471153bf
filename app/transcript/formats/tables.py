"""Tables: CSV and TSV files, and the rows of tables in documents, read as who says what."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Literal

from app.transcript import stamps
from app.transcript.formats.base import Reading, broken, seconds, spoken, without_speech
from app.transcript.formats.units import in_seconds
from app.transcript.names import Likeness, likeness
from app.transcript.turn import Utterance

DELIMITERS = ",;\t|^"
LARGEST_CELL = 2**24  # characters
_MOST_COLUMNS = 256

_LONGEST_NAME = 40  # characters of a column's name; a longer cell is no name
_MOST_BEFORE = 10  # lines before the header
_LONGEST_COUNT = 19  # digits of a time that counts nanoseconds from 1970
_LEAST_ROWS = 3  # of a table without a header
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")  # between the header and the rows of a table in Markdown
_EMPHASIS = re.compile(r"(?P<sign>\*\*|__|\*)(?P<inside>[^*_]{1,200})(?P=sign)")  # of a whole cell in Markdown
_WITHOUT_STROKES = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})
_NOT_A_LETTER = re.compile(r"[\W_]+")


def _key(name: str) -> str:
    """*name* as the lists above have it: `Début (s)` is `debut`."""
    bare = re.sub(r"[(\[（].*?[)\]）]|\bin (?:seconds|ms)\b", "", name)
    decomposed = unicodedata.normalize("NFKD", bare.strip("\ufeff \t").casefold().translate(_WITHOUT_STROKES))
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFC", plain))  # Korean syllables whole, as the lists have them


def _words(text: str) -> frozenset[str]:
    return frozenset(map(_key, text.split()))


_TOO_COMMON = _words("name user from who line said words in out to at time date body frase chi quem wer von qui")
# What columns are called, in small letters without accents, blanks and signs.
SPEAKERS = _words(
    """speaker speakers speakername speakerid speakerlabel spk spkr who name participant person author from user username
    sender actor role displayname speakertag locuteur locutrice intervenant intervenante orateur oratrice nom personne
    participante auteur qui кто sprecher sprecherin redner rednerin teilnehmer teilnehmerin wer person hablante orador
    oradora interlocutor participante nombre quien ponente autor parlante relatore oratore nome partecipante chi
    locutor falante quem interveniente spreker naam deelnemer talare hogtalare namn taler puhuja nimi mowca rozmowca
    osoba imie uczestnik mluvci recnik recnici jmeno ucastnik hovorca govornik ime beszelo felszolalo nev vorbitor
    nume спикер говорящий имя участник докладчик мовець оратор konusmaci isim ομιλητης ονομα מדבר דובר שם المتحدث
    متحدث الاسم گوینده 话者 話者 说话人 發言人 发言人 講者 讲者 発言者 話し手 氏名 姓名 説話人 参会人
    화자 발언자 이름 वक्ता नाम pembicara nguoinoi ผู้พูด"""
)
# Who is played speaks if no column tells who it is: `Rolle;Name;Text`.
CHARACTERS = _words("character personnage personaje personagem personaggio rolle figur postac persona postava персонаж")
TEXTS = _words(
    """text texts txt whatwassaid whatissaid whatsaid transcript transcription utterance utterances sentence
    content caption subtitle message words
    speech line said body phrase dialogue dialog transcripttext spokentext quote texte paroles phrase propos
    enonce contenu intervention transcriptiontexte wortlaut aussage inhalt nachricht transkript gesprochen rede
    satz beitrag redebeitrag statement statements spoken dialogues texto transcripcion contenido mensaje frase
    dicho enunciado testo trascrizione contenuto messaggio frase transcricao conteudo mensagem tekst
    transcriptie inhoud bericht uttalande yttrande teksti puhe wypowiedz tresc transkrypcja zdanie prepis obsah
    vyrok govor szoveg atirat continut текст реплика расшифровка сообщение метин metin κειμενο טקסט תמליל النص
    نص متن 文本 文字 内容 內容 本文 テキスト 発言 発話 発言内容 発話内容 发言内容 发言 讲话内容
    話した内容 텍스트 내용 발언 original originaltext fala falas
    ausserung ausserungen گفتار पाठ कथन teks ucapan noidung ข้อความ репліка"""
)
STARTS = _words(
    """start starttime begin from time timestamp timecode startsec startseconds starts startms startmilliseconds in
    offset tc tcin at debut heure temps minutage horodatage anfang beginn startzeit zeit zeitstempel uhrzeit zeitmarke
    von inicio comienzo tiempo hora marcadetiempo inizio tempo ora tijd begintijd starttijd tid aika poczatek czas
    zacatek cas kezdet ido inceput timp начало время старт час baslangic zaman αρχη χρονος זמן התחלה الوقت البداية وقت
    开始 开始时间 時間 时间 開始 開始時間 시간 시작 زمان شروع समय waktu mulai thoigian เวลา ωρα"""
)
DATES = _words("date datum fecha data dato pvm дата tarih 日期 日時 날짜 התאריך التاريخ")  # with times, if no column has these
ENDS = _words(
    """end endtime stop to endsec endseconds endms endmilliseconds out tcout finish fin ende endzeit bis fine fim einde
    eindtijd finalizacion slut loppu koniec konec veg sfarsit конец окончание bitis τελος סוף النهاية
    结束 结束时间 終了 終了時間 종료 끝"""
)
LENGTHS = _words(
    """duration dur length durationsec durationseconds durationms dauer duree duracion durata duracao duur varaktighet kesto
    czastrwania trvani idotartam durata длительность продолжительность тривалість sure διαρκεια משך المدة مدت 时长 時長 長さ
    길이"""
)
_SURNAMES = _words(
    "lastname surname familyname nachname nomdefamille apellido apellidos cognome sobrenome achternaam efternamn фамилия"
)
_FIRST_NAMES = _words("firstname givenname forename vorname prenom nombre prename voornaam fornamn имя")
_IN_MILLISECONDS = re.compile(r"[(\[（]\s*(?:ms|msec|milliseconds?|millisekunden|millisecondes?)\s*[)\]）]", re.IGNORECASE)


_SEPARATOR = re.compile(r"\ufeff?\"?sep=.\"?", re.IGNORECASE)  # what Excel reads before a table


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what; None if none does."""

    text: int
    speaker: int | None = None
    start: int | None = None
    end: int | None = None
    in_milliseconds: bool = False
    length: int | None = None
    surname: int | None = None

    def utterance(self, row: Sequence[str]) -> Utterance:
        speaker = _at(row, self.speaker).strip()
        if self.surname is not None:
            speaker = f"{speaker} {_at(row, self.surname).strip()}".strip()
        if len(speaker) > 1 and speaker.endswith((":", "：")):
            speaker = speaker[:-1].rstrip()
        start, end = self._time(row, self.start), self._time(row, self.end)
        if self.length is not None and start is not None and (length := self._time(row, self.length)) is not None:
            end = round(start + length, 3)
        text = _at(row, self.text)
        if not text.strip() and (heading := self._heading(row)):
            return Utterance("", heading)
        return Utterance(speaker, text, start, end)

    def _heading(self, row: Sequence[str]) -> str:
        """What stands in a *row* alone, in the place of a time or a name, and is none: what is spoken of from there on."""
        filled = [place for place, cell in enumerate(row) if cell.strip()]
        if len(filled) != 1 or filled[0] not in {self.speaker, self.start, self.end, 0}:
            return ""
        cell = row[filled[0]].strip()
        is_name = filled[0] == self.speaker and likeness(cell) > Likeness.NEVER
        return "" if is_name or " " not in cell or time_of(cell) is not None else cell

    def _time(self, row: Sequence[str], column: int | None) -> float | None:
        value = _at(row, column).strip().strip("[]()")
        time = time_of(value)
        return time / 1000 if time is not None and self.in_milliseconds and value.isdigit() else time


def time_of(value: str) -> float | None:
    """The seconds that a cell says, of a recording or, behind a date, of a day."""
    value = value.strip().strip("[]()")
    if value.isascii() and value.isdigit() and 10 <= len(value) <= _LONGEST_COUNT:  # from 1970 on
        return float(value)
    time = seconds(value.replace(",", "."))
    found = stamps.front(value) if time is None else None
    return found[0].start if found is not None and not found[1] else time


def _at(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def columns_of(header: Sequence[str], *, whole: bool = False) -> Columns | None:
    """What the columns of a table hold, by their names; None if *header* names no text beside a speaker or a time.

    *whole* takes only names that are known as a whole."""
    names = [_key(name) for name in header[:_MOST_COLUMNS]]
    cells = header[:_MOST_COLUMNS]
    text, speaker, start, end = (_column([] if whole else cells, names, known) for known in (TEXTS, SPEAKERS, STARTS, ENDS))
    if speaker is None:
        speaker = _column([] if whole else cells, names, CHARACTERS)
    if start is None and speaker is not None:
        start = next((place for place, name in enumerate(names) if name in DATES), None)
    end = None if end in (text, speaker, start) else end
    first, surname = (
        next((place for place, name in enumerate(names) if name in known), None) for known in (_FIRST_NAMES, _SURNAMES)
    )
    surname = surname if first is not None and speaker in (None, first, surname) else None
    speaker = first if surname is not None else speaker
    if (
        text is None
        or text in (speaker, start)
        or (speaker is None and start is None)
        or len({text, speaker, start, end} - {None}) < 2
    ):
        return None
    milliseconds = start is not None and (names == ["start", "end", "text"] or _is_in_milliseconds(names[start], cells[start]))
    length = next((place for place, name in enumerate(names) if name in LENGTHS and place not in (text, speaker, start)), None)
    return Columns(text, speaker, start, end, milliseconds, length if end is None else None, surname)


def times_in(header: Sequence[str]) -> Columns:
    """The columns of a *header* that tell when rows begin and end, by names that are known as a whole; none holds a text."""
    names = [_key(name) for name in header]
    start, end, length = (
        next((place for place, name in enumerate(names) if name in known), None) for known in (STARTS, ENDS, LENGTHS)
    )
    in_milliseconds = start is not None and _is_in_milliseconds(names[start], header[start])
    return Columns(len(header), None, start, end, in_milliseconds, length if end is None else None)


def _is_in_milliseconds(name: str, cell: str) -> bool:
    return name.endswith(("ms", "milliseconds")) or _IN_MILLISECONDS.search(cell) is not None


def _column(header: Sequence[str], names: Sequence[str], known: frozenset[str]) -> int | None:
    """The column with a known name, or else the first with a known word in it: `Hora de inicio`, `speaker_first_name`."""
    whole = next((number for number, name in enumerate(names) if name in known), None)
    if whole is not None:
        return whole
    words = known - _TOO_COMMON
    if any(": " in name for name in header):
        return None
    return next((number for number, name in enumerate(header) if _words_of(name) & words or _holds(name, words)), None)


def _words_of(name: str) -> set[str]:
    return {_key(word) for word in _WORD.findall(_CAMEL.sub(" ", name)[:_LONGEST_NAME])}


def _holds(name: str, words: frozenset[str]) -> bool:
    """Whether a name in a script without blanks holds one of the *words*."""
    return not name.isascii() and len(name) <= 12 and any(word in name for word in words if len(word) > 1 and word > "\u2e80")


# Files


def header_of(lines: Sequence[str]) -> tuple[str, int] | None:
    """The sign that parts the columns, and the place among *lines* of the header, if there is a table of speech. Before its
    header a program may have written what the sign is (`sep=;`) or what the table is of."""
    filled = [number for number, line in enumerate(lines) if line.strip("\ufeff \t\"';,|")]
    for number in filled[:_MOST_BEFORE]:
        for delimiter in DELIMITERS:
            cells = _cells(lines[number], delimiter) if delimiter in lines[number] else []
            columns = columns_of(cells) if cells else None
            if columns is None:
                continue
            first = number == filled[0] or (number == filled[1] and _SEPARATOR.fullmatch(lines[filled[0]]) is not None)
            known = first and columns_of(cells, whole=True) is not None
            if known or _goes_on(lines[number + 1 :], delimiter, len(cells), 2 if number == filled[0] else 3):
                return delimiter, number
    return None


def _goes_on(lines: Sequence[str], delimiter: str, columns: int, least: int) -> bool:
    """Whether what follows a header has as many cells, at *least* some: a line of speech may name columns as well."""
    below = [len(_cells(line, delimiter)) for line in lines[:3] if line.strip()]
    return columns >= least and bool(below) and all(number >= columns for number in below)


def looks_like_labels(lines: Sequence[str]) -> bool:
    """True for a track of labels as audio editors write them: start, end and text between tabs, without a header."""
    filled = [line for line in lines if line.strip()]
    return len(filled) > 0 and all(_is_label(line) for line in filled)


def _is_label(line: str) -> bool:
    cells = line.split("\t")
    return len(cells) == 3 and all(re.fullmatch(r"\d{1,9}[.,]\d{1,9}", cell) for cell in cells[:2])


def _cells(header: str, delimiter: str) -> list[str]:
    return next(csv.reader([header.strip("\ufeff")], delimiter=delimiter), [])


def table(text: str, delimiter: str, before: int = 0) -> Reading:
    """A CSV or TSV file with a header, *before* which some lines stand that are none of its rows. Raises BadContent, with line
    and column, for a row that the header does not fit."""
    if before:
        text = "\n" * before + text.split("\n", before)[before]
    text = _of_markdown(text) if delimiter == "|" else text
    name = "tsv" if delimiter == "\t" else "csv"
    rows = rows_of_file(text, delimiter, f"a {name.upper()} table")
    header = next((row for _, row in rows if any(map(str.strip, row))), [])
    columns = columns_of(header)
    if columns is None:  # the header was recognised by `delimiter_of`, which reads one line
        raise broken(f"a {name.upper()} table", "the header goes on over several lines", 1, 1)
    fitted = [_fitted(row, header, columns, delimiter, line) for line, row in rows]
    said = [columns.utterance(row) for row in fitted]
    if columns.in_milliseconds and not _plausible(said):
        said = [replace(columns, in_milliseconds=False).utterance(row) for row in fitted]
    return _reading(name, in_seconds(said), {"lines before the header": before} if before else {})


def _of_markdown(text: str) -> str:
    """The rows of a table as Markdown writes it, without the signs around them."""
    lines = text.split("\n")
    if not all(line.lstrip().startswith("|") for line in lines if line.strip()):
        return text
    rows = ["" if _RULE.fullmatch(line) else line.strip().removeprefix("|").removesuffix("|") for line in lines]
    return "\n".join('"' + '"|"'.join(_md_cells(row)) + '"' if row else "" for row in rows)


def _md_cells(row: str) -> list[str]:
    cells = (cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row))
    return [(found["inside"] if (found := _EMPHASIS.fullmatch(cell)) else cell).replace('"', '""') for cell in cells]


def labels(text: str) -> Reading:
    """A track of labels without a header."""
    said = [Columns(2, None, 0, 1).utterance(line.split("\t", 2)) for line in text.split("\n") if line.strip()]
    return _reading("tsv", said)


def _reading(name: str, said: Sequence[Utterance], left_out: Mapping[str, int] = MappingProxyType({})) -> Reading:
    if not any(each.text.strip() for each in said):
        raise without_speech(f"a {name.upper()} table")
    return Reading(name, spoken(said), left_out=left_out, rolls=True)


# Tables without a header


def unheaded(lines: Sequence[str]) -> Columns | None:
    """What the columns are of a table without a header, between tabs: some are times, one a name that comes again, the last a
    text. Other lines, such as the date of a day in a chat, may stand between the rows."""
    filled = [line for line in lines if line.strip()]
    rows = [cells for line in filled if len(cells := line.split("\t")) > 1]
    width = min(map(len, rows), default=0)
    if len(rows) < _LEAST_ROWS or len(rows) < 0.6 * len(filled) or width > 5:
        return None
    times = [column for column in range(width - 1) if all(time_of(row[column]) is not None for row in rows)]
    names = [column for column in range(width - 1) if column not in times]
    if len(names) != 1 or not _come_again([row[names[0]].strip() for row in rows], timed=bool(times)):
        return None
    start, end, *_ = [*times, None, None]
    return Columns(width - 1, names[0], start, end)


def _come_again(names: Sequence[str], *, timed: bool) -> bool:
    short = all(0 < len(name) <= _LONGEST_NAME and not name.endswith((".", "!", "?", ":", "：")) for name in names)
    return short and len(set(names)) <= (len(names) - 1 if timed else len(names) // 2 + 1)


def rows_of(lines: Sequence[str], columns: Columns) -> Reading:
    """A table without a header; a line that is no row goes on from the row before."""
    said: list[Utterance] = []
    for line in lines:
        cells = line.split("\t", columns.text)
        if len(cells) > columns.text:
            said.append(columns.utterance(cells))
        elif line.strip() and said:
            said[-1] = replace(said[-1], text=f"{said[-1].text} {line}")
        elif line.strip():
            said.append(Utterance("", line))
    return _reading("tsv", in_seconds(said))


def _plausible(said: Sequence[Utterance]) -> bool:
    """Whether nobody speaks more than 100 characters a second, as they would if seconds were taken for milliseconds."""
    timed = [each for each in said if each.start is not None and each.end is not None and each.end > each.start]
    spent = sum((each.end or 0.0) - (each.start or 0.0) for each in timed)
    return sum(len(each.text) for each in timed) <= 100 * spent


def rows_of_file(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, each with the number of its first line. Raises BadContent for a quotation that does not end."""
    csv.field_size_limit(LARGEST_CELL)
    lines = text.strip("\ufeff").split("\n")
    said = delimiter == "\t" and '"' in text and _are_said(lines)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if said else csv.QUOTE_MINIMAL
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True, quoting=quoting)
    while True:
        first = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as exc:
            column = lines[first - 1].find('"') + 1 if first <= len(lines) else 1
            raise broken(name, f"{exc}; a quotation mark inside quotation marks is doubled", first, max(column, 1)) from exc
        if row is None:
            return
        if any(map(str.strip, row)):
            yield first, [cell.rstrip("\n") if number == len(row) - 1 else cell for number, cell in enumerate(row)]


def _are_said(lines: Sequence[str]) -> bool:
    """Whether quotation marks between tabs are words: no cell goes on in another line, and some only begin with one."""
    rows = [line.split("\t") for line in lines if line.strip()]
    quoted = (cell for row in rows for cell in row if cell[:1] == '"')
    return len(set(map(len, rows))) == 1 and not all(cell[-1] == '"' and cell[1:-1].count('"') % 2 == 0 for cell in quoted)


def _fitted(row: Sequence[str], header: Sequence[str], columns: Columns, delimiter: str, line: int) -> Sequence[str]:
    """*row* with the cells of the header; a text with delimiters in it, which nobody quoted, is one cell if it comes last."""
    if len(row) <= len(header):
        return row
    if not any(map(str.strip, row[len(header) :])):
        return row[: len(header)]
    if columns.text == len(header) - 1:
        return [*row[: columns.text], delimiter.join(row[columns.text :])]
    reason = (
        f"the header has {len(header)} columns and this row {len(row)}: put a text with {delimiter!r} in it in quotation marks"
    )
    raise broken("a table", reason, line, sum(len(cell) + 1 for cell in islice(row, len(header))))


# Tables in documents


def row_as_line(cells: Sequence[str]) -> str:
    """A row of a document's table as a line of text: a time and a short cell before the last one become its label."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2:
        return "".join(filled)
    *before, said = filled
    times = [cell for cell in before if seconds(cell.strip("[]()")) is not None]
    names = [cell for cell in before if cell not in times]
    if len(names) > 1 or any(len(name) > 64 or "\n" in name for name in names):
        return "\t".join(filled)
    time = f"[{times[0].strip('[]()')}] " if times else ""
    return f"{time}{names[0].rstrip(':： ')}: {said}" if names else f"{time}{said}"
