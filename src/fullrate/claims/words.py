"""The word lists that the rules go by: English, lower case, written for announcements of goods and plants."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(words.split())


TIMES = word_set("second seconds minute minutes hour hours day days week weeks month months year years decade decades")

RECIPIENTS = word_set(
    "people persons patients homes households schools families villages towns cities groups districts "
    "provinces regions adults children customers passengers recipients councils clinics hospitals pupils "
    "residents farms women men countries places services"
)
PEOPLE = word_set(
    "jobs crews fitters workers employees mechanics engineers staff drivers technicians nurses trainees "
    "electricians welders builders inspectors instructors positions posts men-hours"
)

STOPS = word_set(
    "a an the of in on at by for to from with without under over per each every and or but than that which "
    "who whom whose will would shall should can could may might must is are was were be been being has have "
    "had do does did not no today now then already also as if when while until since because before after "
    "during within between both this these those it its they them their he she we our you i there here where "
    "arrive arrives come comes came go goes went get gets run runs ran need needs needed make makes made take "
    "takes took plus more less fewer out off up down into onto against through across about around only even "
    "still just next later ready due available short late soon once again away ahead alone together apart yet "
    "ago long starting beginning excluding including civil"
)
"""Words that end the name of what is counted."""

SAYING = (
    "says|said|say|saying|adds|added|announced|announces|confirmed|confirms|warns?|warned|doubts?|doubted|"
    "fears?|feared|"
    "believes?|believed|does not believe|did not believe|thinks?|thought|expects?|expected|hopes?|hoped|denies|denied|"
    "calls|called|orders|ordered|has ordered|directed|has directed|directs|reports|reported|welcomed|welcomes|welcome|"
    "estimates?|estimated|claims?|claimed|told|tells|points to|pointed to|argues?|argued|intends?|aims?|plans?|wants?|"
    "promised|promises|insists?|insisted|requested|asked|asks|spoke of|found that|wrote|writes|invokes|criticises?|"
    "criticised|worries|worried|worry|complains?|complained|signalled|has signalled|objects?|objected|"
    "reckons?|reckoned|seeks|invites|"
    "would not say|would not comment|did not say|didn't say|does not say|has not published|did not disclose|"
    "didn't disclose|named neither|declined|still hopes|also fears?|points out|stated|states|foresees?|"
    "assumes?|has told"
)
"""Verbs after which, or before which, stands who says so."""

SILENT = (
    r"neither \w+ nor \w+ (?:was|were|is|are|has been) \w+|not (?:yet )?(?:mentioned|known)|"
    r"did(?: not|n't|n’t) (?:say|disclose|name|give|specify)|does(?: not|n't|n’t) (?:say|disclose|name|give|specify)|"
    r"would not (?:say|comment)|not (?:been )?(?:published|disclosed|named|decided|said)|"
    r"(?:was|were|is|are)(?: not|n't|n’t) (?:disclosed|known|clear|named|given|decided)|named neither|named no|"
    r"no (?:date|day|number|quantity|figure|price) (?:is|was|has been) (?:given|named|set)|cannot tell|can't tell|"
    r"declined to|is (?:still )?(?:pending|open|unclear|unknown)|remains? (?:open|unclear)|"
    r"has not (?:been )?(?:published|named|disclosed|decided|said)|does not give|no day was named"
)
"""Words by which a text says that something is not said."""

CRITICS = r"\b(?:critics?|opposition|opponents?|sceptics?|unions?|watchdog|campaigners?|federation|league)\b"
OBJECTING = (
    r"\b(?:warns?|warned|doubts?|doubted|fears?|feared|criticis\w+|criticiz\w+|objects? to|objected|"
    r"worr(?:y|ies|ied)|too slow|does not believe|did not believe|don.t believe|misleading|den(?:y|ies|ied)|"
    r"criticism|called? (?:the|that|it) \w+ (?:misleading|a)|stretch|complain\w*|calls? into question|disput\w+)\b"
)
OFFICIALS = (
    r"\b(?:minist(?:er|ers|ry|ries)|government|president|governor|mayor|authority|agency|treasury|department|"
    r"directorate|regulator|court|audit office|parliament|congress|senat\w+|committee|board|council|commission|"
    r"official|officials|state|spokes\w+|army|navy|reserve|prime minister|secretary|bank|city|administration|"
    r"operator of the grid)\b"
)
EXPERTS = (
    r"\b(?:analysts?|experts?|scientists?|professors?|advis[eo]rs?|economists?|researchers?|engineers?|pharmacists?|"
    r"institute|university|consultants?)\b"
)
COMPANIES = (
    r"\b(?:compan(?:y|ies)|works|firms?|makers?|management|chief|ceo|founder|chairman|chairwoman|manufacturers?|"
    r"manager|executive|supplier|suppliers|producer|producers|group|builders|plant|industry|inc|ltd|corporation|yard|"
    r"yards)\b"
)
PERSONS = (
    "chief financial officer|chief executive officer|chief executive|chief operating officer|prime minister|"
    "plant manager|"
    "founder|governor|president|minister|pharmacist|analyst|chairman|chairwoman|professor|dr|mr|mrs|ms|mayor|"
    "senator|spokesman|"
    "spokeswoman|economist|secretary|director|general|manager|engineer|adviser|chancellor"
)
"""Titles that stand before a name and are left out of it."""

TOPICS: dict[str, str] = {
    "product": (
        r"will build|to build|specification|\d ?(?:mva|kw)\b|litres per|minus \w+ degrees|performance|as far as the|"
        r"twice as|diesel and mains|both \w+ and|requirements?"
    ),
    "variants": (
        r"options?\b(?! to)|with an option|variants?\b|versions?\b|meanwhile|while the new|present one|"
        r"second generation|proven"
    ),
    "quantity": r"how many|number of|quantit\w+",
    "recipients": (
        r"reserved for|will be served|served first|shall receive|shall be offered|"
        r"every (?!month|year|day|spring|week|tram|unit)\w+ \w+|everyone|everybody|nobody who|"
        r"for (?:social|patients|hospitals|schools)|customers?|goe?s? to\b|come last|to the end\b|remote|regions?\b|"
        r"patients|waiting list|priority|allocated|delivered to|be equipped|provinces|villag\w+|districts"
    ),
    "deadline": (
        r"as soon as|shortest possible|without delay|no (?:date|day)\b|nor a date|deadline|on time\b|in time\b|"
        r"delayed|too slow|at this pace|originally|schedule|before winter|a date\b|by when|not named a day|"
        r"days after|months late"
    ),
    "state": (
        r"(?<!tell you )\btoday\b|so far|at present|currently|existing (?:works|plant|line|factory)|last year|"
        r"to date|has flown|employs|delivered \d|had been (?!dropped)|started work|present (?:set|one|fleet|output)|"
        r"were there|in service|years of service|are available"
    ),
    "capacity": (
        r"capacity|factory|factories|plants?\b|lines?\b|shift|yards?\b|works in|shops?\b|output|machines?\b|"
        r"automated|depots?|a year when"
    ),
    "suppliers": (
        r"suppliers\b|second supplier|producers?\b|makers?\b|manufacturers?|second source|contract with|"
        r"framework contract|importers?|come from|comes from|vendors?|built by|who will build|made by|from abroad|"
        r"in talks with|will build the|doses? of .* from"
    ),
    "restricted": (
        r"export (?:licen[cs]e|control)|only from|customs union|from abroad|scarce|shortage|bottleneck|"
        r"not to be bought|single maker|one country|cut off|embargo|rare|imported|on the market yet"
    ),
    "money": (
        r"[€$£]|euros|dollars|crowns|pounds|costs?\b|budget|funds?\b|grant|pays?\b|paid|financ\w+|invest\w*|capital|"
        r"price|spend\w*|treasury|tranche|subsid\w+|cash|revenue|enough\b"
    ),
    "labour": (
        r"jobs?\b|hire|workers|people today|fitters|mechanics|train(?:ed|ing|ees)\b|crews?|headcount|employ\w*|"
        r"engineers|lose a job|dozen people|personnel|skilled"
    ),
    "test": (
        r"\btests?\b|tested|approv\w+|certif\w+|before acceptance|accepted|permits?\b|inspect\w*|validat\w+|"
        r"qualif\w+|standards?\b|trial"
    ),
    "transport": (
        r"transport(?! authority)|vehicles?\b(?! made)|wagons?|storage|freezers?|vaccination cent|logistics|"
        r"delivery to|lorr|trucks?\b|warehouse|grid connection|connections? take|sites? for"
    ),
    "sustainment": r"maint\w+|spare|repair\w*|replac\w+|service life|warranty|years of service|lifetime",
    "authority": (
        r"\bact\b|\blaw\b|section \d|this order|order is|orders the following|has ordered|directed|decree|"
        r"emergency powers|new powers|penalt\w+|late delivery|award|sign everything|sign off|tenders? must|"
        r"report its|without a tender|would have to sign|committee"
    ),
    "given_up": (
        r"instead of|at the expense|cut by|wait until|shall wait|also pays for|delayed because|lose\b|no longer|"
        r"postponed|given up|less money|is cut|reassigned|will fall|stopped|filled before"
    ),
    "benefit": (
        r"cleaner|quieter|cheaper|twice as far|nobody (?:who|will)|change the lives|sav(?:e|es|ing)\b|protect|"
        r"out of reach|independen\w+|better\b|safer|position and pulse|no more than a"
    ),
    "risk": (
        r"warn\w*|doubts?|fears?|\brisk|could be cut|delayed|of delay|delays\b|stretch|bottleneck|too slow|"
        r"does not believe|critic\w*|fewer than planned|may change|narrowest|worr\w+|shortage|threat"
    ),
}
"""Points of the checklist, then ``benefit`` and ``risk``: the words by which a sentence says something about each."""
