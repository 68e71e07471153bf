"""Who speaks in the JSON of a recogniser: by name, by identifier, or by channel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.transcript.formats.base import seconds
from app.transcript.formats.recognisers.keys import NAME, SPEAKER, Object, first_text, plain_key
from app.transcript.formats.recognisers.times import first_time, time_of, times_of
from app.transcript.turn import Utterance

_IDENTITIES = ("user", "application", "device")  # of which one is set where Microsoft Graph says who
_NESTED = ("data", "attrs", "attributes", "metadata", "meta", "additions")  # objects in a segment that say who and when
_NUMBERED_SPEAKER = re.compile(r"(?:speaker|spk|spkr|person|channel)[ _-]?\d{1,4}", re.IGNORECASE)
_CHANNELS = ("channel", "channeltag", "mediachannel", "channelid", "channelindex", "source", "track")
_DEVICES = frozenset(
    ["microphone", "system", "speaker", "mic", "left", "right", "inbound", "outbound", "inbound_track", "outbound_track"]
)
_TABLES = (
    *(f"speaker{each}" for each in ("s", "names", "map", "mapping", "info", "labels")),
    *("participants", "parties", "users", "attendees"),
)
_TABLE_ENDS = ("participants", "attendees")  # `externalParticipants`
_IDENTIFIERS = ("speakerid", "spkid", "participantid", "personid", "userid", "id", "uuid", "speaker", "label", "index")
_PERSONS = ("participantid", "participantidentity", "userid", "speakerid", "senderid", "authorid")  # who has a role
_MOST_AT_ONCE = 8  # speakers
_SCORES = ("confidence", "score", "probability")
_IDENTIFIER = re.compile(r"[A-Z]{2}[0-9a-f]{32}")  # of Twilio's sentences, which stand under `sid`
_FIRST_NAME = NAME.index("firstname")
_TELEPHONE = re.compile(r"\+?\d[\d ()-]{4,20}")
_NO_NAME = ("count", "confidence", "score", "time", "change", "start", "end", "model", "embedding")


def by_channel(items: Sequence[Object], said: Sequence[Utterance]) -> list[Utterance]:
    """*said* with the channels as speakers, if there are several."""
    channels = [channel_of(each) for each in items]
    if len(set(channels)) < 2 or None in channels:
        return list(said)
    return [replace(each, speaker=channel or "") for each, channel in zip(said, channels, strict=True)]


def apart_by_channel(items: Sequence[Object], said: Sequence[Utterance]) -> list[Utterance]:
    """*said* with the channel before each speaker's number, if the numbers begin anew on each channel."""
    channels = [channel_of(each) for each in items]
    heard = {(channel, each.speaker) for channel, each in zip(channels, said, strict=True)}
    if len(set(channels)) < 2 or None in channels or len(heard) == len({speaker for _, speaker in heard}):
        return list(said)
    if not all(_NUMBERED_SPEAKER.fullmatch(each.speaker) or each.speaker.isdigit() for each in said):
        return list(said)
    return [replace(each, speaker=f"{channel}, {each.speaker}") for each, channel in zip(said, channels, strict=True)]


def apart_by_person(items: Sequence[Object], said: Sequence[Utterance], called: Mapping[str, str]) -> list[Utterance]:
    """*said* with the identifier of each person as the speaker where one role (`user`) is that of several people."""
    ids = [next((name for key in _PERSONS if (name := person_name(each.get(key), called))), "") for each in items]
    roles = [str(each.get("role") or "").strip() for each in items]
    people: dict[str, set[str]] = {}
    for role, identity in zip(roles, ids, strict=True):
        people.setdefault(role, set()).update({identity} - {""})
    return [
        replace(each, speaker=identity) if identity and each.speaker == role and len(people[role]) > 1 else each
        for each, role, identity in zip(said, roles, ids, strict=True)
    ]


def channel_of(item: Object) -> str | None:
    """The channel of a segment: by number, by what it is called, or by the device that heard it."""
    within = item.get("metadata")
    for holder in (item, within if isinstance(within, dict) else {}):
        for value in map(holder.get, _CHANNELS):
            value = value[0] if isinstance(value, list) and value else value  # noqa: PLW2901
            if (number := time_of(value)) is not None:
                return f"Channel {number:g}"
            if isinstance(value, str) and value in _DEVICES:
                return value
    return None


def names_by_id(documents: Iterable[Object]) -> dict[str, str]:
    """The names behind identifiers, where a document lists or maps its speakers."""
    called: dict[str, str] = {}
    for document in documents:
        for key in (*_TABLES, *(key for key in document if key.endswith(_TABLE_ENDS) and key not in _TABLES)):
            listed = document.get(key)
            if isinstance(listed, dict):
                named = {name: first_text(value, NAME) if isinstance(value, dict) else value for name, value in listed.items()}
                called.update({name: value for name, value in named.items() if isinstance(value, str) and value.strip()})
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, dict):
                    called.update(_identified(each))
    return called


def _identified(person: Object) -> dict[str, str]:
    identity = next((person[key] for key in _IDENTIFIERS if person.get(key) is not None), None)
    name = first_text(person, NAME)
    if identity is None:  # Google Meet: the name is an identifier, and the user within has one of people
        users = (value for key, value in person.items() if key.endswith("user") and isinstance(value, dict))
        identity, name = name, next((first_text(user, ("displayname",)) for user in users), "")
    return {str(identity): name} if isinstance(identity, str | int) and name and name != str(identity) else {}


def speaker_of(item: Object, called: Mapping[str, str]) -> str:
    for key in SPEAKER:
        name = (person_name(item[key], called) or _at_once(item[key], item, called)) if key in item else ""
        if name and _may_name(key, name):
            return name
    return _nested_speaker(item, called) or _given_names(item)


def _at_once(who: Any, item: Object, called: Mapping[str, str]) -> str:
    """The likeliest of several speakers, or all of them, who a segment with a time says spoke at once."""
    if not isinstance(who, list) or not 1 < len(who) <= _MOST_AT_ONCE:
        return ""
    scores = [score for each in who if isinstance(each, dict) and (score := first_time(each, _SCORES, 1.0)) is not None]
    if len(scores) == len(who):
        return person_name(who[scores.index(max(scores))], called)
    if times_of(item)[0] is None:  # it may be a whole transcript, with all who speak in it
        return ""
    names = [person_name(each, called) for each in who]
    return " / ".join(dict.fromkeys(names)) if all(names) else ""


def _may_name(key: str, name: str) -> bool:
    """Whether what stands under *key* is no time and no identifier of what is said."""
    if key == "identifier":
        return _TELEPHONE.fullmatch(name) is not None
    return (key != "from" or seconds(name) is None) and (key != "sid" or not _IDENTIFIER.fullmatch(name))


def _given_names(person: Object) -> str:
    """First and last name of a person, if both stand there."""
    names = [person[key].strip() for key in ("firstname", "lastname") if isinstance(person.get(key), str)]
    return " ".join(names) if len(names) == 2 and all(names) else ""


def _nested_speaker(item: Object, called: Mapping[str, str]) -> str:
    """The speaker under a key that no list above has, or in an object within the segment."""
    for key, value in item.items():
        if _is_of_a_speaker(key, value) and (name := person_name(value, called)):
            return name
        if key in _NESTED and isinstance(value, dict) and (name := speaker_of(value, called)):
            return name
    label = item.get("label")
    return label if isinstance(label, str) and _NUMBERED_SPEAKER.fullmatch(label) else ""


def _is_of_a_speaker(key: str, value: Any) -> bool:
    if isinstance(value, list):
        return False
    of_one = key.endswith(("attendeeid", "attendeename")) or (key == "u" and isinstance(value, dict))
    return of_one or ("speaker" in key and not key.endswith(_NO_NAME))


def person_name(who: Any, called: Mapping[str, str]) -> str:
    """A name, whatever stands for it: a text, a number, an object, a list with one of these."""
    if isinstance(who, list) and len(who) == 1:
        who = who[0]
    if isinstance(who, dict):
        first = _FIRST_NAME
        whole = next((name for key in NAME[:first] if (name := person_name(who.get(key), called))), "") or _given_names(who)
        parts = (person_name(who.get(key), called) for key in (*NAME[first:], *_IDENTITIES))
        return whole or next((name for name in parts if name), "")
    if isinstance(who, bool) or not isinstance(who, str | int | float):
        return ""
    text = f"{who:g}" if isinstance(who, float) else str(who).strip()
    if called_so := called.get(text) or called.get(plain_key(text)):
        return called_so
    return text if isinstance(who, str) else f"Speaker {text}"


def of_one_spelling(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """*said* with the speaker `0` as `Speaker 0` if both are there: a number that is written as a text here and there."""
    speakers = {each.speaker for each in said}
    twice = {speaker for speaker in speakers if speaker.isdigit() and f"Speaker {speaker}" in speakers}
    return (
        [replace(each, speaker=f"Speaker {each.speaker}") if each.speaker in twice else each for each in said]
        if twice
        else said
    )
