"""Transcripts: bytes to text, text to turns, turns to turns that are short enough."""

from __future__ import annotations

from app.transcript.encoding import decode
from app.transcript.formats import Written, written
from app.transcript.plain import plain
from app.transcript.reader import read, roster, stream
from app.transcript.splitting import split
from app.transcript.turn import UNKNOWN_SPEAKER, Turn, whole

__all__ = ["UNKNOWN_SPEAKER", "Turn", "Written", "decode", "plain", "read", "roster", "split", "stream", "whole", "written"]
