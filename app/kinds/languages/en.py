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
        "comma": ",",
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
    promise=r"\b(I will|I['\u2019]ll|I am going to|I['\u2019]m going to|will do|I can (?:do|have|get) (?:that|it|this)|we(?: will|['\u2019]ll)(?! (?:see|have|need|be|get to|talk|discuss|come|know|hear|go|look|find out|never|not)\b))\b",
    pledge=r"\bI (?:build|call|send|write|make|take|bring|pick|meet|fix|finish|deliver|order|book|talk to|speak to|visit|check|ask|buy|prepare|test|print|collect|post|update|review|ring|phone|e?mail|move|clean|draw|count|pay|sign)(?= )|\bI can (?!(?:not|come|be|make it|see|only|say|tell|hear|imagine|understand|go|stay|join|attend)\b)\w+(?= )|\bI(?:['\u2019]m| am) (?:(?:do|call|send|writ|mak|tak|bring|pick|meet|see|fix|finish|deliver|order|book|talk|speak|visit)\w*ing)\b",
    now=r"\btoday\b",
    reporting=r"\b(?:(?:he|she|they|who|it|people|everybody) (?:\w+ )?(?:said|says|say|wrote|writes|told (?:me|us)|promised)|I quote|quote|(?:the|her|his) (?:letter|e-?mail|note) (?:says|said))\b",
    request=r"\b(please|can you|(?<!how )(?<!what )could you|(?<!how )(?<!what )(?<!why )(?<!where )(?<!when )would you(?! (?:like|say|want|prefer|agree|expect|have|call|need)\b)|you should|(?<!do )you need to|make sure|tell the|propose them|must tell|I need (?:you|the|this|that|it))\b",
    decision=r"\b((?:the )?(?!(?:what|how|where|who|why|when|as|that|than|which|whatever|whoever|but|and|because|if|so|like|yes|no|yeah|think|know|guess|say|said)\b)(?<![\w-])[\w-]+ it is(?=[.! ]*$)|then (?:it|he|she|they|that) stays?\b|(?<!\u2026 )then we(?!['\u2019](?:re|ve|d)\b|['\u2019]ll (?:move|go|come|see|talk|have)\b| (?:\w|(?!need\b)\w+ed|still|yeah|basically|kind|sort|maybe|mean|think|want|don['\u2019]t|have|had|need|get|got|would|could|might|may|can|should|must|see|know|were|are|also|just|talk)\b)|"
    r"we (?:\w+ )?decided?|let(?: us|['\u2019]?s)(?! (?:see|say|begin|start|go|talk|look|move (?:on|to)|try(?: it| that)?\W*$|be|not|hear|continue|assume|suppose|"
    r"imagine|hope|face|wait|think|discuss|take a)\b)|let['\u2019]?s (?:talk|meet) again|we agreed?|we(?: have|['\u2019]ve) (?!already)(?:\w+ )?(?:agreed|decided)|(?:it|that)(?: is|['\u2019]s) (?:now )?(?:decided|settled|agreed|carried|adopted|approved|rejected)|so (?:decided|carried|adopted)(?=\W*$)|we go (?:for|with)|we take|(?<!but )not before|(?<!at the )(?<!until the )(?<!for the )(?<!to the )(?<!in the )(?<!at our )(?<!before the )next meeting|"
    r"will (?:take place|be held) on|"
    r"^agreed(?=,? \w)|(?:motion|proposal|amendment|resolution|bid)(?: to \w+)? (?:\w+ )?(?:carrie[sd]|passe[sd]|fail(?:s|ed)|(?:is|was) (?:carried|"
    r"passed|approved|adopted|defeated|rejected))|(?:is|are) (?:hereby )?(?:approved|adopted|rejected|postponed|tabled)|"
    r"we(?: will|['\u2019]ll)? (?:table|postpone|defer))\b",
    settled=r"\b((?:the )?(?!(?:what|how|where|who|why|when|as|that|than|which|whatever|whoever|but|and|because|if|so|like|yes|no|yeah|think|know|guess|say|said)\b)(?<![\w-])[\w-]+ it is(?=[.! ]*$)|then (?:it|he|she|they|that) stays?|^agreed(?=,? \w)|(?:it|that)['\u2019]s (?:now )?(?:decided|settled|agreed)|we(?: have|['\u2019]ve)? ?(?:\w+ )?(?:decided?|agreed)|it is (?:settled|decided|agreed)|motion(?: to \w+)? (?:\w+ )?(?:carrie[sd]|"
    r"passe[sd]|fail(?:s|ed))|(?:approved|adopted|rejected))\b",
    motion=r"\b(?:I(?: now)? put (?:it|this|that|the \w+) to (?:the|a) vote|we vote on|I move (?:that|to|we)|I(?:['\u2019]d)? suggest (?:that|we)|(?<!the )motion to|I propose)\b",
    voted=r"^\W*(?:(?:so|that['\u2019]?s|it['\u2019]?s|then it['\u2019]?s) (?:(?:decided|carried|adopted|approved|rejected))|carried|rejected|defeated|motion carried)\W*$|\b(?:motion|proposal|amendment|resolution)(?: to \w+)? (?:\w+ )?(?:carrie[sd]|passe[sd]|fail(?:s|ed)|(?:is|was) (?:carried|passed|approved|"
    r"adopted|defeated|rejected|withdrawn))\b|\bI (?:\w+ )?withdraw (?:my|the) (?:motion|proposal|amendment)\b",
    tentative=r"\b(?:would|might|could|should|must|needs? to|ha(?:s|ve) to|ought to)(?: \w+){0,2} be(?: [\w-]+){0,2} (?:unanimous|approved|carried|adopted|elected|accepted)\b|"
    r"\b(?:agreed|decided) (?:on )?nothing\b|\b(?:if|unless|whether|when|until|could|can|should|would|might|must|may|did(?:n['\u2019]?t)?|to|not|never|nothing|maybe|"
    r"perhaps|suppose|what|how|(?:have|has|do|does)n['\u2019]?t|as|like|because|which|than)(?: [\w'\u2019]+){0,3} (?:decid\w+|agreed?|settled|go (?:for|with)|take)\b|"
    r"\b(?:decided|agreed|settled)(?: \w+){0,2}? (?:last|yesterday|previously|earlier|in (?:19|20)\d\d|\w+ ago)\b|\b(?:last \w+|yesterday|"
    r"previously|ago|earlier),? (?:\w+ ){0,2}?(?:decided|agreed)\b|\bif\b.*,? then we\b|"
    r"\bwe(?:['\u2019]ll| will)? decide (?:(?:that|it|this|about \w+) )?(?:next|later|tomorrow|another|in|on|when|once|after)\b",
    unsettled=r"\b(?:\w+n['\u2019]t (?:yet |very |really |entirely |quite )*clear\b|(?:has|have|needs?) to be (?:clarified|found out|checked first|discussed with)|(?:we (?:still |really )*(?:do not|don['\u2019]?t)|I still (?:do not|don['\u2019]?t)|I (?:do not|don['\u2019]?t)(?= (?:yet know|know yet))|nobody|no one) (?:yet |really |even )*knows?(?: yet)? "
    r"(?:who|whom|whose|what|when|where|which|whether|if|how|why)|(?:not|\w+n['\u2019]t)(?: yet| been| quite)* (?:decided|settled|agreed|"
    r"resolved)|not (?:yet |very |really |entirely )*clear|unclear|undecided|unresolved|(?:remains?|still|leave (?:it|that|the \w+(?: \w+)?)) open|open question|"
    r"to be decided|no decision yet|(?:have|has)n['\u2019]?t (?:yet )?decided|(?:is|['\u2019]s) (?:for|up to) (?:\w+ ){1,3}to decide)\b",
    unknown=r"^\W*(?:well,? )?(?:(?:we|I) (?:do not|don['\u2019]t) (?:know (?:exactly )?yet|yet know|exactly know|know exactly)|we (?:do not|don['\u2019]t) know|"
    r"nobody knows|no one knows)\b",
    term=r"\b(?:at (?:\d{1,2}(?:[:.]\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?= ?(?:o['\u2019]?clock|[ap]\.?m\b|sharp|tonight|today|tomorrow|\W*$))|(?<!earlier )(?:this|next) (?:week|month|quarter|sprint|evening)|(?:by|before) (?:the )?end of (?:the |this |next )?\w+|before (?:christmas|easter|the next|noon|lunch)|after lunch|(?:at|by) (?:noon|midnight)|(?:at|by|for|before) (?:the|our) next meeting)(?!\w)",
    taking=r"\b(?:(?<!it )(?<!that )(?<!this )will do|I['\u2019]ll (?:do|take|handle|own) (?:that|it|this)|I['\u2019]ll (?:take care|see to)|I can do that|consider it done)\b",
    ours=r"we\b",
    imperative=r"(?:then )?(?:please )?(?:add|arrange|ask|book|bring|call|change|check|clarify|close|collect|contact|create|disable|draft|email|file|"
    r"find(?: out)?|fix|follow up|forward|get|give|keep|look (?:into|at)|make|move|open|order|prepare|print|propose|put|remind|review|"
    r"schedule|send|set|share|start|stop|switch|take|talk to|tell|test|turn|update|upload|verify|write)\b(?! (?:me|us) (?:about|what|how|why))",
    ordering=r"you(?:['\u2019]ll| will)? (?!(?:said|were|had|did|told|was|have|are|mean|know|think|see|look|want|need|can|could|should|would|must|got)\b)\w+\b",
    state=r"(?:and|or|is|was|has|had|said|says|thinks?|thought|would|did|does)\b",
    declining=r"^\W*(?:(?:sorry|well|hm+|uh|um|oh|but|honestly),? )*(?:(?:no|nah|nope)(?! (?:problem|worries|need|doubt|trouble))\b|I(?: can(?:not|['\u2019]?t)|['\u2019]d rather not| won['\u2019]?t| will not| refuse| did (?:it|that)|(?:['\u2019]ve| have) (?:already|no (?:time|access|idea))| already| don['\u2019]t (?:have|want|do)|['\u2019]m (?:not (?:going|doing|the|here|in)|away|off\b(?! to)|out (?:of office|tomorrow|that day)|going home|on (?:leave|holiday|vacation)|in \w+ until))\b|not (?:me|my (?:job|task)|again)\b|that['\u2019]?s (?:not my|done|already)|(?:it['\u2019]s )?already done|ask somebody else|absolutely not|no way|certainly not|never again|(?:before|until) [^.?!]{1,30} I (?:have no|don['\u2019]t have) )",
    correcting=r"^\W*(?:oh |um |uh |wait,? )*(?:no|nope|nah)\b(?! ?[.!])|\b(?:sorry|correction|that['\u2019]?s (?:not (?:right|true|what)|wrong)|actually it['\u2019]?s|you mean|I meant?|you['\u2019]?re right)\b",
    joking=r"^\W*(?:(?:ha|haha|ha ha)\b|very funny|funny|don['\u2019]t be (?:silly|ridiculous)|(?:please,? )?(?:be|let['\u2019]s be|let us be|let['\u2019]s stay|seriously|but) serious|stop (?:it|joking)|joking aside|jokes aside|lol\b)",
    telling=r"\b(?:tell (?:me|us)|explain(?! to )|describe|repeat(?= (?:that|it|yourself|what|the question)\b|\W*$)|say (?:that|it|something)|report(?: to us)?[.?!]?$|clarify|elaborate|introduce "
    r"yourself|(?:\w+ly )?(?:give|gave) (?:(?:me|us) )?(?:an? |your |the )?(?:\w+ )?(?:update|overview|idea|example|summary|introduction)|share your screen|speak up|hear me|go (?:on|ahead))",
    replying=r"^\W*(?:yes|yeah|yep|no|nope|not|sure|of course|exactly|both|me|I am|I do|I will|I can|I['\u2019](?:m|ll)|that['\u2019]?s (?:me|mine))\b",
    assigning=r"^\W*(?:(?:then|no|well|but),? )?you (?:do|take|write|call|send|handle|make|finish|fix|check) (?:it|that|this|the|number|part|mine|yours|\d)\b",
    revoking=r"\b(?:(?:let['\u2019]?s|we(?:['\u2019]ll)?) (?:forget|drop|scrap|bin|ditch)(?! (?:in|by|off|to|you|me)\b)|forget (?:the|that|about)\b|scrap (?:the|that)\b|(?:I|we) take back\b|I take that back)",
    retracting=r"^\W*(?:(?:oh|ah|hm+|wait|sorry|well),? )*(?:(?:actually|sorry|wait|oh),? (?:no|I can['\u2019]t)\b|no,? (?:wait|sorry|actually)\b|scratch that|I take that back)",
    whose=r"^\W*(?:(?:and|so|but|okay|ok|good|fine|right|then),? )*who(?:['\u2019]ll| will| can| could| would| wants to| is going to| is|['\u2019]s)? (?!(?:said|says|did|was|were|had|has|have|are|am|told|thinks|thought|owns|uses|knows|cares|else|still|needs|likes|comes|goes|works|lives|broke|left|pays)\b)\w+",
    offering=r"\bI (?:could|can|might)(?! (?:not|imagine|see|understand|say|tell|hear|only|never|hardly|barely|have|eat|cry)\b) \w+",
    tally=r"\b(?:against|opposed|nays|noes) ?[?:]|\babstentions?\b",
    concluding=r"^\W*(?:so|then|thus|therefore|and so)\b",
    proposing=r"\b(?:then we|let['\u2019]?s|shall we|why don['\u2019]t we|we (?:could(?! (?:not|never|hardly)\b)|should)|could we|I(?:['\u2019]d)? (?:propose|suggest)|can (?:pay|take|do|use))\b",
    denial=r"\b(?:not|no|never|none|nobody|nothing|cannot|without)\b|n['\u2019]t\b",
    agreement=r"^\W*(yes|I agree|perfect|yeah|agreed|ok(?:ay)?|fine|will do|sure|all right|exactly|good)\b",
    filler=r"\b(?:um+|uh+|erm?|mm+|hmm+)\b,?\s*|(?:^|(?<=[,.;:!?]\s))(?:you know|I mean|sort of|kind of|like|basically),\s*",
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
    days={
        "today": 0,
        "this morning": 0,
        "this evening": 0,
        "tomorrow morning": 1,
        "tomorrow afternoon": 1,
        "this afternoon": 0,
        "tonight": 0,
        "tomorrow": 1,
    },
    until=r"(?:by(?: the)?|until(?: the)?|before(?: the)?|no later than(?: the)?)",
    undue=r"\b(?:your|my|our|the) time (?:this|to)\w* ?\w*\b|\b(?:today|tomorrow)['\u2019]s (?=\w)|\bnot (?:before|until) (?:\w+ )?\w+day\b|\b(?:last|past|previous|since|every|each|on the)\s+(?:\w+\s+)?\w+day\b",
    oneself=r"\b(?:I|me|mine|myself)\b",
    spoken_to=r"\b(?:you|your)\b",
    wishing=r"\bI(?:['\u2019]d| would) (?:also |really |just )?(?:want|need|like|love|prefer)(?! to\b(?! (?:have|get)\b))|\bI (?:also |really |just )?(?:want|need|prefer)(?! to\b(?! (?:have|get)\b))",
    nearing=r"next |following ",
    unsure=r"\b(?:next|last|following|after|weeks?|every|each|fortnight|previous|other)\b",
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
