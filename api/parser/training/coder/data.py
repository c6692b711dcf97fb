"""Reading the training data, wordings of propositions, states of the frozen lower half, augmentation."""
import glob
import json
import os
import re
import tomllib

import numpy as np
import torch

import inputs

HELD_OUT_FIELDS = ("schools", "wind farms", "drug policy", "pensions", "AI rules")
HERE = os.path.dirname(os.path.abspath(__file__))


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def statements(folder):
    paths = sorted(glob.glob(os.path.join(folder, "*.jsonl")))
    return [r for p in paths if "other_fields" not in os.path.basename(p) for r in lines(p)]


def fields(folder):
    return lines(os.path.join(folder, "other_fields.jsonl"))


def codebook(path):
    with open(path, "rb") as f:
        return tomllib.load(f)["issue"]


def paraphrases():
    with open(os.path.join(HERE, "paraphrases.toml"), "rb") as f:
        return tomllib.load(f)


FLIPS = ((" should not ", " should "), (" must not ", " must "), (" should ", " should not "), (" must ", " must not "),
         (" may ", " may not "), (" were ", " were not "), (" harm ", " do not harm "))


def flip(proposition):
    """The denial of a proposition, or None where no rule fits."""
    for a, b in FLIPS:
        if a in proposition:
            return proposition.replace(a, b, 1)
    return None


def wordings(issues):
    """For each issue [(text, sign, weight)]: its proposition in several wordings, denials with sign -1."""
    told, found = paraphrases(), []
    for i in issues:
        p = told[i["id"]]
        w = [(f"{i['label']}: {i['proposition']}", 1, 4.0)] + [(f"{i['label']}: {t}", 1, 1.0) for t in p["same"]]
        w += [(t, -1, 1.0) for t in p["against"]] + [(i["proposition"], 1, 1.0)]
        if flip(i["proposition"]):
            w.append((f"{i['label']}: {flip(i['proposition'])}", -1, 0.7))
        found.append(w)
    return found


def subject_words(issues):
    """[(words, issue index)] of the subject matter of each issue."""
    told = paraphrases()
    return [(w, n) for n, i in enumerate(issues) for w in told[i["id"]]["words"].split("; ")]


def name_tokens(tokenizer, row, ids):
    """Which tokens belong to the speaker's or the party's name."""
    names = {w for k in ("speaker", "party") for w in re.findall(r"[A-Z][\w’'-]+", row.get(k) or "")}
    flags = [False] * len(ids)
    for name in names - {"The", "European", "Union", "Minister"}:
        part = inputs.pieces(tokenizer, name).ids
        for i in range(len(ids) - len(part) + 1):
            if ids[i:i + len(part)] == part:
                flags[i:i + len(part)] = [True] * len(part)
    return flags


@torch.no_grad()
def states(lower, texts, batch=64):
    """[ids] -> [float16 states [n, W]] of the lower half."""
    order, found = sorted(range(len(texts)), key=lambda i: len(texts[i])), [None] * len(texts)
    for k in range(0, len(order), batch):
        rows = order[k:k + batch]
        x = torch.zeros(len(rows), max(len(texts[i]) for i in rows), dtype=torch.long)
        for j, i in enumerate(rows):
            x[j, :len(texts[i])] = torch.tensor(texts[i])
        for j, (i, h) in enumerate(zip(rows, lower(x))):
            found[i] = h[:len(texts[i])].half()
    return found


class Read:
    """Statements with marks, name flags and states."""

    def __init__(self, rows, tokenizer, lower, max_context=0):
        coded = [inputs.statement(tokenizer, r.get("context", ""), r["sentence"], r["evidence"], max_context) for r in rows]
        self.rows, self.ids = rows, [c[0] for c in coded]
        self.marks = [np.array(c[1]) for c in coded]
        self.names = [np.array(name_tokens(tokenizer, r, c[0])) for r, c in zip(rows, coded)]
        self.states = states(lower, self.ids)

    def plain(self, n):
        return self.states[n], self.marks[n]

    def worn(self, n, random):
        """The statement with tokens dropped: some at random, names half the time, context now and then."""
        marks = self.marks[n]
        keep = random.random(len(marks)) > 0.08
        keep[[0, -1]] = True
        if random.random() < 0.3:
            keep &= marks != inputs.CONTEXT
        if random.random() < 0.5:
            keep &= ~self.names[n]
        if not (keep & (marks == inputs.EVIDENCE)).any():
            return self.plain(n)
        return self.states[n][torch.from_numpy(np.flatnonzero(keep))], marks[keep]


def marked(states, mark):
    return states, np.array([inputs.EDGE] + [mark] * (len(states) - 2) + [inputs.EDGE])


def pad(items):
    """[(states, marks)] -> float [b, n, W], marks int64 [b, n] with -1 on padding."""
    n = max(len(m) for _, m in items)
    x, k = torch.zeros(len(items), n, items[0][0].shape[1]), torch.full((len(items), n), -1)
    for i, (s, m) in enumerate(items):
        x[i, :len(m)], k[i, :len(m)] = s.float(), torch.as_tensor(m)
    return x, k


def batches(lengths, size, random, chunk=1500):
    """Random batches of like length."""
    order, found = random.permutation(len(lengths)), []
    for k in range(0, len(order), chunk):
        part = sorted(order[k:k + chunk], key=lambda i: lengths[i] + random.integers(0, 6))
        found += [part[j:j + size] for j in range(0, len(part), size)]
    return [found[i] for i in random.permutation(len(found))]
