"""Cue phrases: what people say in any meeting when they decide, take a task on, give one, or leave something open."""

from __future__ import annotations

from dataclasses import dataclass, fields


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
    answer *declines* a task ("I'm in Spain until the 20th"). What *delegates* gives a task to somebody else,
    though its words look like a decision ("let's have Sam speak to them"), what *pledges* is a promise only with a day ("you'll have the plan"), and
    what *reports* tells of what others decided. A question asks for *objections* ("anyone against?"), a word *closes* the matter
    if nobody has any ("good"), an answer *refuses* ("no"), a question *offers* to do something ("shall I call her?"), and *tags* at
    the end of a sentence make it a question ("we won't buy it, right?"); *final tags* ask for no more than a nod ("okay?").
    A sentence *accepts* what was proposed before, and says nothing else ("let's do that"), one that *suggests* proposes it ("what
    if we"), an answer *welcomes* an offer ("that would be great"), and a word that *refers* means what somebody else has just named ("it").
    What *convenes* is of the meeting itself, and nothing to decide ("shall we take a break?"). An *outcome* is a decision that is told
    as a fact ("so the launch moves to May"), and who *opposes* a proposal gives a reason ("that would cost us the licence"); a
    question that wants to be *instructed* is none to decide ("how do we open it?"), and what *contrasts* takes an offer back
    ("but I don't want to"). *Doers* are tasks of others, whom their only group names: people, or *teams* ("accounting");
    what is *public* is news of people whom the meeting does not know ("will sign the order"), and what
    happens *elsewhere* is no work of the meeting: of trains, and of somebody's grandmother. Somebody *belongs* to an office ("from
    the office", behind the name); *limits* stand before a day until which something is due ("by"); *persons* and *things* are how people
    speak of NAME if that is a person ("ask NAME") or not ("in NAME"). A question that *wants news* has something told and nothing decided
    ("how was the holiday?"), and what *befalls* is an outcome that nobody is said to have decided ("so the trip is cancelled")."""

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
    delegates: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    final_tags: tuple[str, ...] = ()
    pledges: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    suggests: tuple[str, ...] = ()
    welcomes: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    convenes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    instructs: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    doers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    belongs: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    wants_news: tuple[str, ...] = ()
    befalls: tuple[str, ...] = ()

    def with_more(self, other: CuePhrases) -> CuePhrases:
        """These phrases and those of *other*."""
        return CuePhrases(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})


def one_of(*patterns: str) -> str:
    """A regular expression that matches if one of *patterns* does; none without any."""
    given = [f"(?:{each})" for each in patterns if each]
    return "|".join(given) if given else r"(?!)"
