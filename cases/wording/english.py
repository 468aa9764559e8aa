# ruff: noqa: E501
"""The English half of the check, in the same classes as the Chinese half.

One pattern a line; `<name>` is a class, `~6` a gap of at most six words in one sentence.
Texts arrive in lower case with straight apostrophes and single blanks.
"""

# Words inside one sentence.
GAP = r"(?: [^ ,.!?;:\n]{1,30}){0,%s} ?"

CLASSES = {
    "we": r"(?:i|we|he|she|they|somebody|someone|my \w+|the \w+|our \w+)",
    "not": r"(?:not|n't|never|no longer)",
    "number": r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|sixty|half an)",
    "unit": r"(?:working |calendar |business )?(?:minutes?|hours?|days?|weeks?|months?|years?)",
    "deed": r"(?:tell|call|ring|phone|answer|reply|write|text|inform|notify|let you know|ask|check|find out|look into|take|help|do|send|show|bring|pass|hand|raise|report|register|file|enter|handle|print|copy|come back to|get back to|explain|arrange|contact|confirm|correct|decide|issue|give|fetch|consult|walk|note|accept|follow|finish|complete|serve)",
    "paper": r"(?:lease|contract|passport|identity card|id card|photo\w*|certificate|licen[cs]e|copy|copies|form|proof|receipt|signature|stamp|articles|permit|power of attorney|household register|invoice|statement|letter)",
    "vaguely": r"(?:someone|somebody|anyone|anybody|another|other|others|else|elsewhere|different|them|they|the boss|management|the manager|my boss|a colleague)",
    "end": r"[,.!?;:\n]",
}

EVIDENCE = {
    "civil": r"""
        \bplease\b
        \b(?:sorry|thanks?|thank you|welcome|apologi[sz]e|pardon|excuse me)\b
        \bgood (?:morning|afternoon|evening|day)\b
        \b(?:hello|goodbye|may i|could you|would you|how (?:can|may) i help|my pleasure|take your time|take care|have a (?:nice|good))\b
    """,
    "assent": r"""
        \b(?:yes|ok|okay|sure|certainly|done|ready|approved|accepted|granted|of course|all right|free)\b
    """,
    "destination": r"""
        \bat [a-z]\d{2}\b
        \b(?:window|counter|room|desk|booth)s? (?:no\.? ?|number )?[a-z]?-?\d+\b
        \b(?:first|second|third|fourth|ground|\d+(?:st|nd|rd|th)) floor\b
        \b\d+ [a-z]+ (?:road|street|avenue|lane)\b
    """,
    "telephone": r"""
        \b(?:telephone|phone|tel|number|call|hotline)\b[^.!?\n]{0,14}\d{5,}
        \b\d{7,}\b
        \b\d{3,4}-\d{4,8}\b
    """,
    "who": r"\b(?:office|bureau|department|line|centre|center|mrs?|ms|miss|us|bank|station|court|team|unit|authority|colleague)\b",
    "promise": r"""
        \b(?:i|we|he|she|they|somebody|\w+ (?:team|office|leader|supervisor))(?:'ll| will| shall| am going to| are going to)\b~4\b<deed>\b
        \b<deed>\b~6\b(?:within|before|by|in|until|no later than) (?:<number> <unit>|\d|noon|tomorrow|today|monday|tuesday|wednesday|thursday|friday|close|the end)
        \b(?:within|before|by|no later than) (?:<number> <unit>|\d[\d: ]*(?:am|pm|o'clock|january|february|march|april|may|june|july|august|september|october|november|december)?|noon|friday|monday)~8\b<deed>\b
        \b(?:due|ready|back|done|finished|decision)\b~4\b(?:on|by|before|within|at|in) (?:<number>|\d)
    """,
    "help": r"""
        \blet me <deed>
        \bi(?: have|'ve)? (?:asked|registered|filed|taken|passed|called|noted|entered|reported|handed)\b
        (?<!nothing )(?<!all )\b(?:we|i) (?:can|have) (?:already )?(?:help|take|taken|do|register|file|offer|show)\b
        \bi am (?:his|her|their|the) stand-in\b
        \b(?:i|we) will\b~3\b<deed>\b
    """,
    "contact": r"\bleave~3(?:number|telephone|phone|address|name|e-?mail)",
    "list": r"""
        \b(?:missing|need|needs|lack|lacks|required|require)~3\b(?:<number>|the following)~4(?:papers?|documents?|items?|things?)?:
        \b(?:missing|need|needs|lacks?|require|requires|is)~4\b<paper>\b
        \b(?:whole|full|complete) list\b
        \b(?:on|in) this (?:sheet|list|notice)\b
    """,
    "named_paper": r"\b(?:bring|with|upload|provide)~4\b<paper>\b",
    "basis": r"""
        \b(?:because|since|under|according to|pursuant to|due to|as (?:the|it|your|this|article|section))\b
        \b(?:article|section) \d
        \bthe reason is\b
    """,
    "next": r"""
        \b(?:you|he|she|they) (?:can|may|could) (?!not|complain|sue)~2\w+
        \binstead\b
        \balternative(?:ly)?\b
        \bappeal\b
        \badministrative review\b
        \bonline\b
    """,
    "request": r"\bplease (?!wait|come|go|understand|return|ask|try|find|leave)\w+~3\b\w+",
    "asked": r"\b(?:was|is|do|did|does|could|would) (?:it|you|this|that|they)\b[^.!?\n]{2,60}[?]",
    "alternative": r"\b(?:but|however),? you (?:can|may|could)\b",
    "filing": r"""
        \b(?:case|file|filing|reference|receipt) (?:no\.?|number|id)\b~2\d
        \b(?:approved|filed|recorded) (?:by|as|under)\b
    """,
    "wait": r"""
        \bplease wait\b
        \b(?:one|a|just a) (?:moment|minute)\b
    """,
    "figure": r"\b<number> <unit> \b\d+\b".replace(" \\b\\d", "\n\\b\\d"),
}

# As in the Chinese half: what a sentence without any offence gives the person.
HANDLES = {
    "time": r"\b<number> <unit>\b",
    "day": r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow)\b",
    "hours": r"\b\d+ (?:to|until|till) \d+\b",
    "but": r"\bbut (?:the|our|my|a|your) \w+~5 ?(?:takes|does|can|will|has|accepts|is)\b",
    "sum": r"\b\d+ (?:yuan|rmb|dollars?|copies|pages)\b",
    "right": r"\bthe (?:right|correct|new|current) \w+ is\b",
    "fine": r"\b(?:is|are|that's|it's) (?:fine|ok|okay|enough|ready|valid|free)\b",
}
SHARED = ("destination", "promise", "help", "telephone", "next", "civil")
AMPLE = frozenset({"destination", "promise", "help", "but"})

EASING = r"\b(?:even|also|still) (?:if|without)\b[^.,!?\n]{0,30}"

HARMLESS = r"""
    \b(?:do not|don't|never) close~3
    \bnothing is (?:missing|wrong|lost)\b
    \b(?:do not|don't|doesn't|does not|need not|needn't|no need to)(?: have to| need to)? (?:come|go|wait|call|bring)~3
    \bno, you (?:do not|don't) (?:need|have to)\b
    \b(?:do not|don't|doesn't|does not) (?:charge|cost|require|need|expire|matter)\b
    \bno (?:charge|fee|fees|problem|worries|need|rush|hurry|trouble|cost|appointment|obligation)\b
    \b(?:do not|don't|doesn't|does not|need not|needn't|no need to)(?: have to| need| worry| hesitate| forget| mind| rush| hurry| pay| queue)\b
    \bnot (?:necessary|required|needed|only|at all|a problem)\b
    \bwithout (?:charge|delay|an appointment|a fee)\b
    \bif (?:you|it|this|that|anything)~4(?:not|n't|unclear|cannot)\b
    \bwhy not\b
    \bno later than\b
    \bnot more than\b
"""

RUDE = r"""
    \byou should have (?:read|known|come|asked|brought|checked|thought)\b
    \bbeats me\b
    \bi(?:'m| am) (?:just|only) (?:a|an|the)\b
    \b(?:stupid|idiot|moron|fool|dumb|crazy|shut up|get lost|get out|go away|piss|damn|hell|bloody|silly)\b
    \bhurry\b
    \bmake it quick\b
    \b(?:can't|cannot|can) you (?:not )?(?:read|see|hear|listen|understand|speak)\b
    \bare you (?:blind|deaf|serious|kidding|dumb|stupid|done|finished|listening)\b
    \b(?:already|just|i) (?:told|said to|explained to) you\b
    \bhow many times\b
    \b(?:so |go ahead and |go )(?:sue|complain)\b
    \bcomplain (?:all|if|to whoever|wherever|as much)\b
    \bsee if i care\b
    \b(?:i|who) (?:don't |do not |couldn't |could not )?cares?\b
    \bwhat do you want\b
    \byour (?:own )?(?:fault|problem|business)\b
    \bwho do you think\b
    \b(?:don't|do not|stop) (?:bother|bothering|asking|ask|wasting|waste|shouting|shout)\b
    \bwasting my time\b
    \bdo i look\b
    \b(?:you again|not again|so what|what ?ever|calm down|too bad|tough luck)\b
    \b(?:take|like) it or leave it\b
    \bwhat (?:now|is it now)\b
    \bare you~3or what\b
    \byou people\b
    \bi(?:'m| am) busy\b
    \nnext(?: one| please)?[.!]*\n
    \bwhat's wrong with you\b
    \bnone of your\b
    \bnobody asked you\b
"""
CURT = r"""
    \n(?:wait|just wait|later|hey|hey you|move|what)[.!?]*\n
"""
NOT_MINE = r"""
    \b(?:not|n't)~2(?:my|our)~1(?:job|problem|business|department|responsibility|duty|area|concern|window|case|fault)\b
    \bnothing to do with (?:me|us)\b
    \b(?:we|i) (?:don't|do not) (?:do|handle|deal with|take care of)\b
    \bnot (?:mine|ours)\b
    \bnot responsible\b
    \bwe only\b
"""
UNKNOWN = r"""
    \b(?:don't|do not|didn't|wouldn't|doesn't) (?:know|understand|remember|recall)\b
    \bno (?:idea|clue)\b
    \bnot (?:sure|aware|clear|certain|familiar)\b
    \bnever heard\b
    \bdunno\b
    \b(?:who|how) (?:knows|should i know|would i know)\b
    \bhaven't (?:heard|got any|received)\b
    \b(?:can't|cannot) (?:say|tell|remember|answer)\b
    \bi(?:'m| am) new\b
    \b(?:i )?forgot\b
"""
PUT_OFF = r"""
    \b(?:ask|find|try|see|go to|check with|speak to|talk to|call|contact)~3\b<vaguely>\b
    \bcome (?:back|again)\b
    \b(?:look|find|figure|work|check|read|google|search) (?:it |that |them |this )?(?:up |out )?(?:for )?yourself\b
    \blook it up\b
    \b(?:it's|it is|that's|all|everything is) (?:all )?(?:on|in) the (?:website|wall|board|notice|leaflet|guide|sign)\b
    \bgoogle\b
    \byourself\b
    \bjust wait\b
    \b(?:wait (?:for|until|till)|go (?:home|away|back)|call (?:back|again)|try (?:again|later))\b
    \b(?:some other|another) (?:day|time)\b
    \b(?:next|other) (?:window|office|department)\b(?! is)
    \bwrong (?:number|window|place|office|department)\b
    \b(?:later|we'll see|let's see)[.!]*\n
    \bcomplain to\b
    \bthe rest of (?:it )?is up to you\b
"""
EXCUSE = r"""
    \b(?:system|computer|network|machine|printer|server|scanner|line|internet)\b~3(?:down|broken|out(?! of date)|slow|dead|crash\w*|not work\w*|fail\w*|offline|unavailable)\b
    \b(?:isn't|is not|not|aren't) (?:here|in|in today|available|at (?:his|her) desk|around)\b
    \bon (?:my|his|her|a) (?:break|lunch|holiday)\b
    \b(?:is|are|on|at)~1(?:on leave|leave|holiday|lunch|lunch break|sick|away|out|a meeting|vacation|closed)\b
    \bclos(?:ed|ing)\b
    \b(?:lunch|off duty|after hours|out of office)\b
    \bno (?:time|more numbers|numbers left|slots|paper)\b
    \b(?:those|these|that|it)(?:'s| is| are)?~2(?:rules?|policy|regulations?|procedure)\b
    \b(?P<law>rules?|laws?|policy) (?:is|are) (?P=law)\b
    \b(?:company policy|against (?:the )?(?:rules|policy))\b
    \bi (?:only|just) work here\b
    \b(?:hasn't|has not|didn't|did not) (?:signed?|approved?|agreed?)\b
    \b(?:that|this)(?:'s| is) (?:just )?(?:how|the way) (?:it|things|we)\b
    \btoo (?:busy|many people|late|early)\b
"""
MISSING = r"""
    \bincomplete\b
    \b(?:documents?|papers?|forms?|photos?|material|application)\b~3(?:missing|wrong|invalid|expired|not (?:complete|valid|right))\b
    \b(?:missing|wrong) (?:documents?|papers?|forms?|photos?|something)\b
    \b(?:fill|do|write) (?:it|this) (?:in |out )?again\b
"""
NEGATIVE = r"""
    \b(?:can't|cannot|can not|couldn't|won't|will not|unable|mustn't|may not|shan't)\b
    \b(?:impossible|forbidden|prohibited|rejected|refused|denied|declined|ineligible|unacceptable|disallowed|not eligible)\b
    \bnot (?:possible|allowed|accepted|permitted|valid|approved|available|qualified|entitled|here|today|now)\b
    \bno (?:way|chance|exceptions?|such|can do)\b
    \bnothing (?:i|we|to|more)\b
    \bout of the question\b
    \b(?:don't|do not|doesn't|does not) (?:accept|qualify|meet|offer|allow|have|work|take|issue|comply)\b
    \n(?:no|nope|nah|negative)\b[,. !\n]
    \bno[.!]*\n
    \bout of (?:order|service)\b
    \bisn't (?:possible|allowed|accepted|valid)\b
    \bthere is no\b
"""
VAGUE = r"""
    \b(?:maybe|perhaps|probably|possibly|presumably|supposedly|roughly|approximately|about(?! to))\b
    \b(?:it )?depends\b
    \b(?:might|could be|should be (?:ok|okay|fine|possible)|i (?:guess|think|suppose)|more or less|some time|sometime|soon|hard to say|kind of|sort of)\b
"""
SOME_DAY = r"""
    \bas soon as possible\b
    \b(?:some day|one day|eventually|in due course|at some point)\b
"""
QUESTION = r"[?][!?. ]*\n$"
ORDER = r"\n(?:go|ask|find|wait|read|look|come|bring|fill|try|get|do|move|stand|sit|leave|take|check|call|visit|contact|use|see|write|register|join|queue)\b"
NEGATION = r"\b(?:no|not|never|none|nothing|nobody|nowhere)\b|n't\b"
REPORTED = (
    r"\b(?:you|he|she|they|the applicant)(?: say| said| says| mention\w*| report\w*| were told)"
    r"(?: that)? (?:the window|they|the clerk|somebody|someone|he|she|it was)[^,.!?;\n]*"
)
SPOKEN_OF = r"\s?(?:was|is) (?:not|wrong|no way)|, (?:he|she|they) said"
TELLING = r"(?:\bsaid|\bsays?|\btold|\bsaying|\breported?|\banswered|\breplied|\bwrote|\basked)[^.!?\n]{0,10}[,:]?\s*$"
