"""Scores with the gold statements given.

    python evaluate.py FOLDER --codebook default.toml --positions EVAL/positions --stance EVAL/stance --train DATA

FOLDER holds the ONNX graphs and data files. Nothing here is used for training.
"""
import argparse
import json
import os
import re

import numpy as np

import data
import inputs
from coder import Coder, log_softmax

END = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bU\.S)(?<!\bSt)(?<!\b[A-Z])[.!?][\"”’')]*\s+(?=[\"“‘'(]?[A-Z0-9])|\n+")
# PLOVER classes that correspond to the acts; gold classes of other kinds are left out.
PLOVER = {"AGREE": ("support", "commit"), "SUPPORT": ("support",), "REQUEST": ("request",), "REJECT": ("reject", "deny"),
          "ACCUSE": ("accuse",), "THREATEN": ("threaten",), "COOPERATE": ("commit",)}


def sentences(text):
    """Spans of sentences."""
    cuts = [0] + [m.end() for m in END.finditer(text)]
    return [(a, b) for a, b in zip(cuts, cuts[1:] + [len(text)]) if b > a]


def articles(path):
    """[[statement]] with gold fields, in the order of the text."""
    found = []
    for a in data.lines(path):
        spans, rows = sentences(a["text"]), []
        for p in a["positions"]:
            b = a["text"].find(p["evidence"])
            e = b + len(p["evidence"])
            i, j = (max(k for k, (s, _) in enumerate(spans) if s <= at) for at in (b, e - 1))
            rows.append({**p, "at": b, "sentence": a["text"][spans[i][0]:spans[j][1]].strip(),
                         "context": a["text"][spans[max(0, i - 2)][0]:spans[i][0]].strip()})
        found.append(sorted(rows, key=lambda r: r["at"]))
    return found


def calibration(p, right, bins=10):
    """Expected calibration error and rows (from, to, share, mean probability, accuracy)."""
    p, right = np.array(p), np.array(right, float)
    table, error = [], 0.0
    for k in range(bins):
        at = (p > k / bins) & (p <= (k + 1) / bins)
        if at.any():
            error += at.mean() * abs(p[at].mean() - right[at].mean())
            table.append((k / bins, (k + 1) / bins, at.mean(), p[at].mean(), right[at].mean()))
    return error, table


def macro_f1(gold, found, classes):
    """Mean F1 over the classes."""
    gold, found = np.array(gold), np.array(found)
    f = [2 * ((gold == c) & (found == c)).sum() / max(1, (gold == c).sum() + (found == c).sum()) for c in classes]
    return float(np.mean(f))


def positions(coder, book, groups, article=True):
    """Scores of [[statement]]."""
    hits = {k: [] for k in ("issue", "top 3", "stance given issue", "stance given found", "stance", "act", "joint")}
    sure = {k: ([], []) for k in ("issue", "stance", "act")}
    errors = []
    for rows in groups:
        coded = coder.code(rows, book, article)
        index = {k: n for n, k in enumerate(book["ids"])}
        index["other"] = len(index)
        given = coder.stances_for(rows, book, [index[r["issue"]] for r in rows])
        for r, c, g in zip(rows, coded, given):
            good = [r["issue"]] + r.get("also", [])
            order = np.argsort(-c["issues"])[:3]
            hits["issue"].append(c["issue"] in good)
            hits["top 3"].append(any(index[k] in order for k in good))
            hits["act"].append(c["act"] == r["act"])
            hits["stance"].append(c["stance"] == r["stance"])
            if r["issue"] != "other":
                hits["stance given issue"].append(inputs.STANCES[int(g.argmax())] == r["stance"])
            if c["issue"] in good:
                hits["stance given found"].append(c["stance"] == r["stance"])
                if c["issue"] != "other":
                    sure["stance"][0].append(c["p_stance"]), sure["stance"][1].append(c["stance"] == r["stance"])
            hits["joint"].append(c["issue"] in good and c["stance"] == r["stance"])
            sure["issue"][0].append(c["p_issue"]), sure["issue"][1].append(c["issue"] in good)
            sure["act"][0].append(c["p_act"]), sure["act"][1].append(c["act"] == r["act"])
            errors.append((r["issue"], c["issue"], r["stance"], c["stance"], r["act"], c["act"], c["issue"] in good))
    return ({k: float(np.mean(v)) for k, v in hits.items()},
            {k: calibration(p, r) for k, (p, r) in sure.items()}, errors)


def other_fields(coder, rows):
    """Macro-F1 over supports / opposes / neutral / unrelated for held-out fields, and the choice of the proposition."""
    gold, found, chosen = [], [], []
    for field in data.HELD_OUT_FIELDS:
        some = [r for r in rows if r["field"] == field]
        props = sorted({(r["proposition"], r["label"]) for r in some})
        book = coder.codebook([{"id": p, "label": label, "proposition": p} for p, label in props])
        texts = [coder.statement("", r["sentence"], r["evidence"]) for r in some]
        read = coder.run_read(texts)
        logits = coder.run_pair([(x["states"], t[1], book["states"][book["ids"].index(r["proposition"])]) for r, t, x in zip(some, texts, read)])
        gold += [{1: 0, -1: 1, 0: 2, None: 3}[r["stance"]] for r in some]
        found += list(logits.argmax(1))
        coded = [coder.code([r], book, article=False)[0] for r in some]
        chosen += [c["issue"] == r["proposition"] for r, c in zip(some, coded) if r["stance"] is not None]
    return {"macro-F1": macro_f1(gold, found, range(4)), "accuracy": float(np.mean(np.array(gold) == np.array(found))),
            "proposition found among 5 and other": float(np.mean(chosen))}


def plover(coder, path):
    """Act accuracy where classes correspond, and macro-F1 of polarity."""
    rows = data.lines(path)
    read, act = coder.run_read([coder.statement("", r["text"], r["text"]) for r in rows]), []
    for r, x in zip(rows, read):
        words = coder.lex.scores(*coder.statement("", r["text"], r["text"]))[1]
        act.append(coder.acts(x["act"], words))
    act = np.array(act)
    pick = [inputs.ACTS[i] for i in act.argmax(1)]
    hit = [a in PLOVER[r["act"]] for r, a in zip(rows, pick) if r["act"] in PLOVER]
    told = [inputs.ACTS[1 + int(p[1:].argmax())] in PLOVER[r["act"]] for r, p in zip(rows, act) if r["act"] in PLOVER]
    kind = {a: n for n, a in enumerate(inputs.ACTS)}

    def side(p):
        return 1 if p[kind["support"]] + p[kind["commit"]] + 0.5 * p[kind["state"]] > 0.5 else -1
    polarity = [side(p) for p in act]
    verbal = [n for n, r in enumerate(rows) if r["verbal"]]
    return {"act (n=%d)" % len(hit): float(np.mean(hit)), "act, `state` not allowed": float(np.mean(told)),
            "polarity macro-F1": macro_f1([r["polarity"] for r in rows], polarity, (1, -1)),
            "polarity macro-F1, verbal": macro_f1([rows[n]["polarity"] for n in verbal], [polarity[n] for n in verbal], (1, -1))}


def report(folder, tokenizer, issues, train, eval_positions=None, eval_stance=None):
    """All scores as one dictionary; prints them."""
    coder = Coder(folder, tokenizer)
    book, found = coder.codebook(issues), {}
    rows = [r for n, r in enumerate(data.statements(train)) if n % 5 == 0]
    flat = [{**r, **(r["positions"] or [{"issue": "other", "stance": 0, "act": "state"}])[0],
             "also": [p["issue"] for p in r["positions"][1:]]} for r in rows]
    sets = {"held-out fifth of train": [[r] for r in flat]}
    for name in ("dev", "seed"):
        if eval_positions:
            sets[name] = articles(os.path.join(eval_positions, name + ".jsonl"))
    for name, groups in sets.items():
        for article in ((False,) if "train" in name else (False, True)):
            key = name + (" with article shares" if article else "")
            found[key], sure, errors = positions(coder, book, groups, article)
            print(key, {k: round(v, 3) for k, v in found[key].items()}, "ECE", {k: round(e, 3) for k, (e, _) in sure.items()}, flush=True)
            found[key + " calibration"] = sure
            found[key + " errors"] = errors
    found["other fields"] = other_fields(coder, data.fields(train))
    print("other fields", {k: round(v, 3) for k, v in found["other fields"].items()}, flush=True)
    if eval_stance:
        found["plover"] = plover(coder, os.path.join(eval_stance, "plover_gsr", "dev.jsonl"))
        print("plover_gsr", {k: round(v, 3) for k, v in found["plover"].items()}, flush=True)
    return found


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("folder"), args.add_argument("--codebook", required=True), args.add_argument("--train", required=True)
    args.add_argument("--positions"), args.add_argument("--stance"), args.add_argument("--tokenizer"), args.add_argument("--json")
    a = args.parse_args()
    found = report(a.folder, a.tokenizer, data.codebook(a.codebook), a.train, a.positions, a.stance)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump(found, f, default=float)


if __name__ == "__main__":
    main()
