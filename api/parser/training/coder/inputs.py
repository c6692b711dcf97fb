"""Token ids and marks of a statement and of a proposition; shared by training and use."""
CLS, SEP = 101, 102
EDGE, CONTEXT, SENTENCE, EVIDENCE, PROPOSITION, PADDING = range(6)
MAX_SENTENCE, LEAD, MAX_PROPOSITION = 80, 12, 46
ACTS = ["state", "support", "commit", "request", "reject", "accuse", "deny", "threaten"]
STANCES = [1, -1, 0]                       # order of stance outputs; the pair reader's fourth is "unrelated"


def pieces(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False)


def statement(tokenizer, context, sentence, evidence, max_context=0):
    """Token ids and marks of one statement."""
    coded = pieces(tokenizer, sentence)
    at = sentence.find(evidence)
    begin, end = (at, at + len(evidence)) if at >= 0 else (0, len(sentence))
    ids = coded.ids
    marks = [EVIDENCE if a < end and b > begin else SENTENCE for a, b in coded.offsets]
    if len(ids) > MAX_SENTENCE:
        start = max(0, min(marks.index(EVIDENCE) - LEAD, len(ids) - MAX_SENTENCE))
        ids, marks = ids[start:start + MAX_SENTENCE], marks[start:start + MAX_SENTENCE]
    before = pieces(tokenizer, context).ids[-max_context:] if context and max_context else []
    if before:
        before = before + [SEP]
    return [CLS] + before + ids + [SEP], [EDGE] + [CONTEXT] * len(before) + marks + [EDGE]


def text(tokenizer, words, mark):
    """Token ids and marks of a text all of whose tokens carry one mark."""
    ids = pieces(tokenizer, words).ids[:MAX_PROPOSITION]
    return [CLS] + ids + [SEP], [EDGE] + [mark] * len(ids) + [EDGE]


def proposition(tokenizer, label, words):
    return text(tokenizer, f"{label}: {words}", PROPOSITION)
