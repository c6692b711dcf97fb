"""Mixing weights, calibration and thresholds, fitted on the held-out fifth of the statements and the held-out fields."""
import json
import os

import numpy as np
from scipy.optimize import minimize

import inputs
from coder import Coder, log_softmax
from data import HELD_OUT_FIELDS

# Statements about the talks themselves are the most frequent ones in real articles.
PRIOR = {"dialogue": 1.1, "talks-outcome": 1.1}


def start(issues):
    """Numbers to begin with."""
    return {"issues": [i["id"] for i in issues] + ["other"], "propositions": {i["id"]: i["proposition"] for i in issues},
            "max_context": 0, "scale": 16.0, "pairs": 3,
            "issue": {"deep": 0.9, "words": 0.4, "near": 0.1, "other": 0.0, "pair": 0.4, "heat": 1.0, "prior": PRIOR},
            "any": {"near": 1.0, "other": 5.0, "pair": 1.0, "heat": 0.8},
            "article": {"weight": 0.3, "domain": 0.6, "rounds": 3, "smooth": 5.0, "smooth_domain": 3.0},
            "act": {"deep": 0.8, "words": 0.4}, "stance": {"pair": 0.8, "polar": 0.5, "bias": [0.0, 0.0, 0.0], "any": 0.8}}


def save(folder, numbers):
    with open(os.path.join(folder, "coder.json"), "w", encoding="utf-8") as f:
        json.dump(numbers, f, indent=1)


def collect(coder, rows, book, top=3):
    """Raw outputs for statements: dictionary of arrays, and pair logits of the first `top` and of the gold issue."""
    texts = [coder.statement(r["context"], r["sentence"], r["evidence"]) for r in rows]
    read = coder.run_read(texts)
    lex = [coder.lex.scores(*t) for t in texts]
    d = {k: np.array([r[k] for r in read]) for k in ("issue", "act", "left", "polar")}
    d["polar"] = d["polar"].reshape(len(rows), -1, 3)
    d["words"], d["act_words"] = np.array([x[0] for x in lex]), np.array([x[1] for x in lex])
    d["near"] = coder.numbers["scale"] * d["left"] @ book["right"].T
    scores = log_softmax(d["issue"])[:, :-1] + 0.45 * log_softmax(d["words"])[:, :-1]
    d["top"] = np.argsort(-scores, 1)[:, :top]
    order = {k: n for n, k in enumerate(book["ids"])}
    d["gold"] = np.array([order.get((r["positions"] or [{"issue": ""}])[0]["issue"], len(order)) for r in rows])

    def pair(s, i):
        return read[s]["states"], texts[s][1], book["states"][i]
    d["pairs"] = coder.run_pair([pair(s, i) for s in range(len(rows)) for i in d["top"][s]]).reshape(len(rows), -1, 4)
    d["gold_pair"] = coder.run_pair([pair(s, min(g, len(order) - 1)) for s, g in enumerate(d["gold"])])
    return d


def least(loss, begin):
    return minimize(loss, begin, method="Nelder-Mead", options={"maxiter": 400, "xatol": 0.01, "fatol": 1e-5}).x


def fit_known(numbers, d, rows):
    """Weights for the default codebook from held-out statements."""
    issues, count = d["gold"], d["issue"].shape[1]
    deep, words, near = log_softmax(d["issue"]), log_softmax(d["words"]), log_softmax(d["near"])
    allowed = [[numbers["issues"].index(p["issue"]) for p in r["positions"]] or [count - 1] for r in rows]
    bear = np.log(1 - np.exp(log_softmax(d["pairs"]))[..., 3] + 1e-3)

    def scores(w):
        s = w[0] * deep + w[1] * words
        s[:, :-1] += w[2] * near + w[4] * bear.min(1)[:, None]
        s[:, -1] += w[3]
        for k in range(d["top"].shape[1]):
            s[np.arange(len(s)), d["top"][:, k]] += w[4] * (bear[:, k] - bear.min(1))
        return log_softmax(s)

    def issue_loss(w):
        p = scores(w)
        return -np.mean([np.logaddexp.reduce(p[n, a]) for n, a in enumerate(allowed)]) + 0.002 * np.square(w).sum()
    w = [float(v) for v in least(issue_loss, [0.9, 0.4, 0.1, 0.0, 0.4])]
    numbers["issue"].update(deep=w[0], words=w[1], near=max(0.0, w[2]), other=w[3], pair=w[4], heat=1.0)

    told = np.array([bool(r["positions"]) for r in rows])
    act = np.array([inputs.ACTS.index(r["positions"][0]["act"]) if r["positions"] else 0 for r in rows])

    def act_loss(w):
        p = log_softmax(w[0] * log_softmax(d["act"]) + w[1] * log_softmax(d["act_words"]))
        return -p[told, act[told]].mean()
    w = least(act_loss, [0.8, 0.4])
    numbers["act"].update(deep=float(w[0]), words=float(w[1]))

    side = np.array([inputs.STANCES.index(r["positions"][0]["stance"]) if r["positions"] else 0 for r in rows])
    pair, polar = log_softmax(d["gold_pair"][:, :3]), log_softmax(d["polar"][np.arange(len(rows)), issues])

    def stance_loss(w):
        p = log_softmax(w[0] * pair + w[1] * polar + np.array([0, w[2], w[3]]))
        return -p[told, side[told]].mean() + 0.002 * np.square(w).sum()
    w = least(stance_loss, [0.7, 0.5, 0.0, 0.0])
    numbers["stance"].update(pair=float(w[0]), polar=float(w[1]), bias=[0.0, float(w[2]), float(w[3])])

    def heat_loss(w):
        return -log_softmax(w[0] * pair)[told, side[told]].mean()
    numbers["stance"]["any"] = float(least(heat_loss, [0.8])[0])


def collect_fields(coder, rows):
    """Likeness to and pair logits with all propositions of its field, for statements of held-out fields."""
    found = []
    for field in HELD_OUT_FIELDS:
        some = [r for r in rows if r["field"] == field]
        props = sorted({(r["proposition"], r["label"]) for r in some})
        book = coder.codebook([{"id": p, "label": label, "proposition": p} for p, label in props])
        texts = [coder.statement("", r["sentence"], r["evidence"]) for r in some]
        read = coder.run_read(texts)
        for r, t, x in zip(some, texts, read):
            near = coder.numbers["scale"] * book["right"] @ x["left"]
            logits = coder.run_pair([(x["states"], t[1], s) for s in book["states"]])
            found.append({"row": r, "near": near, "pairs": logits, "gold": book["ids"].index(r["proposition"])})
    return found


def fit_any(numbers, found):
    """Weights for any codebook: which proposition of its field a statement bears on, or none."""
    near = np.array([f["near"] for f in found])
    bear = np.log(1 - np.exp(log_softmax(np.array([f["pairs"] for f in found])))[..., 3] + 1e-3)
    gold = np.array([f["gold"] for f in found])
    told = np.array([f["row"]["stance"] is not None for f in found])
    # A statement that does not bear on its proposition may bear on another one: it counts as `other` all the same.
    goal = np.where(told, gold, near.shape[1])

    def loss(w):
        s = np.concatenate([w[0] * near + w[1] * bear, np.full((len(near), 1), w[2])], 1)
        return -log_softmax(s)[np.arange(len(s)), goal].mean() + 0.002 * np.square(w[:2]).sum()
    w = [float(v) for v in least(loss, [0.6, 1.0, 2.0])]
    numbers["any"].update(near=w[0], pair=w[1], other=w[2], heat=1.0)


def fit(folder, tokenizer, issues, rows, fields):
    """rows: held-out statements; fields: all statements of other fields."""
    numbers = start(issues)
    save(folder, numbers)
    coder = Coder(folder, tokenizer)
    fit_known(numbers, collect(coder, rows, coder.codebook(issues)), rows)
    fit_any(numbers, collect_fields(coder, fields))
    save(folder, numbers)
    return numbers
