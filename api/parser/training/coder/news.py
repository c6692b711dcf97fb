"""Real news, coded: statements of the attribution corpus with fields, told by article and number so that no text of it lies here.

A file in `news/` has one block an article:

    === id of the article
    P1 | label | A proposition that is at stake in the article.
    1 | -
    2 | other | -1 | accuse | P1-
    3 | sanctions,nuclear-agreement | 1 | request | P2+ P3=

A line is one attribution of the corpus by its number, from 1: `-` where it is no statement; else its issue (and others that
are acceptable), the stance towards it, its act, and the propositions that it supports (+), opposes (-) or speaks to (=).
On those that are not named it does not bear. `read` joins them with the corpus (`train.jsonl.gz`).
"""
import glob
import gzip
import json
import os

import data
import inputs

HERE = os.path.dirname(os.path.abspath(__file__))
SIGNS = {"+": 1, "-": -1, "=": 0}


def blocks(path):
    """{id: (propositions {key: (label, words)}, rows {number: None or (issues, stance, act, bears {key: stance})})}"""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            parts = [p.strip() for p in line.lstrip("=").split("|")]
            if line.startswith("==="):
                found[parts[0]] = props, rows = {}, {}
            elif parts[0].startswith("P"):
                props[parts[0]] = parts[1], parts[2]
            elif parts[0] and parts[1] == "-":
                rows[int(parts[0])] = None
            elif parts[0]:
                issues, stance, act = parts[1].split(","), int(parts[2]), parts[3]
                assert act in inputs.ACTS and stance in inputs.STANCES, line
                rows[int(parts[0])] = [i.strip() for i in issues], stance, act, {b[:-1]: SIGNS[b[-1]] for b in parts[4].split() if b != "."}
    return found


def statement(article, attribution, spans, title):
    """A row of the reader without its fields, or None where its words are spread too widely for one reading."""
    text, content = article["text"], attribution["content"]
    begin, end = content[0][0], content[-1][1]
    sentence, context = data.place(text, spans, begin, end)
    at = text.find(sentence, max(0, begin - len(sentence)))
    if at < 0 or at > begin or at + len(sentence) < end:
        return None
    return {"article": article["id"], "title": title, "context": context, "sentence": sentence, "evidence": [(s - at, e - at) for s, e in content]}


def statements(groups):
    """Those that are statements, of the articles that are held out."""
    return [[r for r in g if r["counts"]] for g in groups if g and data.held_out({"id": g[0]["article"]})]


def read(corpus, codings=None):
    """([[statement]] by article, [pair of statement and proposition]) of what is coded in `news/`. A pair's `others` are
    propositions (label, words) on which its statement does not bear."""
    told = {}
    for path in sorted(glob.glob(os.path.join(codings or os.path.join(HERE, "news"), "*.txt"))):
        told.update(blocks(path))
    groups, pairs = [], []
    with gzip.open(corpus, "rt", encoding="utf-8") as f:
        articles = [a for a in map(json.loads, f) if a["id"] in told]
    for a in articles:
        props, rows = told[a["id"]]
        spans, title, found = data.sentences(a["text"]), a["text"].split("\n", 1)[0], []
        for n, attribution in enumerate(a["attributions"], 1):
            row = statement(a, attribution, spans, title) if n in rows else None
            if not row:
                continue
            if rows[n] is None:
                found.append({**row, "positions": [], "counts": 0.0})
                continue
            issues, stance, act, bears = rows[n]
            position = {"issue": issues[0], "also": issues[1:], "stance": stance, "act": act}
            found.append({**row, **position, "counts": 1.0, "positions": [position]})
            others = [props[key] for key in props if key not in bears]
            bears = bears or {key: None for key in sorted(props)[n % len(props)::len(props)]}
            for key, sign in bears.items():
                label, words = props[key]
                pairs.append({**row, "field": a["id"], "label": label, "proposition": words, "stance": sign, "others": others})
        groups.append(found)
    return groups, pairs
