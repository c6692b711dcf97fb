"""Scores with the gold statements given.

Called by run.py (`--weights` scores what is there without training). Nothing of EVAL is used for training.
"""
import os

import numpy as np

import data
import inputs
from coder import Coder, log_softmax
from fit import least

# PLOVER classes that correspond to the acts; gold classes of other kinds are left out.
PLOVER = {"AGREE": ("support", "commit"), "SUPPORT": ("support",), "REQUEST": ("request",), "REJECT": ("reject", "deny"),
          "ACCUSE": ("accuse",), "THREATEN": ("threaten",), "COOPERATE": ("commit",)}


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


def commoner(logits, gold):
    """What is added to the pair reader's score of "unrelated" [1]: it met that far oftener in training than who asks about one proposition
    does (of two sets that differ in the shares of classes alone; Saerens et al. 2002). logits [n, 4], gold [n]."""
    def loss(w):
        return -log_softmax(logits + np.append(np.zeros(3), w))[np.arange(len(gold)), gold].mean() + 0.002 * np.square(w).sum()
    return least(loss, [0.0])


def other_fields(coder, rows):
    """Macro-F1 over supports / opposes / neutral / unrelated for held-out fields, as it is answered and with "unrelated" as common as
    in the four other fields; and the choice of the proposition."""
    fields, gold, logits, chosen = [], [], [], []
    for field in data.HELD_OUT_FIELDS:
        some = [r for r in rows if r["field"] == field]
        props = sorted({(r["proposition"], r["label"]) for r in some})
        book = coder.codebook([{"id": p, "label": label, "proposition": p} for p, label in props])
        texts = [coder.statement({**r, "context": ""}) for r in some]
        read = coder.run_read(texts)
        logits += list(coder.run_pair([(x["states"], t[1], book["states"][book["ids"].index(r["proposition"])]) for r, t, x in zip(some, texts, read)]))
        gold += [inputs.CLASSES.index(r["stance"]) for r in some]
        fields += [field] * len(some)
        coded = [coder.code([r], book, article=False)[0] for r in some]
        chosen += [c["issue"] == r["proposition"] for r, c in zip(some, coded) if r["stance"] is not None]
    fields, gold, logits = np.array(fields), np.array(gold), np.array(logits)
    found = np.zeros(len(gold), int)
    for field in data.HELD_OUT_FIELDS:
        own = fields == field
        found[own] = (logits[own] + np.append(np.zeros(3), commoner(logits[~own], gold[~own]))).argmax(1)
    return {"macro-F1": macro_f1(gold, logits.argmax(1), range(4)), "macro-F1, shares of the other fields": macro_f1(gold, found, range(4)),
            "accuracy": float(np.mean(gold == found)), "proposition found among 5 and other": float(np.mean(chosen))}


def plover(coder, path):
    """Act accuracy where classes correspond, and macro-F1 of polarity."""
    rows = data.lines(path)
    read, act = coder.run_read([coder.statement({"sentence": r["text"], "evidence": r["text"]}) for r in rows]), []
    for r, x in zip(rows, read):
        words = coder.lex.scores(*coder.statement({"sentence": r["text"], "evidence": r["text"]}))[1]
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


def report(folder, issues, sets, fields, eval_positions=None, eval_stance=None):
    """All scores as one dictionary; prints them. `sets`: by name [[statement]] of held-out articles."""
    coder = Coder(folder)
    book, found = coder.codebook(issues), {}
    sets = {name: groups for name, groups in sets.items() if groups}
    for name in ("dev", "seed"):
        if eval_positions:
            sets[name] = data.articles(os.path.join(eval_positions, name + ".jsonl"))
    for name, group in sets.items():
        for article in (False, True):
            key = name + (" with article shares" if article else "")
            found[key], sure, errors = positions(coder, book, group, article)
            print(key, {k: round(v, 3) for k, v in found[key].items()}, "ECE", {k: round(e, 3) for k, (e, _) in sure.items()}, flush=True)
            found[key + " calibration"], found[key + " errors"] = sure, errors
    found["other fields"] = other_fields(coder, fields)
    print("other fields", {k: round(v, 3) for k, v in found["other fields"].items()}, flush=True)
    if eval_stance:
        found["plover"] = plover(coder, os.path.join(eval_stance, "plover_gsr", "dev.jsonl"))
        print("plover_gsr", {k: round(v, 3) for k, v in found["plover"].items()}, flush=True)
    return found
