"""English."""

from __future__ import annotations

from app.kinds.languages.base import Pack

EXTRACT = """You take the minutes of a meeting. Below is a part of its transcript; each turn has a number.

Write down what somebody who was not there must know, as JSON:
{"items": [{"kind": "…", "text": "…", "turns": [numbers], "owner": "… or null", "due": "… or null"}]}

- kind: "decision" (something was agreed), "action" (somebody is to do something), "question" (left open), "topic" (an important fact).
- text: one short sentence in English. Keep names, figures and dates exactly as they were said. Add nothing.
- turns: the numbers of the turns that say it.
- owner: only for an action, the person who is to do it, if the turns say so; else null.
- due: the words of the turn that say until when; else null.
- Leave out small talk. If there is nothing, answer {"items": []}.
{% if participants %}
Participants: {{ participants | join(", ") }}{% endif %}
{% if glossary %}
Spelling: {{ glossary | join(", ") }}{% endif %}
{% if agenda %}
Agenda: {{ agenda | join("; ") }}{% endif %}
{% if date %}
Date: {{ date }}{% endif %}

Transcript:
{{ turns }}
"""
WRITE = """Below are the items of the minutes of a meeting; each has a number. Write, as JSON and in English, a short title and at most
three sentences that sum the meeting up. Each sentence names the numbers of the items that it rests on. Add nothing.
{"title": "…", "summary": [{"text": "…", "items": [numbers]}]}

Items:
{{ items }}
"""
PACK = Pack(
    code="en",
    name="English",
    headings={
        "minutes": "Minutes of the meeting",
        "date": "Date",
        "participants": "Participants",
        "summary": "Summary",
        "decision": "Decisions",
        "action": "Actions",
        "question": "Open questions",
        "topic": "Discussion",
        "unsupported": "not in the transcript",
        "none": "None.",
        "due": "due",
    },
    extract=EXTRACT,
    write=WRITE,
    again="Write these lines again in English, from the transcript only, and write nothing else.",
    label="You label turns of a meeting with one letter. D: something is decided. A: somebody is asked or promises to do something. "
    "Q: an important question that is left open. F: an important fact, figure or problem. S: greeting, hand-over, short question, "
    "small talk. Answer with the letter only.",
    examples=(
        ("Luke : Hello everybody, thanks for coming. Shall we begin?", "S"),
        ("Anne : The company can come on the 3rd of March, and it would cost 480 pounds.", "F"),
        ("Luke : All right, then we take the 10th of March.", "D"),
        ("Luke : John, can you tell the caretaker?", "A"),
        ("John : Yes, I'll do that tomorrow.", "A"),
        ("Anne : And you, John, what do you think?", "S"),
        ("John : We still do not know who pays for the new door.", "Q"),
        ("Anne : Thank you. Next point, the garden.", "S"),
    ),
    promise=r"\b(I will|I'll|I am going to|I'm going to|will do|I can do that)\b",
    request=r"\b(please|can you|could you|would you|you should|you need to|make sure|tell the|propose them|must tell)\b",
    decision=r"\b(then we|we (?:\w+ )?decided?|let us|let's|we agreed?|it is settled|we go (?:for|with)|we take|not before|next meeting)\b",
    settled=r"\b(we (?:have )?(?:\w+ )?(?:decided?|agreed)|it is (?:settled|decided|agreed)|next meeting)\b",
    unsettled=r"\b(?:(?:we (?:still |really )*(?:do not|don't)|nobody|no one) (?:yet |really |even )*knows?(?: yet)? "
    r"(?:who|whom|whose|what|when|where|which|whether|if|how|why)|(?:not|n't)(?: yet| been| quite)* (?:decided|settled|agreed|"
    r"resolved)|not (?:yet |very |really |entirely )*clear|unclear|undecided|unresolved|(?:remains?|still|leave (?:it|that)) open|open question|"
    r"to be decided)\b",
    state=r"(?:is|was|has|had|said|says|thinks?|thought|would|did|does)\b",
    denial=r"\b(?:not|no|never|none|nobody|nothing|cannot|without)\b|n['\u2019]t\b",
    agreement=r"^\W*(yes|yeah|agreed|ok(?:ay)?|fine|will do|sure|all right|exactly|good)\b",
    filler=r"\b(?:um+|uh+|erm?|mm+|hmm+)\b,?\s*|(?:^|(?<=[,.;:!?]\s))(?:you know|I mean|sort of|kind of),\s*",
    lead=r"^(?:(?:(?:yeah|okay|ok|and|oh|ah|I mean|you know|so(?! (?:many|much|far|long|few|that)\b))\b,?|(?:well|right|all ?right|then|like),)\s+)+(?=\S)",
    joint=r"(?:and|but|so|because|which|when|if|who|where|then)\b",
    greeting=r"^\W*(?:(?:good morning|good afternoon|hello|hi|thanks?|thank you|okay|ok|yeah|yes|no|right|sure|bye|exactly|mm+|"
    r"hmm+|uh+|um+|all|everyone|everybody|very much)\W*)+$",
    spoken="yeah yep nope gonna wanna gotta kinda sorta dunno guess stuff guys alright huh okay talk talking talked "
    "think thinking looked looking mean mind happen happens happened remember minute minutes moment couple nice "
    "fine pretty cool lots bunch sense absolutely actually true hope wonder wondering coming comes putting takes "
    "sounds feels sitting honest honestly wait told hmm mmm sort bit kay lot hold wow cuz hey ooh oops nah correct "
    "particular morning finish bad fun wrong happy forget forgot guy obviously assume leave pick",
    months=(
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    days={"today": 0, "this afternoon": 0, "tonight": 0, "tomorrow": 1},
    modal=r"(?:will|shall|should|must|has to|is to|wants|said|says|proposed|proposes|thinks|thought|believes|asks|asked|suggests|suggested|"
    r"explains|explained|agrees|agreed|promises|promised|confirms|confirmed)",
    common=frozenset(
        [
            "the",
            "a",
            "an",
            "we",
            "they",
            "he",
            "she",
            "it",
            "i",
            "you",
            "this",
            "that",
            "these",
            "those",
            "there",
            "everyone",
            "everybody",
            "somebody",
            "nobody",
            "all",
            "both",
            "who",
            "what",
            "when",
            "where",
            "why",
            "how",
            "one",
            "two",
            "three",
            "team",
            "group",
            "company",
            "meeting",
            "project",
            "people",
            "participants",
            "and",
            "but",
            "if",
            "then",
            "next",
            "new",
        ]
    ),
)
