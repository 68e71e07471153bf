"""Tables: CSV and TSV files, and the rows of tables in documents, read as who says what."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from app.transcript.formats.base import Reading, broken, seconds, spoken, without_speech
from app.transcript.turn import Utterance

DELIMITERS = ",;\t|"
LARGEST_CELL = 2**24  # characters
_MOST_COLUMNS = 256

_NOT_A_LETTER = re.compile(r"[\W_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What columns are called, in small letters without accents, blanks and signs.
SPEAKERS = _words(
    """speaker speakers speakername speakerid speakerlabel spk spkr who name participant person author from user username
    sender actor role displayname speakertag locuteur locutrice intervenant intervenante orateur oratrice nom personne
    participante auteur qui sprecher sprecherin redner rednerin teilnehmer teilnehmerin wer person hablante orador
    oradora interlocutor participante nombre quien ponente autor parlante relatore oratore nome partecipante chi
    locutor falante quem interveniente spreker naam deelnemer talare hogtalare namn taler puhuja nimi mowca rozmowca
    osoba imie uczestnik mluvci recnik recnici jmeno ucastnik hovorca govornik ime beszelo felszolalo nev vorbitor
    nume спикер говорящий имя участник докладчик мовець оратор konusmaci isim ομιλητης ονομα מדבר דובר שם المتحدث
    متحدث الاسم گوینده 话者 話者 说话人 發言人 发言人 講者 讲者 発言者 話し手 氏名 姓名 화자 발언자 이름"""
)
TEXTS = _words(
    """text texts transcript transcription utterance utterances sentence content caption subtitle message words speech
    line said body phrase dialogue dialog transcripttext spokentext quote texte paroles phrase propos enonce contenu
    intervention transcriptiontexte wortlaut aussage inhalt nachricht transkript gesprochen rede satz beitrag
    redebeitrag texto transcripcion contenido mensaje frase dicho enunciado testo trascrizione contenuto messaggio
    frase transcricao conteudo mensagem tekst transcriptie inhoud bericht uttalande yttrande teksti puhe wypowiedz
    tresc transkrypcja zdanie prepis obsah vyrok govor szoveg atirat continut текст реплика расшифровка сообщение
    метин metin κειμενο טקסט תמליל النص نص متن 文本 文字 内容 內容 本文 テキスト 発言 発話 텍스트 내용 발언"""
)
STARTS = _words(
    """start starttime begin from time timestamp timecode startsec startseconds starts startms startmilliseconds in
    offset tc tcin at debut heure temps minutage horodatage anfang beginn startzeit zeit zeitstempel uhrzeit zeitmarke
    von inicio comienzo tiempo hora marcadetiempo inizio tempo ora tijd begintijd starttijd tid aika poczatek czas
    zacatek cas kezdet ido inceput timp начало время старт час baslangic zaman αρχη χρονος זמן התחלה الوقت البداية وقت
    开始 开始时间 時間 时间 開始 開始時間 시간 시작"""
)
ENDS = _words(
    """end endtime stop to endsec endseconds endms endmilliseconds out tcout finish fin ende endzeit bis fine fim einde
    eindtijd slut loppu koniec konec veg sfarsit конец окончание bitis τελος סוף النهاية 结束 结束时间 終了 終了時間 종료 끝"""
)


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what; None if none does."""

    text: int
    speaker: int | None = None
    start: int | None = None
    end: int | None = None
    in_milliseconds: bool = False

    def utterance(self, row: Sequence[str]) -> Utterance:
        speaker = _at(row, self.speaker).strip()
        if len(speaker) > 1 and speaker.endswith((":", "：")):
            speaker = speaker[:-1].rstrip()
        return Utterance(speaker, _at(row, self.text), self._time(row, self.start), self._time(row, self.end))

    def _time(self, row: Sequence[str], column: int | None) -> float | None:
        value = _at(row, column).strip().strip("[]()")
        time = seconds(value.replace(",", "."))
        return time / 1000 if time is not None and self.in_milliseconds and value.isdigit() else time


def _at(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def columns_of(header: Sequence[str]) -> Columns | None:
    """What the columns of a table hold, by their names; None if *header* names no text beside a speaker or a time."""
    names = [_key(name) for name in header[:_MOST_COLUMNS]]
    text, speaker, start, end = (_column(names, known) for known in (TEXTS, SPEAKERS, STARTS, ENDS))
    if text is None or (speaker is None and start is None) or len({text, speaker, start, end} - {None}) < 2:
        return None
    milliseconds = start is not None and (names[start].endswith(("ms", "milliseconds")) or names == ["start", "end", "text"])
    return Columns(text, speaker, start, end, in_milliseconds=milliseconds)


def _key(name: str) -> str:
    """*name* as the lists above have it: `Début (s)` is `debut`."""
    bare = re.sub(r"[(\[（].*?[)\]）]|\bin (?:seconds|ms)\b", "", name)
    decomposed = unicodedata.normalize("NFKD", bare.strip("\ufeff \t").casefold())
    return _NOT_A_LETTER.sub("", "".join(each for each in decomposed if not unicodedata.combining(each)))


def _column(names: Sequence[str], known: frozenset[str]) -> int | None:
    return next((number for number, name in enumerate(names) if name in known), None)


# Files


def delimiter_of(lines: Sequence[str]) -> str | None:
    """The sign that parts the columns, if the first line that holds something is the header of a table of speech."""
    header = next((line for line in lines if line.strip("\ufeff \t\"';,|")), "")
    for delimiter in DELIMITERS:
        if delimiter in header and columns_of(_cells(header, delimiter)) is not None:
            return delimiter
    return None


def looks_like_labels(lines: Sequence[str]) -> bool:
    """True for a track of labels as audio editors write them: start, end and text between tabs, without a header."""
    filled = [line for line in lines if line.strip()]
    return len(filled) > 0 and all(_is_label(line) for line in filled)


def _is_label(line: str) -> bool:
    cells = line.split("\t")
    return len(cells) == 3 and all(re.fullmatch(r"\d{1,9}[.,]\d{1,9}", cell) for cell in cells[:2])


def _cells(header: str, delimiter: str) -> list[str]:
    return next(csv.reader([header.strip("\ufeff")], delimiter=delimiter), [])


def table(text: str, delimiter: str) -> Reading:
    """A CSV or TSV file with a header. Raises BadContent, with line and column, for a row that the header does not fit."""
    name = "tsv" if delimiter == "\t" else "csv"
    rows = _rows(text, delimiter, f"a {name.upper()} table")
    header = next((row for _, row in rows if any(map(str.strip, row))), [])
    columns = columns_of(header)
    if columns is None:  # the header was recognised by `delimiter_of`, which reads one line
        raise broken(f"a {name.upper()} table", "the header goes on over several lines", 1, 1)
    fitted = [_fitted(row, header, columns, delimiter, line) for line, row in rows]
    said = [columns.utterance(row) for row in fitted]
    if columns.in_milliseconds and not _plausible(said):
        said = [replace(columns, in_milliseconds=False).utterance(row) for row in fitted]
    return _reading(name, said)


def labels(text: str) -> Reading:
    """A track of labels without a header."""
    said = [Columns(2, None, 0, 1).utterance(line.split("\t", 2)) for line in text.split("\n") if line.strip()]
    return _reading("tsv", said)


def _reading(name: str, said: Sequence[Utterance]) -> Reading:
    if not any(each.text.strip() for each in said):
        raise without_speech(f"a {name.upper()} table")
    return Reading(name, spoken(said), rolls=True)


def _plausible(said: Sequence[Utterance]) -> bool:
    """Whether nobody speaks more than 100 characters a second, as they would if seconds were taken for milliseconds."""
    timed = [each for each in said if each.start is not None and each.end is not None and each.end > each.start]
    spent = sum((each.end or 0.0) - (each.start or 0.0) for each in timed)
    return sum(len(each.text) for each in timed) <= 100 * spent


def _rows(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, each with the number of its first line. Raises BadContent for a quotation that does not end."""
    csv.field_size_limit(LARGEST_CELL)
    lines = text.strip("\ufeff").split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
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
