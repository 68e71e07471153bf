"""What the kinds know of one language: the words of minutes, and what tells whether turns say a thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The fields that tell what a sentence is: in a meeting in two languages, both have a say.
CUES = (
    "promise",
    "pledge",
    "now",
    "reporting",
    "request",
    "decision",
    "settled",
    "tentative",
    "motion",
    "voted",
    "unsettled",
    "unknown",
    "taking",
    "term",
    "ours",
    "imperative",
    "ordering",
    "state",
    "telling",
    "replying",
    "agreement",
    "declining",
    "joking",
    "correcting",
    "until",
    "undue",
    "revoking",
    "retracting",
    "whose",
    "offering",
    "tally",
    "concluding",
    "proposing",
    "assigning",
    "supposed",
    "asking",
    "delegating",
    "assigned",
    "deed",
    "idle",
    "poll",
    "objections",
    "closing",
    "refusing",
    "volunteering",
    "tag",
    "final_tag",
    "moving_on",
    "wishing",
    "accepting",
    "suggesting",
    "welcoming",
    "referring",
    "convening",
    "outcome",
    "opposing",
    "instructing",
    "contrasting",
    "doer",
    "team",
    "public",
    "elsewhere",
    "belonging",
    "limit",
    "personal",
    "impersonal",
    "recounting",
    "befalling",
)


@dataclass(frozen=True)
class Pack:
    """The words of one language. *again* asks for lines once more, in this language. *label* is the prompt of the extractive
    mode with its *examples* (a turn, its letter).

    The cue texts are regular expressions: *promise* and *request* make an action, *pledge* only with a day or a time ("je les
    appelle lundi"; *now* is none: it is said of all that is), *reporting* tells that the promise behind it is somebody else's ("he said I'll come"), *decision* a decision, *settled* one that
    leaves no doubt, *tentative* takes both back ("if we decide", "we agreed last year"), *motion* moves what a vote
    decides, *voted* tells how it ended without saying on what, *unsettled* is a question that is said as a statement ("we
    do not know who pays"), *unknown* is an answer that says that nobody knows, *taking* one that takes a task on ("will
    do"), *term* names a time until which something is to be done, though no day ("next week"), *ours* begins a promise that
    is not the speaker's alone, *imperative* is a verb behind the name of who is told to do something ("Dan, check the
    lock"), and *ordering* is one if a day or a time is named with it ("Dan, you send it by Friday"), *state* is a verb behind a name that gives that person no task, *telling* a request that is met
    by speaking ("tell me about it"), *replying* begins a turn that answers a question, *declining* one that does not take
    a task on, or says that it is done, and *joking* one that takes what was said before for a joke, *correcting* is said beside a figure
    that replaces one, *revoking* gives up what was decided before ("let's forget the red label"), *retracting* begins the
    sentence with which somebody takes the one before back ("actually, no"), *whose* begins a question for who does something,
    *offering* offers to do it ("I could ask her"), *proposing* proposes what is decided when somebody else repeats it,
    *tally* counts votes, and *concluding* begins the sentence behind that says what they decide, *assigning* gives a task to who is
    spoken to ("you do number two"); *denial* turns a statement into its opposite, *filler* is cut out of quoted words (words that can also mean something only when commas set them off), *lead*
    at the beginning of a quoted sentence, before a *joint* a long sentence may be cut, and *greeting* is a turn that says
    nothing. *spoken* are words, with spaces between them, that are said in every meeting and do not tell what it is about;
    usual stop words need not be among them. *until* stands before a date until which something is due, *undue* are words
    that name a day until which nothing is due ("since last Friday", "por la mañana"), *nearing* what may stand before or
    behind a day and belongs to it ("next"); a day with *unsure* may be one of two. *oneself* and *spoken_to* are the words for who
    speaks and for who is spoken to, and *wishing* are those with which somebody wants a thing, whoever makes it.

    The cue phrases of the language (`cue_phrases`) are added to these; *supposed*, *asking*, *delegating*, *assigned*, *deed*, *idle*,
    *poll*, *objections*, *closing*, *refusing*, *volunteering*, *tag*, *final_tag*, *moving_on*, *accepting*, *welcoming*,
    *referring*, *convening*, *outcome*, *opposing*, *instructing*, *contrasting*, *doer*, *team*,
    *public*, *elsewhere*, *belonging*, *limit*, *personal*, *impersonal*, *recounting* and *befalling* come from there alone,
    and *suggesting* is *proposing*, *motion* and more."""

    code: str
    name: str
    headings: Mapping[str, str]
    extract: str
    write: str
    again: str
    label: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    promise: str = r"(?!)"
    pledge: str = r"(?!)"
    now: str = r"(?!)"
    reporting: str = r"(?!)"
    request: str = r"(?!)"
    decision: str = r"(?!)"
    settled: str = r"(?!)"
    tentative: str = r"(?!)"
    motion: str = r"(?!)"
    voted: str = r"(?!)"
    unsettled: str = r"(?!)"
    unknown: str = r"(?!)"
    taking: str = r"(?!)"
    term: str = r"(?!)"
    ours: str = r"(?!)"
    imperative: str = r"(?!)"
    ordering: str = r"(?!)"
    state: str = r"(?!)"
    telling: str = r"(?!)"
    replying: str = r"(?!)"
    denial: str = r"(?!)"
    agreement: str = r"(?!)"
    declining: str = r"(?!)"
    joking: str = r"(?!)"
    correcting: str = r"(?!)"
    revoking: str = r"(?!)"
    retracting: str = r"(?!)"
    whose: str = r"(?!)"
    offering: str = r"(?!)"
    tally: str = r"(?!)"
    concluding: str = r"(?!)"
    proposing: str = r"(?!)"
    assigning: str = r"(?!)"
    filler: str = r"(?!)"
    lead: str = r"(?!)"
    joint: str = r"(?!)"
    greeting: str = r"(?!)"
    spoken: str = ""
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)  # words such as "tomorrow" -> days from the meeting
    until: str = r"(?!)"
    undue: str = r"(?!)"
    supposed: str = r"(?!)"
    asking: str = r"(?!)"
    delegating: str = r"(?!)"
    assigned: str = r"(?!)"
    deed: str = r"(?!)"
    idle: str = r"(?!)"
    poll: str = r"(?!)"
    objections: str = r"(?!)"
    closing: str = r"(?!)"
    refusing: str = r"(?!)"
    volunteering: str = r"(?!)"
    tag: str = r"(?!)"
    final_tag: str = r"(?!)"
    moving_on: str = r"(?!)"
    accepting: str = r"(?!)"
    suggesting: str = r"(?!)"
    welcoming: str = r"(?!)"
    referring: str = r"(?!)"
    convening: str = r"(?!)"
    outcome: str = r"(?!)"
    opposing: str = r"(?!)"
    instructing: str = r"(?!)"
    contrasting: str = r"(?!)"
    doer: str = r"(?!)"
    team: str = r"(?!)"
    public: str = r"(?!)"
    elsewhere: str = r"(?!)"
    belonging: str = r"(?!)"
    limit: str = r"(?!)"
    personal: str = r"(?!)"
    impersonal: str = r"(?!)"
    recounting: str = r"(?!)"
    befalling: str = r"(?!)"
    oneself: str = r"(?!)"
    spoken_to: str = r"(?!)"
    wishing: str = r"(?!)"
    nearing: str = ""
    unsure: str = r"(?!)"
    modal: str = r"(?!)"
    common: frozenset[str] = frozenset()
