"""Transcripts: bytes to text, text to turns, turns to turns that are short enough."""

from __future__ import annotations

from app.transcript.corrections import TurnChange, changed_turns, corrected, shown_turns
from app.transcript.encoding import Decoded, decode, decoded
from app.transcript.lexicon import TITLES, TITLES_IN_FULL
from app.transcript.naming import Renaming, named, renamed
from app.transcript.parsing import parse
from app.transcript.plain import plain
from app.transcript.reader import read, roster, stream
from app.transcript.sentences import ends as sentence_ends
from app.transcript.splitting import split
from app.transcript.transcript import Report, StoredTranscript, Transcript, characters, turns_of
from app.transcript.turn import UNKNOWN_SPEAKER, Turn, Utterance, whole

__all__ = ["TITLES", "TITLES_IN_FULL"]
__all__ += ["UNKNOWN_SPEAKER", "Decoded", "Renaming", "Report", "StoredTranscript", "Transcript", "Turn", "TurnChange"]
__all__ += ["Utterance"]
__all__ += ["changed_turns", "characters", "corrected", "decode", "decoded", "named", "parse", "plain", "read", "renamed"]
__all__ += ["roster", "sentence_ends", "shown_turns", "split", "stream", "turns_of", "whole"]
