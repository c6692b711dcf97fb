"""Articles, their targets per token, and windows of tokens."""
import bisect
import gzip
import json

import numpy as np

from features import shape_codes
from network import BEGIN

WINDOW = 256                     # tokens, [CLS] and [SEP] included
INNER = WINDOW - 2               # tokens of text in a window
CLS, SEP = 101, 102


def read(path):
    """The JSON objects of a .jsonl or .jsonl.gz file."""
    with (gzip.open if path.endswith("gz") else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def targets(attributions, offsets):
    """Tag of each token, and for the first token of a span the token it points to.

    A content's first token points to its cue's first token, a cue's first token to its source's first
    token; where the article has no cue or names no source, they point to nothing (-2). -1: not asked.
    """
    tags = np.zeros(len(offsets), np.int64)
    link = np.full(len(offsets), -1, np.int64)
    starts = [o[0] for o in offsets]

    def tokens(s, e):
        i = bisect.bisect_left(starts, s)
        if i > 0 and offsets[i - 1][1] > s:
            i -= 1
        found = []
        while i < len(offsets) and offsets[i][0] < e:
            found.append(i)
            i += 1
        return found

    for a in attributions:
        spans = {name: [t for t in (tokens(s, e) for s, e in a[name]) if t] for name in BEGIN}
        for name, found in spans.items():
            for t in found:
                tags[t] = BEGIN[name] + 1
                tags[t[0]] = BEGIN[name]
        if spans["cue"]:
            cue = spans["cue"][0][0]
            link[cue] = spans["source"][0][0] if spans["source"] else -2
        for t in spans["content"]:
            link[t[0]] = spans["cue"][0][0] if spans["cue"] else -2
    return tags, link


def starts_of(n, random):
    """First tokens of windows that cover n tokens with as few windows as possible, the overlaps drawn at random."""
    if n <= INNER:
        return [0]
    k = -(-n // INNER)
    cuts = np.sort(random.randint(0, k * INNER - n + 1, k - 2)) if k > 2 else np.zeros(0, int)
    back = np.concatenate([[0], cuts, [k * INNER - n]])
    return [int(i * INNER - b) for i, b in enumerate(back)]


def windows(articles, tokenizer, random):
    """ids, shape, tags and links, each int64 [windows, WINDOW]; links count in the window, 0 ([CLS]) for nothing."""
    rows = []
    for article in articles:
        enc = tokenizer.encode(article["text"], add_special_tokens=False)
        shape = shape_codes(article["text"], enc.offsets)
        tags, link = targets(article["attributions"], enc.offsets)
        for s in starts_of(len(enc.ids), random):
            n = min(INNER, len(enc.ids) - s)
            row = np.zeros((4, WINDOW), np.int64)
            row[2:] = -1
            row[0, 0], row[0, 1:n + 1], row[0, n + 1] = CLS, enc.ids[s:s + n], SEP
            row[1, 1:n + 1] = shape[s:s + n]
            row[2, 1:n + 1] = tags[s:s + n]
            part = link[s:s + n]
            row[3, 1:n + 1] = np.where(part == -2, 0, np.where((part >= s) & (part < s + n), part - s + 1, -1))
            rows.append(row)
    return np.stack(rows, 1)
