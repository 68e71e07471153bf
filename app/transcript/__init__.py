"""Transcripts: bytes to text, text to turns, turns to turns that are short enough."""

from __future__ import annotations

from app.transcript.encoding import Decoded, decode, decoded
from app.transcript.parsing import parse
from app.transcript.plain import plain
from app.transcript.reader import read, roster, stream
from app.transcript.splitting import split
from app.transcript.transcript import Report, Transcript, as_text
from app.transcript.turn import UNKNOWN_SPEAKER, Turn, Utterance, whole

__all__ = [
    "UNKNOWN_SPEAKER",
    "Decoded",
    "Report",
    "Transcript",
    "Turn",
    "Utterance",
    "as_text",
    "decode",
    "decoded",
    "parse",
    "plain",
    "read",
    "roster",
    "split",
    "stream",
    "whole",
]
