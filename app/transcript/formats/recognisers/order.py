"""The order of segments: that of their times, where a file lists them otherwise, as one speaker behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.transcript.turn import Utterance

REORDERED = "the segments do not stand in the order of their times: they are read in that order"
_LONG_RUN = 4  # segments in order, at an average, of recordings that stand behind each other
_HALF_A_DAY = 43_200.0  # seconds by which times of a day fall at midnight, and at least
_SILENCE, _LONG_SILENCE = 1.0, 10.0  # seconds before the first words of a recording; of one with long runs


def in_order(said: Sequence[Utterance]) -> tuple[Sequence[Utterance], tuple[str, ...]]:
    """*said* in the order of its times, and a warning if that is another; times that begin anew, as those of several
    recordings do, tell no order."""
    starts = [each.start for each in said if each.start is not None]
    if len(starts) < len(said) or all(before <= after for before, after in pairwise(starts)):
        return said, ()
    runs = _runs(said)
    midnight = any(before - after > _HALF_A_DAY for before, after in pairwise(starts))
    if midnight or (_begin_anew(runs, len(said)) and not _are_tracks(runs)):
        return said, ()
    return sorted(said, key=lambda each: each.start or 0.0), (REORDERED,)


def _runs(said: Sequence[Utterance]) -> list[list[Utterance]]:
    """*said* in pieces, each in the order of its times."""
    runs: list[list[Utterance]] = []
    for each in said:
        if not runs or (each.start or 0.0) < (runs[-1][-1].start or 0.0):
            runs.append([])
        runs[-1].append(each)
    return runs


def _are_tracks(runs: Sequence[Sequence[Utterance]]) -> bool:
    """Whether each of the *runs* is all that one speaker says."""
    speakers = {each.speaker for run in runs for each in run}
    return "" not in speakers and len(speakers) == len(runs) and all(len({each.speaker for each in run}) == 1 for run in runs)


def _begin_anew(runs: Sequence[Sequence[Utterance]], number: int) -> bool:
    """Whether each of the *runs* begins as a recording does."""
    silence = _LONG_SILENCE if number >= _LONG_RUN * len(runs) else _SILENCE
    begins = [run[0].start or 0.0 for run in runs]
    return max(begins) <= min(begins) + silence
