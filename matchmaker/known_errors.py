r"""The texts of errors that pages say anew, and the keys of what they say, below `error`.

The more exact text comes first: the first one that fits counts. Groups of a text are values of the
sentence; a digit behind the name of a group tells alternatives of one value apart. `\x22` is a
double quotation mark, in which Python puts a name that holds an apostrophe.
"""

from __future__ import annotations

KNOWN_TEXTS: tuple[tuple[str, str], ...] = (
    ("access.right", r"this address needs the right (?P<right>\w+)\."),
    ("access.reach", r"your right (?P<right>\w+) does not reach (company )?(?P<siret>\d{14})\."),
    ("access.override", r"your right override reaches .*"),
    ("access.chamber", r"you prepare events of chamber (?P<chamber>.*); leave it among .*"),
    (
        "access.other_firm",
        r"participant ['\x22].*['\x22] is of another chamber, which alone moves them .*",
    ),
    ("access.owner", r"list .* is (?P<owner>.*)'s, who alone changes it\."),
    (
        "access.entrepreneurs",
        r"only entrepreneurs act for firms; (sign in with such an account|tie no firm to "
        r"another role)\.",
    ),
    (
        "access.key",
        r"(the Authorization header holds no service key.*|this service key is unknown, "
        r"expired or revoked\.)",
    ),
    (
        "access.sign_in",
        r"(sign in, or send a service key, to use this address|the session has ended; sign in "
        r"again)\.",
    ),
    ("access.refused", r"the e-mail address or the password is wrong\."),
    ("access.other_site", r"send this form from one of the pages of this service\."),
    ("access.token", r"the token of the session \(X-CSRF-Token\) is missing or wrong\."),
    ("account.email", r"the e-mail address cannot be read; .*"),
    ("account.small", r"an e-mail address is stored in small letters; .*"),
    ("account.person", r"an account is a person's; make a service key for a program\."),
    ("account.name", r"a name is one line of at most (?P<longest>\d+) characters\."),
    ("account.chamber", r"an adviser has a chamber .*"),
    (
        "account.no_chamber",
        r"chamber ['\x22](?P<chamber>.*?)['\x22] is no code of a department; .*",
    ),
    ("account.siret", r"SIRET .*; write its 14 digits\."),
    ("account.last", r"this is the last administrator who can sign in; .*"),
    (
        "account.taken",
        r"(this e-mail address has an account already|another account has this e-mail address "
        r"or this identity); .*",
    ),
    ("account.key_gone", r"key .* is (revoked or expired; make a new one|replaced already)\."),
    ("account.key_name", r"a key has a name of one line; .*"),
    ("account.key_scopes", r"a key needs one or more of these scopes, and no other: .*"),
    ("account.key_days", r"a key lives for 1 to (?P<longest>\d+) days, not .*"),
    ("account.yours", r"company (?P<siret>\d+) is yours already; .*"),
    ("account.code", r"the code is not the one of the letter; .*"),
    ("account.no_letter", r"no letter can go to this address\."),
    ("account.unknown", r"account ['\x22].*['\x22] is not in the store; check its id\."),
    ("account.unknown_claim", r"claim ['\x22].*['\x22] is not in the store; check its id\."),
    ("account.unknown_key", r"key ['\x22].*['\x22] is not in the store; check its id\."),
    (
        "account.password_short",
        r"the password is too short; it has at least (?P<shortest>\d+) characters\.",
    ),
    (
        "account.password_long",
        r"the password is too long; it has at most (?P<longest>\d+) characters\.",
    ),
    (
        "account.password_weak",
        r"the password (is the e-mail address|repeats itself|is one that many people have); .*",
    ),
    (
        "link.account",
        r"(the account of this link is closed|this link sets the password of no account); "
        r"nothing was changed\.",
    ),
    ("link.people", r"whoever got this link acts no longer for the firm; nothing was changed\."),
    ("link.used", r"this link has been used already; nothing was changed\."),
    ("link.old", r"this link is past its time; nothing was changed\."),
    (
        "link.incomplete",
        r"(this link is not complete; .*|this link is not known any more; .*|this link names "
        r"no .*)",
    ),
    ("link.code", r"the code is used, expired or tried too often; .*"),
    (
        "company.unknown",
        r"company (?P<siret>.*) is not in the store\. Check the number, or import its "
        r"department\.",
    ),
    ("company.no_part", r"company (?P<siret>\d+) takes no part in suggestions.*"),
    ("company.late", r"company (?P<siret>\d+) came after the last nightly run\. .*"),
    ("company.no_answer", r"company (?P<siret>\d+) gave no answer number (?P<number>\d+); .*"),
    (
        "company.no_override",
        r"no adviser has lifted the rule for companies (?P<a>\d+) and (?P<b>\d+)\.",
    ),
    ("company.opted_out", r"company (?P<siret>\d+) asked not to be contacted or shown, .*"),
    (
        "code.naf",
        r"(NAF code|no NAF rev\. 2 code begins with|NAF rev\. 2 has no code) "
        r"['\x22](?P<code>.*?)['\x22].*",
    ),
    ("code.section", r"NAF rev\. 2 has no section ['\x22](?P<code>.*?)['\x22]; .*"),
    ("code.cpv", r"CPV code ['\x22](?P<code>.*?)['\x22] is not one of CPV 2008; .*"),
    ("code.sector", r"sector ['\x22](?P<code>.*?)['\x22] is not one of the flow table; .*"),
    ("code.size", r"staff band ['\x22](?P<code>.*?)['\x22] is not one of .*"),
    (
        "code.commune",
        r"commune (code )?['\x22](?P<code>.*?)['\x22] is (not one of today's|malformed); .*",
    ),
    ("code.outside", r"commune (?P<code>\S+) is outside the territory .*"),
    (
        "code.department",
        r"(['\x22](?P<code>.*?)['\x22] is no department; .*|communes of department .*|no "
        r"department was given; .*)",
    ),
    ("code.no_company", r"department ['\x22](?P<code>.*?)['\x22] has no company in the store, .*"),
    (
        "request.number",
        r"(?P<name>\S+) is ['\x22](?P<value>.*?)['\x22]; give a whole number from "
        r"(?P<low>-?\d+) to (?P<high>-?\d+)\.",
    ),
    ("request.character", r".* holds the character NUL.*"),
    ("request.itself", r"partner (?P<siret>\d+) is the firm itself; name another one\."),
    (
        "request.siret",
        r"(siret: )?SIRET (.*( has (characters|\d+ digits).*| fails its check digits)|is "
        r"empty)\.?",
    ),
    (
        "request.choice",
        r"(\w+ is ['\x22](?P<value>.*?)['\x22]; (give|say) .*|there is no (move|table) "
        r"['\x22](?P<value2>.*?)['\x22].*|(status|state) ['\x22](?P<value3>.*?)['\x22] is "
        r"none .*)",
    ),
    (
        "request.none_of_the_page",
        r"the (move, or its reason, is|answer is|reason is) none of those of the page\."
        r"|case names no cell of the matrix; .*",
    ),
    (
        "request.rows",
        r"(the rows of the form do not fit its columns|the rows beside the form are damaged|a "
        r"row of the form is damaged); send the file again\.",
    ),
    ("request.version", r"(say which version of what you change you have read.*|If-Match .*)"),
    ("request.time_limit", r"time_limit .* is more than (?P<longest>.*) seconds; ask for less\."),
    ("request.tries", r"too many (?P<what>.*); try again in (?P<seconds>\d+) s\."),
    ("request.body", r"the body is .*; send .*"),
    (
        "request.drawn",
        r"(no free id was drawn in .*|.* is there already; draw (again|another id)\.)",
    ),
    ("letter.unknown", r"letter (?P<number>\d+) is not in the outbox; .*"),
    ("letter.state", r"letter (?P<number>\d+) is \w+ and cannot be .*"),
    ("letter.address", r"letter (?P<number>\d+): its address cannot be used; .*"),
    ("letter.header", r"letter (?P<number>\d+): header .*"),
    ("letter.server", r"mail server .*"),
    (
        "letter.folder",
        r".*(Check its permissions and the space|It holds a letter that has to go; remove "
        r"it)\.",
    ),
    ("list.unknown", r"list ['\x22].*['\x22] is not in the store; .*"),
    ("list.other", r"list ['\x22].*['\x22] is another one; .*"),
    ("list.search", r"list .* is a search; .*"),
    ("list.full", r"a list holds (?P<most>\d+) firms at most; .*"),
    ("list.name", r"the name of a list has 1 to (?P<longest>\d+) characters, .*"),
    ("list.note", r"a note has (?P<longest>\d+) characters at most, .*"),
    ("event.unknown", r"event ['\x22].*['\x22] is not in the store; .*"),
    (
        "event.no_participant",
        r"(event .* has no participant .*; go back to them|participant .* is not registered "
        r"for event .*; register them first)\.",
    ),
    ("event.no_plan", r"event ['\x22].*['\x22] has no plan in use; .*"),
    (
        "event.no_plan_number",
        r"event ['\x22].*['\x22] has no plan (?P<number>\d+); list its plans\.",
    ),
    ("event.busy", r"another plan is being made; .*"),
    ("event.title", r"event: the title is empty; .*"),
    (
        "event.too_long",
        r"event: the \w+ has (?P<length>\d+) characters; "
        r"(?P<longest>\d+) are the limit",
    ),
    ("event.chambers", r"event: (no chamber holds it|chamber ).*"),
    ("event.tables", r"event: tables must be from 0 to (?P<most>\d+), got (?P<got>.*)"),
    ("event.zone", r"event: ['\x22](?P<zone>.*)['\x22] is no time zone; .*"),
    ("event.many_slots", r"event: has (?P<count>\d+) slots; (?P<most>\d+) are the limit"),
    (
        "event.slot",
        r"event: slot (?P<slot>\d+) \((?P<start>\S+) to (?P<end>\S+)\) "
        r"(ends before it begins|begins before|has a time zone).*",
    ),
    (
        "event.two_sessions",
        r"event: slot (?P<slot>\d+) is in sessions ['\x22](?P<a>.*?)['\x22] and "
        r"['\x22](?P<b>.*?)['\x22]",
    ),
    ("event.session", r"event: session ['\x22](?P<session>.*?)['\x22] (needs|has) .*"),
    ("event.settings", r"event: the settings are no JSON document .*"),
    ("event.not_mended", r"a list of invitations is not mended; .*"),
    ("event.changes_alone", r"give the changes alone, or .*"),
    ("event.no_groups", r"an event of kind \w+ has no groups to change\."),
    ("event.not_moved", r"meetings of an event of kind \w+ are not moved\."),
    ("event.no_export", r"an event of kind \w+ has no export (?P<format>\S+); .*"),
    ("prepare.nobody", r"event ['\x22][^'\x22]*['\x22]: nobody takes part .*"),
    ("prepare.no_meeting", r"event ['\x22][^'\x22]*['\x22]: no meeting is possible, .*"),
    (
        "prepare.no_slots",
        r"event ['\x22][^'\x22]*['\x22] has no slots; (a convention needs some: change the "
        r"event|give it one .*)\.",
    ),
    (
        "prepare.no_tables",
        r"event ['\x22][^'\x22]*['\x22] has no tables; a convention needs some: change the event\.",
    ),
    ("prepare.no_scores", r"event ['\x22][^'\x22]*['\x22]: there are no scores, .*"),
    (
        "prepare.no_candidate",
        r"event ['\x22][^'\x22]*['\x22]: the firm of (?P<who>.*) is on the list, but is no "
        r"candidate; .*",
    ),
    (
        "prepare.too_many",
        r"event ['\x22][^'\x22]*['\x22]: (?P<count>\d+) firms may be invited, and (?P<most>\d+) "
        r"are the limit; .*",
    ),
    (
        "prepare.unknown_facts",
        r"event ['\x22][^'\x22]*['\x22]: the .* of (?P<who>.*) cannot be found; .*",
    ),
    (
        "prepare.stranger_in_settings",
        r"event ['\x22][^'\x22]*['\x22], settings: \w+ names ['\x22](?P<who>.*?)['\x22], who "
        r"is not registered; .*",
    ),
    (
        "prepare.rounds",
        r"event ['\x22][^'\x22]*['\x22], settings: rounds is (?P<rounds>.*), but there are "
        r"(?P<slots>\d+) slots; .*",
    ),
    (
        "prepare.no_department",
        r"event ['\x22][^'\x22]*['\x22]: no department is known of (?P<who>.*); .*",
    ),
    (
        "prepare.never_there",
        r"event ['\x22][^'\x22]*['\x22]: participant (?P<who>.*) cannot come to any of the "
        r"(?P<rounds>\d+) rounds; .*",
    ),
    (
        "prepare.comes_back",
        r"event ['\x22][^'\x22]*['\x22]: participant (?P<who>.*) is away in round (?P<round>\d+) "
        r"and back later; .*",
    ),
    ("prepare.kind", r"event ['\x22][^'\x22]*['\x22] is of the kind \w+, not \w+; .*"),
    (
        "prepare.setting",
        r"event ['\x22][^'\x22]*['\x22], settings: ['\x22](?P<field>.*?)['\x22] is none of the "
        r"kind .*",
    ),
    ("prepare.setting_value", r"event ['\x22][^'\x22]*['\x22], settings: (?P<field>\w+)\S*: .*"),
    (
        "prepare.contradiction_of",
        r"event ['\x22][^'\x22]*['\x22]: .*(participant|leader|mentor) "
        r"['\x22](?P<who>.*?)['\x22].*",
    ),
    ("prepare.contradiction", r"event ['\x22][^'\x22]*['\x22]: .*"),
    (
        "prepare.no_time",
        r"no plan was found in (?P<seconds>\S+) s, and none is proven impossible\. .*",
    ),
    (
        "people.wish_stranger",
        r"the wish of ['\x22](?P<wisher>.*?)['\x22] about ['\x22](?P<wished>.*?)['\x22] names "
        r".*, who is not registered; .*",
    ),
    (
        "people.wish_twice",
        r"the wish of ['\x22](?P<wisher>.*?)['\x22] about ['\x22](?P<wished>.*?)['\x22] is "
        r"there .*",
    ),
    (
        "people.oneself",
        r"participant ['\x22](?P<who>.*?)['\x22] (wishes to meet|has a meeting with) "
        r"themselves; remove it\.",
    ),
    (
        "people.meeting_twice",
        r"the meeting of ['\x22](?P<a>.*?)['\x22] and ['\x22](?P<b>.*?)['\x22] is there .*",
    ),
    ("people.twice", r"participant ['\x22](?P<who>.*?)['\x22] is there (?P<count>\d+) times; .*"),
    ("people.email", r"participant ['\x22](?P<who>.*?)['\x22]: the e-mail has no right form; .*"),
    (
        "people.fault",
        r"participant (?P<who>['\x22][^'\x22]*['\x22] \(.*?\)), \w+ .*: "
        r"(?P<reason>(?:[^:]|:(?! ))*)\. "
        r"Mend it and send it again\.",
    ),
    (
        "plan.gone",
        r"(the plan has no (meeting|group) .*|meeting .* is not in the plan; .*|two meetings "
        r"of the plan are exchanged; .*|.* (is not in the plan|has no seat in round "
        r"\d+|cannot go to group \d+); reload .*|.* are not kept apart by hand; .*)",
    ),
    ("plan.two", r"a meeting brings two participants together; .*"),
    (
        "plan.stranger",
        r"(participant ['\x22](?P<who>.*?)['\x22] is not in the plan; .*|the changes name "
        r"(participant )?['\x22](?P<who2>.*?)['\x22], who is .*)",
    ),
    (
        "plan.other_table",
        r"(.* sits at no other table of round (?P<round>\d+); .*|round (?P<round2>\d+) has no "
        r"other table .*; .*)",
    ),
    (
        "plan.from_slot",
        r"the changes begin at slot (?P<slot>.*); the event has (?P<slots>\d+) slots\.",
    ),
    (
        "plan.from_round",
        r"the changes begin at round (?P<round>.*); the event has (?P<rounds>\d+)\.",
    ),
    ("plan.lost_table", r"table (?P<table>.*) is lost; tables go from 1 to (?P<tables>\d+)\."),
    ("plan.no_meetings", r"the plan has no meetings to repair\. .*"),
    ("plan.no_tables", r"the plan has no tables to mend\. .*"),
    ("plan.no_groups", r"the plan has no groups to mend\. .*"),
    ("plan.share", r"the share of meetings that may move must be in \[0, 1\], .*"),
    (
        "plan.not_its_own",
        r"(the plan (holds meeting|puts meeting|names|has round|seats|has meeting) .*|the "
        r"event has \d+ slot times and the problem .*|the previous plan .*)",
    ),
    ("plan.infeasible", r"the plan is \w+, so there (is nothing|are no \w+) to export; .*"),
    ("introduction.unknown", r"introduction ['\x22].*['\x22] is not in the store; .*"),
    ("introduction.changed", r"introduction .* has changed since it was read; .*"),
)
