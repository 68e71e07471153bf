"""English."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

# What somebody does after a meeting, and not in it.
DEED = (
    r"(?:add|announce|arrange|ask|assemble|book|bring|buy|call|cancel|chase|check|clean|collect|compile|contact|cook|correct|"
    r"deliver|dig (?:out|up)|double-check|draft|drive|drop off|email|enter|fetch|fill (?:in|out)|find out|finish|fix|follow up|"
    r"forward|get (?:back|hold|in touch|the|some|a|an|it|them|quotes)|give (?:him|her|them)|go through|handle|hand (?:in|out)|"
    r"help (?:out|with)|invite|investigate|join (?:him|her|them)|let (?:him|her|them|everyone|people) know|look (?:after|into|at|up|for)|"
    r"mail|make (?:a|an|the|sure|some)|measure|message|move (?:it|them|the \w+ to)|notify|order|organi[sz]e|paint|pay|phone|pick up|"
    r"ping|plan|post|prepare|print|proofread|pull (?:together|the)|put (?:it|them|that|the|a|an|up|together|in)|raise (?:a|the|it)|"
    r"reach out|remind|remove|renew|repair|replace|reply|report back|request|research|reserve|return|review|ring|run it past|schedule|"
    r"scan|send|set (?:up|it|that)|share (?:it|them|the (?!screen)\w+ with)|sign|sort|speak (?:to|with)|start (?:on|the|a)|submit|"
    r"summari[sz]e|switch|take (?:care|over|on|the (?!bus|train|minutes?\b|floor|lead on that)|that|this|it|minutes)|talk (?:to|with)|"
    r"tell (?:him|her|them|the)|test|text|tidy|translate|turn (?:off|on|it)|type (?:it|that|this|the) up|update|upload|verify|visit|"
    r"wash|water|wire|work (?:on|out)|write)\b"
)
_LEAD = (
    r"(?:^|(?<=[,.;:!?\u2014\u2013] ))(?:(?:okay|ok|right|fine|good|great|all right|alright|so|well|then|and|yeah|yes),? ){0,5}"
)
_WILL = r"(?:['\u2019]ll| will|['\u2019]m going to| am going to|['\u2019]m gonna| can|['\u2019]d like to)"
_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_DONE = r"(?:accepted|approved|carried|adopted|passed|rejected|defeated|elected|agreed|settled|decided)"

PHRASES = CuePhrases(
    decides=(
        r"\bwe (?:won['\u2019]t|will not|are not going to) (?:buy|do|have|go|rent|take|renew|hire|pay|use|sell|hold|move|change|accept)\b|^\W*(?:(?:okay|so|then|right|fine)[,.]? )+no \w+ (?:this|next) (?:year|month|time|season|week)\b",
        r"\b(?:and )?that['\u2019]s that\b|\bperiod\W*$|^\W*going forward,|\bno more \w+(?: \w+)? (?:on|in|at|after|from|before|during)\b|\bgot consensus\b|\ball on board with\b|\b(?:all ?right|okay|fine|right|well),? sold\b|\bnext (?:sync|call|session|stand-?up|catch-?up|retro|game|practice|rehearsal|review)(?: is|:|,)? (?:on )?(?:the |\w+day|\d)|\bfrom \w+ on,|\bthat['\u2019]s what we(?:['\u2019]ve| have) (?:agreed|decided)\b|\bthumbs up all\b|\bgoes ahead\b",
        rf"{_LEAD}same (?:time|place)(?:,? (?:and )?same place)? (?:next|on|tomorrow)\b|\b(?:the )?(?:committee|council|board|panel|members?|assembly|meeting|cabinet|court|trustees) (?:hereby |unanimously )?(?:resolves?|decides?|approves?|agrees? to|rejects?|adopts?|votes? to)\b",
        r"^(?!\u2026)\W*(?:fine|okay|ok|all ?right|right|good|deal|done|settled|great|yep|so|then)[,.:;!]? (?:so |then )?we (?!(?:\w|(?!need\b)\w+ed|wanna|gotta|kind|sort|maybe|mean|try|tried|tend|basically|yeah|um|uh|have|had|need|are|were|can|could|should|would|must|know|think|see|get|got|want|do|don['\u2019]t|may|might|also|all|just|still|heard|hear|talk|talked|discuss|say|said|will|wanted|really|actually|always|never|even|usually|only|ought|hope|wish|was|did|looked|look|found|went|saw)\b)\w+ ",
        r"\bwe(?:['\u2019]re| are) (?:all )?agreed\b|(?<!to )(?<!just )(?<!can )(?<!could )(?<!would )(?<!might )(?<!should )\bship it\b|\bno more changes\b|\bfees? (?:goes?|stays?) (?:up |down )?(?:to|at)\b|\bwe(?:['\u2019]ll| will) (?:scrap|stick with|drop|cancel|reconvene|keep (?:the|it|things)|go (?:ahead|with|for)|meet (?:again|on|at|in))\b|\bwe reconvene\b",
        rf"{_LEAD}(?=.{{1,120}}$)(?!.*\b(?:what|how|where|why|as|but|and|because|think|believe|guess|yes|no|know|hope|sure|see)\b)(?:[\w'-]+ ){{1,4}}it (?:is|shall be)(?:,? then)?[.!\s]*$",
        r"\b(?:is|are|it['\u2019]s|that['\u2019]s) (?:gone|out|off|cancelled|canceled|scrapped|dropped|confirmed|closed) (?:from|as of|starting|for) (?:now|next|this|the|\w+day)\b",
        r"\bwe(?:['\u2019]re| are) (?:all )?(?:going (?:with|for)(?! (?:an?|my|his|her|their|him|them|you|some|lunch|dinner|breakfast|drinks)\b)|sticking (?:with|to)|staying with|settling on|dropping|cancel+ing|scrapping|closing|keeping|renewing|"
        r"buying|hiring|switching|postponing|raising|lowering|cutting|ending|replacing|pulling out|moving (?!on\b|to the next|forward\b)(?:\w+ )?to)\b",
        r"\bwe(?:['\u2019]re| are) not (?:doing|having|going (?:with|for|to (?:do|buy|pay|hire|renew|change))|renewing|buying|hiring|inviting|using|paying|taking|changing)\b",
        r"\b(?:let['\u2019]?s|we(?:['\u2019]ll| will)?|we are going to|we['\u2019]re going to) (?:just )?(?:go (?:with|for)|stick (?:with|to)|settle (?:on|for)|opt for|stay with)\b",
        rf"{_LEAD}(?:so|then|okay|ok|right|fine|good|all right|alright),? (?:so )?we(?:['\u2019]ll| will) (?:do|keep|use|buy|hire|order|leave|drop|cancel|close|open|pay|meet|"
        r"move (?:it|the)|have (?:it|the)|make it|say|ask for|put)\b(?!.*\bif\b)",
        r"\bwe (?:start|launch|open|close|go live|begin|switch|ship|release|meet(?: again)?|leave|move)\b(?: \w+){0,3} (?:on|in|at|from) (?:the )?(?:\d|\w+day|january|february|march|april|may|june|july|"
        r"august|september|october|november|december|next|noon)",
        r"\bwe(?:['\u2019]ve| have) (?:all |now |just )?(?:chosen|picked|elected|selected|opted for|voted|settled on)\b",
        r"\bleave (?:it|that|things|the [\w ]{1,20}) (?:as (?:it|they) (?:is|are)|alone)\b|\b(?:stays?|remains?) (?:as it is|as they are|unchanged)\b",
        r"\bsign(?:ed|ing)? off on\b|\bfinal (?:answer|decision)\b|\b(?:the|our) decision is\b|\bdecision made\b",
        r"\bfrom now on\b|\b(?:starting|as of|with effect from|from) (?:next (?:week|month|year)|tomorrow|\w+day|the first of \w+|january|february|march|april|may|june|july|august|september|october|november|december),? "
        r"(?:we(?! (?:can|could|might|should|would|will see)\b)|everyone|everybody|nobody|all|the|there(?:['\u2019]s| is| will be))\b",
        r"\b(?:see you (?:all )?|we(?:['\u2019]ll)? meet (?:again )?|we reconvene |we['\u2019]re back )(?:next|on|at|in|again) ?(?:\w+day|the \d|\d|week|a (?:week|fortnight|month)|two weeks)\b",
        r"\bwe go ahead\b|\bgo ahead with\b(?!.*\?)|\bgreen light\b|\bit['\u2019]s a (?:yes|no|go|deal)\b|\b(?:that|it)['\u2019]s a deal\b|\bdone deal\b",
        r"\b(?:everyone|everybody|all) (?:agrees|is (?:in favou?r|happy|agreed))\b|\bno objections?\b(?!\?)",
        r"\bso (?:the )?[\w ]{1,20} goes (?:up|down|back) to\b|\bwe raise\b[\w ]{1,30}\bto\b",
    ),
    settles=(
        rf"\b(?:carried|motion passes)\b\W*$|[,.;] ?(?:so )?(?:that['\u2019]s |it['\u2019]s )?{_DONE}\W*$|\b(?:is|are) (?:hereby |now |duly )?(?:approved|elected|adopted|carried|rejected)\b",
        rf"(?<!from )\b{_COUNT} (?:votes? )?(?:to|against) (?:{_COUNT}|nil|none)\b(?=,? (?:carried|so|in favou?r|it(?:['\u2019]s| is)|that(?:['\u2019]s| is)|that)\b)",
        rf"\b(?:that['\u2019]s|it['\u2019]s|it was|votes?:?|result:?|by) {_COUNT} (?:votes? )?(?:to|against) (?:{_COUNT}|nil|none)\W*$|\b{_COUNT} (?:votes? (?:to|against)|against) (?:{_COUNT}|nil|none)\W*$",
        r"\b(?:the )?majority (?:is|was|are|were)? ?(?:in favou?r|for|against)\b|\bunanimous(?:ly)?\b",
        r"\b(?:so |then |well,? )?(?:that|it)(?:['\u2019]s| is) (?:all )?(?:settled|decided|agreed|a deal)\b(?! (?:yet|by|when|if))",
        r"\bnext meeting(?: is|:|,)? (?:on )?(?:the |\w+day|\d)",
    ),
    supposed=(
        r"\b(?:they|he|she|who|people) (?:\w+ )?(?:decided|agreed|voted)\b|\bmaybe\b|\bperhaps\b",
        r"^\W*(?:(?:and|but|so|okay|well|yeah),? )*(?:if|unless|suppose|supposing|imagine|maybe|perhaps|what if|whether)\b",
        r"\b(?:would|could|might|should) have\b|\bif (?:we|you|they|it|I|he|she|there)\b",
        r"\b(?:last|previous) (?:year|month|week|time|meeting|autumn|spring|summer|winter)\b|\b(?:years?|months?|weeks?) ago\b|\bback then\b|\bin (?:19|20)\d\d\b(?=.*\b(?:did|was|were|had)\b)",
        r"\b(?:he|she|they|who|people) (?:said|says|told|claimed?|thinks?)\b|\bI (?:thought|wish|hope)\b",
    ),
    promises=(
        r"\b(?:happy|glad) to (?:host|run|show|volunteer|step in|give)\b|\bI(?:['\u2019]d| would|['\u2019]ll)? volunteer\b|\bI can (?:show|host|run|teach|lend|give) (?:him|her|them|you|the|everyone|two|one|a|an)\b|\bI(?:['\u2019]ll| will) let (?:you|them|him|her|everyone|everybody) (?:all )?know\b",
        rf"(?<!if )(?<!what )(?<!how )(?<!that )(?<!so )(?<!where )\bI (?:can|could|may) (?:also |just |then |quickly |probably |certainly |easily )?{DEED}(?!.*\?)",
        rf"\bI(?:['\u2019]m| am) (?:happy|glad|willing) to {DEED}|\bhappy to {DEED}",
        rf"\bI(?: (?:(?:still )?(?:need|have)|want)|['\u2019]ve (?:still )?got) to {DEED}|\bI (?:must|should|ought to) {DEED}",
        rf"\blet me (?:just )?(?:{DEED}|see (?:if|whether|what I can))",
    ),
    takes=(
        r"\bleave (?:it|that|this|them|the \w+) (?:with|to) me\b|\b(?:I['\u2019]m|I am) on it\b|\bput me down\b|\bcount me in\b|\bI(?:['\u2019]ll| will) get back to (?:you|him|her|them|everyone)\b",
        r"\bI(?:['\u2019]ve| have) (?:put|signed) myself\b|\bI(?:['\u2019]ll| will| can| could) (?:take|handle|do|sort|own|cover|see to|look after|deal with) (?:that|it|this|them|care of|the)\b(?! (?:bus|train|floor|point|view))",
        r"\bI promise\b|\bthat(?:['\u2019]s| one['\u2019]s| is) (?:on me|mine)\b|\bI(?:['\u2019]ve)? got (?:this|it|that)(?: one)?\W*$|\bI volunteer\b|\bmy job\b(?=, | then)|\bon my (?:list|to-?do)\b",
        rf"\bI(?:['\u2019]ll| will|['\u2019]m going to| am going to|['\u2019]m gonna) (?:also |just |then |try to |try and |go and |personally |definitely |quickly )*{DEED}",
    ),
    asks=(
        rf"\bwe(?:['\u2019]re| are) going to need \w+ to\b|\bwhy don['\u2019]t you (?:please )?{DEED}|\bon your (?:plate|list)\b|\b(?:action|task|one|job) for (?!me\b|us\b|the\b|a\b|today\b)\w+\b(?=,|:)|\bputting you down\b|(?:^|[,;:] )(?:please )?(?:send|bring|give|get|hand|email|show) (?:me|us) (?:the|that|a|an|your|those|it)\b|\blet (?:me|us) know (?:by|when|before)\b|\byou could (?:maybe |perhaps |please )?{DEED}",
        rf"\byou(?:['\u2019]re| are) (?:on (?!mute|holiday|leave|time|the right|your|about|to something|the phone|fire|camera)|in charge of|responsible for|down for|(?:doing|taking|handling|bringing|cooking) the)|\b(?:can|could|may) I (?:get|ask|trouble|have) you to\b|\bif you could (?:just |please |perhaps |maybe )?{DEED}",
        r"\bwe want (?:everybody|everyone|you|all of you) to\b|\bput \w+ down for\b|\bgo ahead and \w+\b|\b(?:everybody|everyone|all of you|each of you),? (?:please|bring|send|check|read|fill|sign)\b|\bmaybe (?:drop|give|send|ask|call|email|ping|try) \w+\b",
        rf"\b(?:could|can|would|will) (?:some(?:one|body)|any(?:one|body)|one of you|either of you|you (?:two|guys|all|both)) (?:please |perhaps )?{DEED}",
        rf"\b(?:some(?:one|body)|one of us|one of you|you (?:two|both|all)?|everyone|everybody|each of you) ?(?:has to|have to|needs? to|should|must|ought to|had better) {DEED}",
        r"\b(?:do not|don['\u2019]?t) forget to\b|\bremember to (?!be\b)\w+|\bremind (?:me|us|him|her|them) to\b|\bbe sure to\b|\bmake sure (?:that )?(?:you|we|the|it|they|nobody|every)\b",
        r"\b(?:it would be|it['\u2019]d be|would be) (?:good|great|nice|helpful|useful|lovely) if (?:you|some(?:one|body)) (?:could|would|can)?\b",
        r"\bwe need (?:a volunteer|some(?:one|body)) (?:to|for|who)\b|\b(?:that one|that|this one)(?:['\u2019]s| is) yours\b|\byours to\b|\bI(?:['\u2019]d| would) like (?:that to be|you to)\b",
        rf"\bwe(?: still)? (?:need|have|['\u2019]ve got) to {DEED}(?!.*\?)|\bwe (?:must|should|ought to) {DEED}|\b(?:has|have|needs?) to be (?:done|sent|ordered|booked|paid|fixed|returned|signed|submitted|finished|ready|cleaned|renewed)\b",
        rf"\bI want you to {DEED}|\bI(?:['\u2019]d| would) (?:ask|appreciate)\b.*\byou\b|\bplease {DEED}|\byou(?:['\u2019]ll| will) (?:have to |need to )?{DEED}",
    ),
    assigns=(
        rf"(?:is|['\u2019]s) (?:going to|gonna|to) {DEED}|(?:will|should|must|has to|needs to|takes|handles|does|(?:has )?(?:agreed|offered|volunteered|promised) to) (?!be\b|see\b|remember\b|never\b|have\b)\w+|(?:is|['\u2019]s) (?:handling|taking|doing|sorting|organi[sz]ing|writing|"
        r"fixing|preparing|looking after|dealing with|in charge of|responsible for|chasing|booking)\b",
    ),
    deeds=(
        rf"\bI(?:['\u2019]ll| will|['\u2019]m going to| am going to|['\u2019]m gonna| can) (?:also |just |then |try to |try and |go and |personally |definitely |quickly )*{DEED}",
        r"\bleave (?:it|that|this) (?:with|to) me\b|\bput me down for\b|\b(?:do not|don['\u2019]?t) forget to\b|\bremind me to\b|\bI(?:['\u2019]ve| have) (?:put|signed) myself\b|\bI(?:['\u2019]m| am) on it, ",
        rf"\b(?:some(?:one|body)|one of us) (?:has to|needs to|should|must) {DEED}|\b(?:could|can) some(?:one|body) {DEED}",
    ),
    leaves_open=(
        r"\bno answer (?:on|from|yet|about)\b|\bcome back to .{1,40}another time\b|\bnobody knows(?: yet)?\W*$|\bjury(?:['\u2019]s| is) (?:still )?out\b|\btabling\b|\bbig unknown\b|\b(?:can['\u2019]?t|cannot|don['\u2019]t think we can) (?:really )?(?:decide|answer|settle|resolve)\b",
        r"\blet['\u2019]?s (?:leave|put|keep) .{1,30}\b(?:for (?:another|now|later|next)|on hold|open|a pin in)|\bput a pin in\b|\bup in the air\b|\b(?:no idea|can['\u2019]?t say|cannot say|hard to say) (?:yet )?(?:who|whose|what|whether|if|how|when|which|where|why)\b(?! (?:you|I)\b)|\b(?:anybody|anyone)['\u2019]?s guess\b|\bbig question mark\b|\bquestion mark over\b",
        r"\bwe(?:['\u2019]ll| will| should| need to| have to)*(?: need to| have to)? (?:come|get) back to .{1,40}\b(?:when|once|next|later|after|at the)\b|\b(?:nobody|no one)(?:['\u2019]s| has| have)? (?:been able|managed|could|can)\b|\bstill (?:need|have|has)(?: to)? (?:figure|work|sort|find) (?:it |that |this )?out\b|\b(?:haven['\u2019]?t|have not|hasn['\u2019]?t) (?:yet )?(?:worked|figured|found|sorted) (?:it |that )?out\b|\b(?:rather )?(?:table|defer|postpone)(?:ring)? (?:the )?[\w ]{1,30} (?:discussion|question|debate|item)\b|\bwe can(?:['\u2019]?t|not) (?:answer|decide|settle|resolve) (?:that|this|it)\b",
        r"\b(?:that|this|it)(?:['\u2019]s| is)(?: still| left| all)? (?:open|up in the air|unresolved|undecided|pending|to be (?:seen|decided|confirmed|clarified))\b(?! (?:to|for|at|on|from|every|source)\b)|\bremains? to be (?:seen|decided|clarified|confirmed)\b",
        r"\b(?:I|we) (?:honestly |really |still |just |simply |actually )*(?:don['\u2019]?t|do not) (?:yet |really |actually )?know(?: yet)? (?:who|whose|whether|how (?:much|many|long|we)|when|which|where|what happens)\b(?! (?:you(?! (?:pay|want us))|I['\u2019]?m?\b|to say|it is about|that means))",
        r"\b(?:nobody|no one|none of us) (?:could|can|was able to|has been able to) (?:tell|say|explain|answer)\b|\b(?:we|I) (?:have|['\u2019]ve) (?:no|not got an?) (?:answer|reply|decision|idea (?:who|when|whether|how much))\b",
        r"\blet['\u2019]?s (?:pick|take) (?:that|this|it|them) (?:back )?up\b|\blet['\u2019]?s (?:park|revisit|shelve|come back to)\b|\bwe(?:['\u2019]ll| will)? (?:have to |need to |should )?(?:come back to|return to|revisit) (?:the (?:question|issue|topic|matter)|(?:that|this|it) (?:next|when|in|at|later|once|after))",
        r"\b(?:couldn['\u2019]?t|could not|can['\u2019]?t|didn['\u2019]?t|did not|haven['\u2019]?t|failed to|unable to|not (?:been )?able to) (?:yet )?(?:agree|decide|reach (?:a|an|any)|come to (?:a|an|any)|settle|agreed|decided|reached)\b",
        r"\bno (?:decision|agreement|consensus|conclusion)\b(?: \w+){0,3}\W|\b(?:question|issue|point) (?:is still|still is|remains|is left)\b|\bstill (?:have to|need to) (?:decide|agree on|find out|clarify|work out)\b|\bto be (?:confirmed|continued|clarified)\b",
        r"\b(?:still )?waiting (?:for|on) (?:an? (?:answer|reply|decision|quote)|(?:the|their|his|her) (?:answer|reply|decision|approval|quote|figures|numbers))\b|\bstill (?:unclear|unknown|undecided|unsure|under discussion)\b",
        r"\bwe(?:['\u2019]ll| will)? (?:decide (?:that|this|it) later|(?:decide|discuss|talk about|deal with|look at) (?:that|this|it) (?:next time|at the next|another time|in (?:the|our) next))\b|\b(?:next|another) time\b(?=\W*$)(?<=up next time)",
    ),
    nobody_knows=(
        r"^\W*(?:well,? )?I (?:honestly |really |just |still )*don['\u2019]?t know(?:\W*$|[,.!] )",
        r"^\W*(?:no idea|I have no idea|I haven['\u2019]?t (?:a clue|got a clue)|not sure(?: yet)?|hard to say|can['\u2019]?t say(?: yet)?|your guess is as good as mine)\b",
        r"^\W*(?:they|he|she|it) (?:haven['\u2019]?t|hasn['\u2019]?t|didn['\u2019]?t|did not|won['\u2019]?t) (?:said|say|tell|told)\b",
    ),
    idle=(
        r"\bI(?:['\u2019]ll| will|['\u2019]m going to| am going to) (?:be (?!there\b|at the|in touch|sending|writing|calling|doing|bringing)|never\b|always\b|take your word|say\b|admit|give you that|grant|let you (?!(?:all )?know\b)|stop\b|leave it (?:there|at that)|come (?:back )?to (?:that|this|it|you|the)|go out on|"
        r"pass (?:over|it on to|the)|hand over|skip|repeat|explain|believe|bet|miss|go (?:first|next|on|mad|crazy)|talk (?:about|you through)|tell you|ask you (?!to\b)|show you|start (?:with|by|off)|try (?:my best|to (?:explain|be|keep))|have to say|know\b|remember\b|think about|live\b|love\b|need\b|want\b|assume|see\W*$)",
        r"\byou (?:need|have) to (?:see|understand|know|reali[sz]e|remember|imagine|admit|be (?:there|kidding|joking)|hand it|laugh|wonder|love)\b|\bI (?:need|have|want|must|should) to? ?(?:say|admit|confess|ask you|tell you|point out|go (?:now|soon|at)|leave|run|be|think|understand|stress|emphasi[sz]e)\b",
        r"\b(?:let me|let['\u2019]?s) (?:just )?(?:finish|see (?:what happens|how)|be (?:honest|clear|fair)|say|put it (?:this|that) way|tell you|ask you|guess|think|explain|start|begin|move on|continue|go (?:on|back|through)|hear|assume|face|not (?:forget|pretend|argue|get)|hope|rephrase|remind you|get started|take a (?:break|moment|step))\b",
        r"\bI can (?:see|hear|imagine|understand|tell you|live with|remember|assure|only|hardly|never|barely|relate|confirm)\b|\bwe(?:['\u2019]ll| will) see\b(?![^.?]{0,40}\b(?:whether|if)\b)|\b(?:should|could|would|ought to|must|might) have \w+",
        rf"\bI{_WILL}(?: (?:just|quickly|briefly|also))*,? (?:add|give|make|say|offer|share)(?: just)?,? (?:(?:a|an|one|some|my) )?(?:\w+ ){{0,3}}?(?:input|comment|remark|point|thoughts?|note|question|overview|observation|summary)s?\b",
        rf"\blet me (?:just )?see (?:if|whether) I (?:can|could|may) (?:ask|understand|explain|summari[sz]e|say|put)\b|\bI{_WILL}(?: \w+)? start (?:talking|explaining|out)\b",
        rf"\b(?:usually|normally|typically|generally),? (?:I|we){_WILL} |\b(?:I|we){_WILL} (?:usually|normally|typically|generally)\b",
        r"\bwe(?: \w+)? (?:need|have|ought|must)(?: to)? (?:make|take|reach|come to) (?:a|the|that|this|some)(?: \w+)? decision\b(?! (?:by|before|until)\b)|\bwould mean (?:that )?(?:we|I)\b",
        r"\b(?:that|this|it) (?:doesn['\u2019]?t|does not) (?:make sure|need to be)\b|\bI (?:never|always|usually|often|already|once)\b|\bthank you for\b|\bthanks for\b",
    ),
    terms=(
        r"\bby (?:the )?end of (?:the )?(?:day|week|month|year|business)\b|\bby (?:close of (?:business|play)|cob|eod|lunch(?:time)?|tonight|then)\b|\bfirst thing(?: (?:tomorrow|on|next|in the)\b|(?=\W*$))|\b(?:straight away|right away|right after (?:this|the)|within (?:\w+ )?(?:hours?|days?|weeks?|the (?:hour|day|week)))\b|\bthis (?:weekend|afternoon|morning)\b|\bover the weekend\b",
    ),
    states=(
        r"(?:usually|always|never|often|already|just|once|really|actually|\w+ed(?<!need)|went|did|got|took|made|gave|wrote|came|left|lost|knew|felt|kept|paid|sent|spoke|ran|found|bought|brought|told|met|saw|won|sold|isn['\u2019]t|wasn['\u2019]t|doesn['\u2019]t|didn['\u2019]t|hasn['\u2019]t|can['\u2019]t|knows|wants|likes|loves|hates|lives|feels|seems|looks|means|keeps)\b",
    ),
    polls=(
        r"^\W*(?:(?:okay|good|right|so|and|then|all right),? )*(?:all (?:those )?(?:in favou?r|against|opposed)|those (?:in favou?r|against|opposed)|who(?:['\u2019]s| is| is all)? (?:in favou?r|for|against|opposed)|any(?:one|body|body else)? (?:against|opposed|objections?|abstentions?)|(?:any )?(?:objections?|abstentions?)|in favou?r|against|opposed|agreed|hands up|all agreed|everybody (?:okay|happy|agreed)|are we (?:all )?agreed|(?:is there )?(?:a )?seconder|does anyone second)\b(?: (?:of|to) (?:[\w'\u2019]+ ){1,3}(?:motion|proposal|amendment|resolution|item)\b)?",
    ),
    moves_on=(
        r"^\W*(?:(?:okay|right|so|and|now|then),? )*(?:next (?:item|point|topic|up|one|on)|item \w+|agenda item|point \w+|topic \w+|moving on|second(?:ly)?|third(?:ly)?|fourth|finally|last(?:ly| one| item| point| thing)?|on to)\b",
    ),
    votes=(
        r"^\W*(?:(?:okay|so|then|good|right),? )*(?:that['\u2019]s |it['\u2019]s |that is )?(?:\w+ (?:votes? )?(?:to|against) \w+,? )?(?:so (?:it['\u2019]s |that['\u2019]s )?)?(?:carried|defeated|passed)(?: unanimously| then)?\W*$|^\W*(?:that['\u2019]s |it['\u2019]s )?(?:carried |passed )?unanimous(?:ly)?\W*$",
    ),
    declines=(
        r"^\W*(?:(?:oh|yes|yeah|no|well),? )*I(?:['\u2019]ve| have)? \w+ (?:it|that|this|them|those) (?:already|yesterday|this morning|last (?:week|night))\b",
        r"^\W*(?:(?:sorry|well|oh|no|but|unfortunately|actually)[,.]? )*I(?:['\u2019]m| am) (?:in|at|away|out|off|abroad|busy|ill|sick|travell?ing|on (?:leave|holiday|vacation)) ?(?:\w+|\W*$)(?<!in charge)(?<!in favour)(?<!on it)|^\W*(?:no,? )?that['\u2019]s \w+['\u2019]s (?:job|task)\b",
    ),
)
