"""Cue phrases: what people say in any meeting when they decide, take a task on, give one, or leave something open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CuePhrases:
    """Regular expressions of one language, each for one way to say a thing; letters of either case.

    Somebody *decides* ("option B it is"), or *settles* a thing without a doubt ("carried"), unless the sentence is *supposed*
    ("if we had more money"). Somebody *takes* a task on, with words that say so themselves ("leave it with me"), or *promises*
    ("I can take the renewal"); *asks* for it ("don't forget to"); names who does it behind that person's name (*assigns*: "is
    going to"). A *deed* is a promise or a request that says what is to be done, so it needs no day. Somebody *leaves open* a
    question ("let's park that"), or answers that *nobody knows*. What is *idle* says nothing of these, though its words look like
    it ("I'll be honest"). A *term* is a time until which something is to be done ("by the end of the day"); *states* are verbs behind
    a name that tell what its person did or does ("asked"). A question *polls* if it calls for a vote ("those against?"), *votes*
    tell how one ended without saying on what ("seven to two, carried"), a sentence *moves on* to the next item, and an
    answer *declines* a task ("I'm in Spain until the 20th")."""

    decides: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    leaves_open: tuple[str, ...] = ()
    nobody_knows: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    moves_on: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()
    declines: tuple[str, ...] = ()


def one_of(*patterns: str) -> str:
    """A regular expression that matches if one of *patterns* does; none without any."""
    given = [f"(?:{each})" for each in patterns if each]
    return "|".join(given) if given else r"(?!)"
