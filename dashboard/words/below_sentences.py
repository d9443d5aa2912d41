"""The sentences of the rooms below that pages show, as they are written there.

A name in braces stands where a value stands there. tests/unit/test_below.py finds each of
SENTENCES in the source of the rooms, so that none can go stale; COMPOSED are put together there of
several pieces.
"""

from __future__ import annotations

from dashboard.words import mark

SENTENCES = (
    # moderation.learning.drafts, sunwai.changing, sunwai.trying
    mark("The document is longer than {n} characters."),
    mark("This says the same as version {n}, which is in force."),
    mark("The author of a draft cannot approve it: a second person must."),
    mark("Version {n} came into force meanwhile. Look at the differences again."),
    mark(
        "No shadow run shows what this draft changes against what is in force now. Run one, or say "
        "in {n} characters or more why it is approved without."
    ),
    mark("Say why the draft is rejected."),
    mark("Export the older policy, import it as a draft, and have it approved."),
    mark("No calibration is in force: the engine's own scores count."),
    mark("Say in {n} characters or more why."),
    mark("{who} can no longer sign in, so cannot {what}."),
    mark("{who} is {role}; only {roles} may {what}."),
    mark("There is no {kind} version {n}."),
    mark("Version {n} was approved by {who} before."),
    mark("Version {n} was rejected by {who} before."),
    mark("There is no draft {n} of the {kind}."),
    mark("No engine judges just now: {why}"),
    mark("Days must be 1 to {most}, not {days}."),
    mark("Who asked for this run can no longer sign in."),
    mark("The shadow run broke off several times. The program's own log has the details."),
    # moderation.learning.shadow
    mark("{n} comments judged by both; nothing was written."),
    mark("Flagged: {was} before, {now} under the draft."),
    mark("{n} texts were read by the engine again; the rest from what is kept."),
    mark("{n} could not be judged by either."),
    mark("newly flagged"),
    mark("no longer flagged"),
    mark("now severe"),
    mark("no longer severe"),
    mark("no longer counts as checked"),
    mark("now counts as checked"),
    # moderation.policies.policy_diff
    mark("abusive text"),
    mark("obscene or sexual abuse"),
    mark("slurs"),
    mark("personal abuse"),
    mark("threats"),
    mark("what reads like a threat"),
    mark("hatred of a people"),
    mark("plainly abusive words"),
    mark("calls against a sect or faith"),
    mark("private data of a person"),
    mark("spam and scams"),
    mark("abusive text in weakly covered languages"),
    mark("as all others"),
    mark("1 entry"),
    mark("{n} entries"),
    # moderation.policies.policy_faults
    mark("{key}: found {found}; allowed: {allowed}"),
    mark("a number above 0 and at most 1"),
    mark("a whole number, {n} or more"),
    mark("text in quotes, not empty"),
    # moderation.carrying_out.by_hand, moderation.deciding.decision_rules
    mark("Action {n} is '{state}', not work by hand: there is nothing to confirm."),
    mark("Action {n} is '{state}' and cannot be tried again."),
    mark(
        "Somebody reversed this at the platform. A senior officer decides whether to do it again."
    ),
    mark("Action {n} was taken back by a newer decision and is not tried again."),
    mark("Action {n} is '{state}': only a conflict is left as it is."),
    mark("Say in a few words why it is left as the platform has it."),
    mark("Only a senior officer or an administrator lets stopped writing go on."),
    mark("Writing to this source is not stopped."),
    mark("There is no action {n}."),
    # details of attempts: moderation.carrying_out.outcomes, settle, verify, by_hand, platforms
    mark("put back by us, but hidden again in the platform's own tool"),
    mark("taken down by us, but public again: somebody put it back at the platform"),
    mark(
        "still in the newest list. If that list was made before the comment was taken down, import "
        "a newer one; else it was put back, or never taken down"
    ),
    mark("tried again by {who}"),
    mark("left as it is by {who}: {why}"),
    mark("{what}, says {who}"),
    mark("done by hand"),
    mark("seen so at the platform"),
    mark("the comment is no longer there"),
    mark("the comment is not there any more"),
    mark("could not be read before acting: {why}"),
    mark("the text is not the one decided on"),
    mark("it was so already; nothing was sent"),
    mark("nothing was sent, for lack of evidence: {why}"),
    mark("no answer came, but it was done"),
    mark("undone while it was on its way"),
    mark("no answer came; {how}"),
    mark("the comment was edited since"),
    mark("the platform allows no '{kind}' of this comment"),
    mark("dry run: nothing was sent"),
    mark("undone"),
    mark("superseded by a newer decision"),
    mark("seen by a sweep"),
    mark("read back at the platform"),
    mark("accepted, then taken back by a newer decision"),
    mark("accepted, but the comment is still {state}"),
    mark("no longer listed, and nobody confirmed doing it by hand"),
    mark("the newest list shows it done"),
    mark("no answer came ({kind})"),
    mark("the answer does not say whether it was done"),
    mark("the platform could not be reached ({kind})"),
    # moderation.learning.calibrate_record, calibrate_rows
    mark("Fitted on decisions before {when} UTC, measured on later ones."),
    mark("{n} decisions left out: {why}."),
    mark("the engine gives no score"),
    mark("removed on another ground than abuse"),
    mark("decided without a flag and not drawn by a blind sample"),
    # collectors.alarms
    mark("The access of {name} ended on {when}. {todo}"),
    mark("The access of {name} ends within {days}, on {when} UTC. {todo}"),
    mark("Renew it and store the new one: sunwai sources token {name}"),
    mark("a day"),
    mark("{n} days"),
    mark("{n} hours"),
    mark(
        "No new comment for {span}{counts}. The longest silence of the weeks before was {usual}. "
        "Look at the page itself: the access may have lost what it could see."
    ),
    # dashboard.importer, collectors.exports, sunwai.import_queue, sunwai.importer
    mark("The file is not here any more. Choose it again."),
    mark("Say what each column is."),
    mark(
        "No tool that Sunwai knows writes such a file. Say what each column is; at least which one "
        "is the comment's text. Nothing is kept before you have seen the first rows."
    ),
    mark("{file} is empty. Export again and give the new file."),
    mark(
        "{file} has {size} bytes; {most} are taken at most. Export it in parts (for instance by "
        "month) and give them one by one."
    ),
    mark(
        "{file} is not UTF-8 (first odd byte at {at}). It was probably saved in an 8-bit code "
        "page. Save it again as “CSV UTF-8”, or name the code page: cp1256 for Urdu and Arabic, "
        "cp1252 for Western languages."
    ),
    mark(
        "{file} is a web page or XML, not an export file. A log-in page may have been saved in "
        "place of the download: export again as CSV, XLSX or JSON."
    ),
    mark(
        "{file} is a damaged XLSX or ZIP file ({kind}), probably cut off on its way. Download or "
        "copy it again."
    ),
    mark(
        "{file} is a damaged archive ({kind}), probably cut off on its way. Download or copy it "
        "again."
    ),
    mark("{file} holds no table whose columns could be named."),
    mark("{file} is locked with a password. Unpack it yourself."),
    mark("{file} is an empty list: it holds no comment. Export again."),
    mark("{file} cannot be read: {why}."),
    mark("No column is the text. Say which one holds the comments' words."),
    mark("Two columns are {names}: choose one."),
    mark("There is no time zone “{zone}”. Write it as Asia/Karachi."),
    mark("the file ends before its list does: cut off"),
)

COMPOSED = (
    mark("Protected comments newly flagged: {part} of {whole}."),
    mark("Protected comments newly flagged: {part} of {whole} ({share})."),
    mark("Removed by decision and no longer flagged: {part} of {whole}."),
    mark("Removed by decision and no longer flagged: {part} of {whole} ({share})."),
    mark("Changed sides: none."),
    mark("Changed sides: {list}."),
    mark("{n} newly flagged"),
    mark("{n} no longer flagged"),
    mark("{n} now severe"),
    mark("{n} no longer severe"),
    mark("{n} no longer counts as checked"),
    mark("{n} now counts as checked"),
    mark("More is flagged: {what}"),
    mark("Less is flagged: {what}"),
    mark("More counts as severe: {what}"),
    mark("Less counts as severe: {what}"),
    mark("abusive text in {language}"),
    mark("Only the title"),
    mark("Without {what} a comment is now not checked"),
    mark("A comment may pass without {what} being checked"),
    mark("No change now: {what} keeps its point {n}"),
    mark("Copies that make a flood"),
    mark("Minutes within which copies make a flood"),
    mark("Our own sites: added: {list}"),
    mark("Our own sites: taken out: {list}"),
    mark("Our own numbers: added: {list}"),
    mark("Our own numbers: taken out: {list}"),
    mark("Watch words: added: {list}"),
    mark("Watch words: taken out: {list}"),
    mark("Our own sites: added: {list}; taken out: {gone}"),
    mark("Our own numbers: added: {list}; taken out: {gone}"),
    mark("Watch words: added: {list}; taken out: {gone}"),
)
