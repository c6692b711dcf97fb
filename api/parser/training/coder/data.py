"""Reading the training data, wordings of propositions, augmentation."""
import datetime
import glob
import json
import os
import re
import tomllib
import zlib

import numpy as np

import inputs

HELD_OUT_FIELDS = ("schools", "wind farms", "drug policy", "pensions", "AI rules")
HERE = os.path.dirname(os.path.abspath(__file__))
END = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bU\.S)(?<!\bSt)(?<!\b[A-Z])[.!?][\"”’')]*\s+(?=[\"“‘'(]?[A-Z0-9])|\n+")


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def statements(folder):
    paths = sorted(glob.glob(os.path.join(folder, "*.jsonl")))
    return [r for p in paths if "other_fields" not in os.path.basename(p) for r in lines(p)]


def fields(folder):
    """Pairs of statement and proposition of other fields: those of the folder, if any, and those beside this file."""
    paths = [os.path.join(folder, "other_fields.jsonl")] if folder else []
    return [r for p in paths + sorted(glob.glob(os.path.join(HERE, "fields", "*.jsonl"))) for r in lines(p)]


def few(rows, fields, told):
    """A few statements, pairs and articles with which every step runs. Five fields stand in for those that are held out,
    which do not lie beside this file."""
    kinds = {}
    for r in fields:
        if r["field"] not in HELD_OUT_FIELDS:
            kinds.setdefault(r["field"], {}).setdefault(r["proposition"], []).append(r)
    # All fields that are held out have as many propositions.
    chosen = [f for f in sorted(kinds) if len(kinds[f]) == 4][:len(HELD_OUT_FIELDS) + 3]
    names = dict(zip(chosen, HELD_OUT_FIELDS))
    pairs = [{**r, "field": names.get(f, f)} for f in chosen for found in kinds[f].values() for r in found[:3]]
    return rows[::200], pairs, told[::60]


def sentences(text):
    """Spans of sentences."""
    cuts = [0] + [m.end() for m in END.finditer(text)]
    return [(a, b) for a, b in zip(cuts, cuts[1:] + [len(text)]) if b > a]


def place(text, spans, b, e):
    """Sentence(s) around [b, e) and up to two sentences before them."""
    i, j = (max(k for k, (s, _) in enumerate(spans) if s <= at) for at in (b, max(b, e - 1)))
    return text[spans[i][0]:spans[j][1]].strip(), text[spans[max(0, i - 2)][0]:spans[i][0]].strip()


def held_out(article):
    """Whether an article is kept from training: one in six, by its id."""
    return zlib.crc32(article["id"].encode()) % 6 == 0


def day(text):
    """A date, or None where it is none or lacks its day."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def when(article, key):
    """Index in inputs.WHEN of the meeting of a position, seen from the day of publication; -1 where a day is unknown."""
    if not key:
        return inputs.WHEN.index("none")
    meeting = next((m for m in article["meetings"] if m["key"] == key), {})
    start, published = day(meeting.get("start")), day(article["published"])
    if not start or not published:
        return -1
    end = day(meeting.get("end")) or start
    return inputs.WHEN.index("later" if start > published else "current" if (published - end).days <= 7 else "earlier")


def grouped(told):
    """Coded articles -> [[statement]] with gold fields, in the order of the text; one statement a span of evidence."""
    found = []
    for a in told:
        spans, rows = sentences(a["text"]), {}
        for p in a["positions"]:
            b = p.get("at", a["text"].find(p["evidence"]))
            sentence, context = place(a["text"], spans, b, b + len(p["evidence"]))
            # Of other acceptable codings only the issues are used.
            p = {**p, "also": [x["issue"] if isinstance(x, dict) else x for x in p.get("also") or []]}
            row = rows.setdefault((b, len(p["evidence"])), {
                **p, "at": b, "title": a["title"] or "", "sentence": sentence, "context": context, "positions": [], "article": a["id"],
                "when": when(a, p["meeting"])})
            row["positions"].append({k: p[k] for k in ("issue", "stance", "act", "also")})
        found.append([rows[k] for k in sorted(rows)])
    return found


def articles(path):
    return grouped(lines(path))


def as_cut(rows, cut):
    """(statements of every other article as a parser cuts them instead of as they were coded, what is no statement of all;
    the former as they were coded)."""
    chosen = {r["article"] for r in cut if zlib.crc32(r["article"].encode()) % 2}
    kept = [r for r in rows if r.get("article") not in chosen]
    return kept + [r for r in cut if r["counts"] == 0 or r["article"] in chosen], [r for r in rows if r.get("article") in chosen]


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


class Read:
    """Statements as ids, marks and flags of names."""

    def __init__(self, rows, tokenizer):
        coded = [inputs.statement(tokenizer, r.get("title", ""), r.get("context", ""), r["sentence"], r["evidence"]) for r in rows]
        self.rows = rows
        self.ids, self.marks = [np.array(c[0]) for c in coded], [np.array(c[1]) for c in coded]
        self.names = [np.array(name_tokens(tokenizer, r, c[0])) for r, c in zip(rows, coded)]

    def worn(self, n, random):
        """The statement with tokens dropped: some at random, names half the time, context now and then."""
        ids, marks = self.ids[n], self.marks[n]
        keep = random.random(len(marks)) > 0.07
        keep[[0, -1]] = True
        if random.random() < 0.35:
            keep &= marks != inputs.CONTEXT
        if random.random() < 0.4:
            keep &= ~self.names[n]
        if not (keep & (marks == inputs.EVIDENCE)).any():
            return ids, marks
        return ids[keep], marks[keep]


def marked(ids, mark):
    return np.array(ids), np.array([inputs.EDGE] + [mark] * (len(ids) - 2) + [inputs.EDGE])


def pad(items, step):
    """[(ids, marks)] -> ids int64 [b, n] with 0 and marks int64 [b, n] with -1 on padding; n is a multiple of `step`."""
    n = -(-max(len(m) for _, m in items) // step) * step
    x, k = np.zeros((len(items), n), np.int64), np.full((len(items), n), -1)
    for i, (s, m) in enumerate(items):
        x[i, :len(m)], k[i, :len(m)] = s, m
    return x, k


def batches(lengths, size, random, chunk=1500):
    """Random batches of like length."""
    order, found = random.permutation(len(lengths)), []
    for k in range(0, len(order), chunk):
        part = sorted(order[k:k + chunk], key=lambda i: lengths[i] + random.integers(0, 6))
        found += [part[j:j + size] for j in range(0, len(part), size)]
    return [found[i] for i in random.permutation(len(found))]
