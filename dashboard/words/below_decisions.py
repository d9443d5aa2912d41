"""Sentences with which a decision is refused, and with which a judgement explains itself.

As in below_sentences.py: a name in braces stands where a value stands in the room below;
those of DECISIONS and JUDGEMENTS are found in its source by tests/unit/test_below.py, PUT_TOGETHER
are made there of several pieces.
"""

from __future__ import annotations

from dashboard.words import mark

DECISIONS = (
    # moderation.deciding.decision_rules
    mark("{who} is disabled and can decide nothing."),
    mark("{who} is {role}; only officers and senior officers decide."),
    mark("An undo names the decision that it undoes: use undo."),
    mark(
        "The text changed since the card was drawn: {comment} was edited. Read the new text and "
        "decide on it."
    ),
    mark("{comment} was decided meanwhile by another officer. Look at it again."),
    mark("{comment} was decided meanwhile, or its text changed. Look at it again."),
    mark("{comment} is decided already. Undo that decision first, then decide anew."),
    mark(
        "'{verdict}' takes no reason code: {code} is a ground for removal only. Leave the code out."
    ),
    mark("A removal needs a reason code of para 5 (OM-5-...). Choose one, or keep the comment."),
    mark(
        "OM-5-X needs a written reason of {n} characters or more; this has {was}. Say which remark "
        "it is and why it offends."
    ),
    mark("The theme's key must have 1 to 60 characters."),
    mark("An escalation carries a question: write what is asked."),
    mark("This comment was put off before: from the second time on, write why."),
    mark("Only a split marks a part of the text."),
    mark("A split marks the remark that offends: select its words."),
    mark(
        "The marked part {start}-{end} lies outside the text of {n} characters. Select the words "
        "again."
    ),
    mark("The marked part is empty. Select the words that offend."),
    mark(
        "The marked part is all of the text: no complaint is left over. Use remove, or mark only "
        "the words that offend."
    ),
    mark(
        "{comment} is protected (a complaint, a suggestion or a policy view, or not assessed yet) "
        "and is never decided in bulk. Open it alone."
    ),
    mark(
        "A split and a deletion for good are decided one by one. Open the comment alone.",
    ),
    mark(
        "{comment} was not checked by the machine and is not removed in bulk. Open it alone.",
    ),
    mark(
        "A second look is another officer's: you asked for this one. Wait for it, or undo your own."
    ),
    mark("This waits for a senior officer's second look. Leave it in the queue."),
    mark(
        "A second look ends the matter: confirm the removal, keep, split or send to complaints.",
    ),
    # moderation.deciding.decide, decision_record, undo, conflict, outbox
    mark("There is no comment {comment}."),
    mark("There is no decision {n}."),
    mark("A decision needs a key of 1 to 120 characters."),
    mark("This key was used for another decision. Load the page anew and decide again."),
    mark("Only the officer who decided, or a senior officer, undoes a decision."),
    mark(
        "Decision {n} no longer stands: it was undone or decided anew. Look at the comment's "
        "history."
    ),
    mark("You can undo your last {n} decisions; this one is older. Ask a senior officer."),
    mark("{comment} speaks of you or of your unit: another officer decides on it."),
    mark(
        "The comment was deleted for good at the platform and cannot be brought back there; the "
        "record of it stays."
    ),
    # moderation.deciding.blind
    mark(
        "This sample is not open to you: another officer judged it, its text changed, or you "
        "decided on it yourself. Go on with the next."
    ),
    mark("Another officer judged this sample in the meantime."),
    mark("A blind sample is kept, removed, split or sent to complaints: nothing else measures."),
    mark("A removal needs a reason code of para 5 (OM-5-...)."),
    mark("OM-5-X needs a written reason of {n} characters or more."),
    mark("Only a senior officer settles a difference."),
    mark("There is no difference on this sample."),
    mark("You judged this sample yourself: another senior officer settles it."),
    mark("This difference was settled in the meantime."),
)

JUDGEMENTS = (
    # moderation.judging.rules
    mark("threat or call to violence"),
    mark("an identity card number in public"),
    mark("call against a sect or faith"),
    mark("slur on faith, sect, ethnicity, sex or disability"),
    mark("obscene or sexual abuse"),
    mark("abusive text"),
    mark("link that looks like malware or fraud"),
    mark("private data of a person"),
    mark("hatred of a people"),
    mark("words that are a slur"),
    mark("obscene words"),
    mark("personal abuse"),
    mark("insulting words"),
    mark("a word on this organisation's watch list"),
    mark("spam, scam or advertising"),
    mark("one of a flood of near-copies"),
    mark("the writer's own phone or address"),
    # moderation.judging.policy
    mark("not covered: {note}"),
    mark("weakly covered: {note}"),
    mark("no engine covers {code}"),
    mark("the engine is weak in {code}"),
    mark("a score alone is no ground for removal (NR-7)"),
    mark("not checked ({what} missing): {note}"),
    mark("no reason given"),
    # moderation.texts.language, read, assess and the signals
    mark("Pashto: no labelled data, never measured"),
    mark("Sindhi: no labelled data, never measured"),
    mark("Persian: no labelled data, never measured"),
    mark("Devanagari script: no labelled data, never measured"),
    mark("Punjabi in Urdu letters: judged with the Urdu model, not measured on its own"),
    mark("a script or language that the model was not made for"),
    mark("two languages in one comment: judged with both models"),
    mark("one word ({code}?): too little to tell a language"),
    mark("no words to read"),
    mark("no words to judge"),
    mark("{engine} failed with {error}"),
    mark("{engine} gave no score"),
    mark("reading failed with {error}"),
    mark("a language that the builtin model was not made for"),
    mark("empty text"),
    mark("{n} links"),
    mark("{n} copies, {was} accounts, {now} min"),
)

PUT_TOGETHER = (
    mark("{code} is a non-reason: '{title}' can never be a ground for removal. Keep the comment, "
         "file it as a complaint, or choose a code that fits its words."),
    mark("criticises a policy or decision"),
    mark("embarrasses Government"),
    mark("complains of an office or official's work"),
    mark("political opinion"),
    mark("harsh tone only"),
    mark("language, dialect or spelling"),
    mark("score above threshold only"),
    mark("likely {what}: score {score} ({version})"),
    mark("possible {what}: score {score} ({version})"),
    mark("likely {what}: score {score} ({version}; {note})"),
    mark("possible {what}: score {score} ({version}; {note})"),
    mark("one of a flood of near-copies: {note}"),
    mark("a word on this organisation's watch list: {note}"),
    mark("the writer's own phone or address: {note}"),
    mark("carries {list}: never in a bulk action, a second look is needed to remove"),
    mark("a complaint"),
    mark("a suggestion"),
    mark("a view on policy"),
    mark("a complaint and a suggestion"),
    mark("a complaint and a view on policy"),
    mark("a suggestion and a view on policy"),
    mark("a complaint and a suggestion and a view on policy"),
    mark("offer with a way to answer"),
    mark("offer with a way to answer; {note}"),
    mark("bait beside a link"),
    mark("bait beside a link; {note}"),
    mark("If the comment was put back by hand already, hide it again by hand."),
    mark("If the comment was taken down by hand already, put it back by hand."),
)  # fmt: skip
