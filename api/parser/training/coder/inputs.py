"""Token ids and marks of a statement and of a proposition; shared by training and use."""
CLS, SEP = 101, 102
EDGE, CONTEXT, SENTENCE, EVIDENCE, PROPOSITION = range(5)
MAX_SENTENCE, LEAD, MAX_PROPOSITION = 80, 12, 46
MAX_TITLE, MAX_BEFORE = 14, 34
ACTS = ["state", "support", "commit", "request", "reject", "accuse", "deny", "threaten"]
WHEN = ["current", "none", "later", "earlier"]   # the statement's meeting, seen from the day of publication
STANCES = [1, -1, 0]                       # order of stance outputs
CLASSES = STANCES + [None]                 # order of the pair reader's; the last is "unrelated"


def pieces(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False)


def statement(tokenizer, title, context, sentence, evidence):
    """Token ids and marks of one statement: title, what stands before the sentence, the sentence.

    `evidence` is the words themselves (looked for in `sentence`) or a list of (begin, end) in code points."""
    coded = pieces(tokenizer, sentence)
    if isinstance(evidence, str):
        at = sentence.find(evidence)
        evidence = [(at, at + len(evidence)) if at >= 0 else (0, len(sentence))]
    ids = coded.ids
    marks = [EVIDENCE if any(a < e and b > s for s, e in evidence) else SENTENCE for a, b in coded.offsets]
    if EVIDENCE not in marks:
        marks = [EVIDENCE] * len(ids)
    if len(ids) > MAX_SENTENCE:
        start = max(0, min(marks.index(EVIDENCE) - LEAD, len(ids) - MAX_SENTENCE))
        ids, marks = ids[start:start + MAX_SENTENCE], marks[start:start + MAX_SENTENCE]
    before = []
    for words in (pieces(tokenizer, title).ids[:MAX_TITLE] if title else [],
                  pieces(tokenizer, context).ids[-MAX_BEFORE:] if context else []):
        if words:
            before += words + [SEP]
    return [CLS] + before + ids + [SEP], [EDGE] + [CONTEXT] * len(before) + marks + [EDGE]


def text(tokenizer, words, mark):
    """Token ids and marks of a text all of whose tokens carry one mark."""
    ids = pieces(tokenizer, words).ids[:MAX_PROPOSITION]
    return [CLS] + ids + [SEP], [EDGE] + [mark] * len(ids) + [EDGE]


def proposition(tokenizer, label, words):
    return text(tokenizer, f"{label}: {words}", PROPOSITION)
