"""What is written like labels and is something else: timetables, verses, stage directions, rights, logs of programs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from app.transcript import names
from app.transcript.labels import forms
from app.transcript.labels.tally import Tally
from app.transcript.names import Likeness

_OF_PROGRAMS = 0.25  # of the labels, in a log that nobody speaks in
_SEVERAL = 4  # lines
_NEARLY_ALL = 0.9


def are_of_a_timetable(tally: Tally) -> bool:
    """Whether hardly a word, and no sentence, stands behind the times: `Train 7:15 Kiel`."""
    said = sum(found.rest.count(" ") > 1 or found.rest[-1:] in forms.ENDS_OF_SPEECH for found in tally.found.values())
    return tally.lines >= _SEVERAL and 4 * said < len(tally.found)


def are_directions(tally: Tally) -> bool:
    """Whether most stand alone on their lines and begin with small letters, as in scripts of films: `(quietly)`."""
    alone = sum(not found.rest and names.is_small(found.name[0]) for found in tally.found.values())
    return alone >= _NEARLY_ALL * len(tally.found)


def are_rights(tally: Tally) -> bool:
    """Whether most say whose rights something is: `(C) 2004 Ann Lee`."""
    claims = sum(found.name in ("c", "C") and found.rest[:1].isdigit() for found in tally.found.values())
    return 2 * claims > len(tally.found)


def are_verses(tally: Tally) -> bool:
    """Whether the times fall so often that they are places in books: `John 3:16 For God so loved`."""
    starts = [found.stamp.start for found in tally.found.values() if found.stamp.start is not None]
    falls = sum(after < before for before, after in pairwise(starts))
    return len(starts) >= _SEVERAL and 3 * falls >= len(starts)


def are_programs(tally: Tally) -> bool:
    """Whether programs tell what stands behind many of the labels, as in the log of a machine."""
    words = [name.split() for name in tally.seen]
    hosts = {each[0] for each in words if len(each) == 2}
    if len(words) > 1 and len(hosts) == 1 and all(len(each) == 2 for each in words) and _is_of_a_machine(tally, hosts.pop()):
        return True
    return _OF_PROGRAMS * tally.lines <= sum(times for name, times in tally.seen.items() if names.is_program(tally.shown[name]))


def _is_of_a_machine(tally: Tally, host: str) -> bool:
    """Whether the name of a machine, in small letters or with digits, stands before all labels with a date."""
    dated = all(found.stamp.dated for found in tally.found.values())
    return dated and all(shown[0].islower() for shown in tally.shown.values()) and host.isascii()


def are_names(texts: Iterable[str]) -> bool:
    return all(names.likeness(each) >= Likeness.NAME for each in texts)


def are_sentences(tally: Tally) -> bool:
    """Whether nothing stands behind most labels that end with a full stop, as where all words are in capitals."""
    return 2 * sum(not found.rest for found in tally.found.values()) > len(tally.found)
