"""What is written like labels and is something else: timetables, verses, stage directions, rights, logs of programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from app.transcript import names
from app.transcript.labels import forms
from app.transcript.labels.tally import Tally
from app.transcript.names import Likeness

_OF_PROGRAMS = 0.25  # of the labels, in a log that nobody speaks in
_OF_FILES = 0.25  # of the labels of a list
_SEVERAL = 4  # lines
_NEARLY_ALL = 0.9
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_URGENCY = "; urgency="
_OF_A_PACKAGE = re.compile(r"[a-z\d][a-z\d+.-]{1,60} \([^() ]{1,60}\) [\w ,.-]{1,60}; urgency=")
_DAY_AND_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d [^<>:]{2,60} <[^<>@\s]{1,40}@[^<>@\s]{1,60}>$")
_FILE = re.compile(  # `src/scanner.l (next)`
    r"[\w./+*-]{1,80}\.(?:[chlysm]|cc|cpp|cxx|hpp|py|js|ts|tsx|jsx|java|rs|go|rb|pl|pm|sh|ac|am|in|m4|texi|md|rst|txt|html?|css|scss"
    r"|json|ya?ml|toml|xml|cfg|conf|ini|po|el|f90|sql|php|swift|kt|vue|lua|cmake|tex|mk|map|sym|def|spec)(?: \([^()]*\))?$"
)
_DAEMONS = frozenset(
    (
        *("kernel", "systemd", "sshd", "cron", "crond", "anacron", "dbus-daemon", "networkmanager", "rsyslogd", "syslogd"),
        *("sudo", "su", "login", "ntpd", "chronyd", "dhclient", "dhcpd", "dnsmasq", "dockerd", "containerd", "kubelet"),
        *("polkitd", "wpa_supplicant", "avahi-daemon", "auditd", "smartd", "acpid", "udevd", "named", "httpd", "nginx"),
    )
)


def are_of_a_timetable(tally: Tally) -> bool:
    """Whether hardly a word, and no sentence, stands behind the times: `Train 7:15 Kiel`."""
    said = sum(found.rest.count(" ") > 1 or found.rest[-1:] in forms.ENDS_OF_SPEECH for found in tally.found.values())
    return tally.lines >= _SEVERAL and 4 * said < len(tally.found)


def are_directions(tally: Tally, people: Tally) -> bool:
    """Whether most stand alone on their lines and begin with small letters, as in scripts of films: `(quietly)`. If they come
    again, other *people* have their names alone on lines."""
    again = 2 * sum(times for times in tally.seen.values() if times > 1) > tally.lines
    named = (name for name, times in people.seen.items() if times > 1 and names.likeness(people.shown[name]) >= Likeness.NAME)
    if again and not any(named):
        return False
    alone = sum(not found.rest and names.is_small(found.name[0]) for found in tally.found.values())
    return alone >= _NEARLY_ALL * len(tally.found)


def are_rights(tally: Tally) -> bool:
    """Whether most say whose rights something is: `(C) 2004 Ann Lee`."""
    claims = sum(found.name in ("c", "C") and _YEAR.match(found.rest) is not None for found in tally.found.values())
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
    told = 2 * sum(_is_a_daemon(each[-1]) for each in words) > len(words)
    if told and len(hosts) == 1 and all(len(each) == 2 for each in words) and _is_of_a_machine(tally, hosts.pop()):
        return True
    return _OF_PROGRAMS * tally.lines <= sum(times for name, times in tally.seen.items() if names.is_program(tally.shown[name]))


def heads_changes(line: str) -> bool:
    """Whether *line* heads the changes of a package's version: `bzip2 (1.0.8-5) unstable; urgency=medium`."""
    return _URGENCY in line and _OF_A_PACKAGE.match(line) is not None


def ends_changes(line: str) -> bool:
    """Whether *line* says who made the changes of a version above it: `-- Ann Lee <ann@quay.example>  Mon, 02 Mar 2026`."""
    return line.startswith("-- ") and "@" in line and "> " in line


def dates_changes(line: str) -> bool:
    """Whether *line* says who made the changes below it, and on which day: `2026-03-02 Ann Lee <ann@quay.example>`."""
    return _DAY_AND_ADDRESS.match(line) is not None


def are_files(tally: Tally) -> bool:
    """Whether many labels are names of files, as in a log of changes: `* src/scanner.l (next): Skip blanks.`"""
    return _OF_FILES * tally.lines <= sum(times for name, times in tally.seen.items() if _FILE.match(name) is not None)


def _is_a_daemon(word: str) -> bool:
    """Whether *word* is what programs of a machine are called: `sshd[11]`, `kernel`."""
    return word in _DAEMONS or word.startswith("systemd-") or (word[-1] == "]" and word.rpartition("[")[2][:-1].isdigit())


def _is_of_a_machine(tally: Tally, host: str) -> bool:
    """Whether the name of a machine, in small letters or with digits, stands before all labels with a date."""
    dated = all(found.stamp.dated for found in tally.found.values())
    return dated and all(shown[0].islower() for shown in tally.shown.values()) and host.isascii()


def are_levels(tally: Tally) -> bool:
    """Whether most labels end with how grave it is what a program tells: `Server thread/INFO`."""
    return 2 * sum(times for name, times in tally.seen.items() if names.is_level(tally.shown[name])) > tally.lines


def are_names(texts: Iterable[str]) -> bool:
    return all(names.likeness(each) >= Likeness.NAME for each in texts)


def are_sentences(tally: Tally) -> bool:
    """Whether nothing stands behind most labels that end with a full stop, as where all words are in capitals."""
    return 2 * sum(not found.rest for found in tally.found.values()) > len(tally.found)
