"""Mixing weights, calibration and thresholds, fitted on articles and fields that were kept from training."""
import json
import os

import numpy as np
from scipy.optimize import minimize

import inputs
from coder import Coder, log_softmax
from data import HELD_OUT_FIELDS

# What is tried: to take from the weight of `other`, and as the least probability of an issue that is told.
LESS, LEAST = [n / 10 for n in range(16)], [n / 20 for n in range(8)]


def start(issues, rows):
    """Numbers to begin with."""
    return {"issues": [i["id"] for i in issues] + ["other"], "propositions": {i["id"]: i["proposition"] for i in issues},
            "scale": 16.0, "pairs": 3,
            "issue": {"deep": 1.0, "words": 0.3, "near": 0.1, "other": 0.0, "heat": 1.0, "least": 0.0},
            "any": {"near": 1.0, "other": 5.0, "pair": 1.0, "heat": 1.0, "stance": 0.8},
            "article": {"weight": 0.0, "domain": 0.0, "rounds": 3, "smooth": 5.0, "smooth_domain": 3.0},
            "act": {"deep": 0.8, "words": 0.4}, "stance": {"alone": 0.5, "pair": 0.5, "bias": [0.0, 0.0, 0.0]},
            "counts": {"slope": 1.0, "bias": 0.0, "least": 0.4}, "unbound": unbound(rows)}


def save(folder, numbers):
    with open(os.path.join(folder, "coder.json"), "w", encoding="utf-8") as f:
        json.dump(numbers, f, indent=1)


def collect(coder, groups, book):
    """What the reader says of the statements of articles, [[statement]], as logarithms of shares: issue and words [s, I], near [s, I - 1],
    act and act_words [s, 8], polar [s, I, 3]; the statements themselves, and what the pair reader needs of them."""
    rows = [r for g in groups for r in g]
    texts = [coder.statement(r) for r in rows]
    read = coder.run_read(texts)
    lex = [coder.lex.scores(*t) for t in texts]
    d = {k: log_softmax(np.array([r[k] for r in read])) for k in ("issue", "act")}
    d["polar"] = log_softmax(np.array([r["polar"] for r in read]).reshape(len(rows), -1, 3))
    d["words"], d["act_words"] = log_softmax(np.array([x[0] for x in lex])), log_softmax(np.array([x[1] for x in lex]))
    d["near"] = log_softmax(coder.numbers["scale"] * np.array([r["left"] for r in read]) @ book["right"].T)
    return d | {"rows": rows, "texts": texts, "states": [r["states"] for r in read], "edges": np.cumsum([0] + [len(g) for g in groups])}


def both(a, b):
    """What was collected of two lists of articles, as of one."""
    edges = np.concatenate([a["edges"], a["edges"][-1] + b["edges"][1:]])
    return {k: np.concatenate([a[k], b[k]]) if isinstance(a[k], np.ndarray) else a[k] + b[k] for k in a} | {"edges": edges}


def least(loss, begin):
    return minimize(loss, begin, method="BFGS", options={"gtol": 1e-4}).x


def fit_known(numbers, coder, book, groups, real=()):
    """Weights for the default codebook from the statements of held-out articles, [[statement]]; those of acts and stances
    from real news too, [[statement]], of which far more bears on no issue than of news about talks."""
    d = collect(coder, groups, book)
    allowed = [[numbers["issues"].index(k) for p in r["positions"] for k in [p["issue"]] + (p.get("also") or [])] for r in d["rows"]]

    def base(d, w):
        s = w[0] * d["issue"] + w[1] * d["words"]
        s[:, :-1] += w[2] * d["near"]
        s[:, -1] += w[3]
        return s

    def likelihood(p):
        return np.mean([np.logaddexp.reduce(p[n, a]) for n, a in enumerate(allowed)])

    def issue_loss(w):
        return -likelihood(log_softmax(base(d, w))) + 0.002 * np.square(w).sum()
    w = [float(v) for v in least(issue_loss, [1.0, 0.3, 0.1, 0.0])]
    numbers["issue"].update(deep=w[0], words=w[1], near=w[2], other=w[3])

    def shared(d, weight, domain):
        coder.numbers["article"].update(weight=weight, domain=domain)
        s = base(d, w)
        return log_softmax(np.concatenate([coder.article_prior(s[a:b], book) for a, b in zip(d["edges"], d["edges"][1:]) if b > a]))
    found = {(x, y): likelihood(shared(d, x, y)) for x in (0.0, 0.15, 0.3, 0.5) for y in (0.0, 0.2, 0.4, 0.7)}
    best = max(found, key=found.get)
    numbers["article"].update(weight=best[0], domain=best[1])
    weight = w[3]

    def right(p):
        return np.mean([x in a for x, a in zip(p.argmax(1), allowed)])

    def lighter(less):
        w[3] = weight - less
        return shared(d, *best)
    # What is written unlike the training texts looks like `other`: it weighs what leaves the most statements right.
    last = lighter(max(LESS, key=lambda less: right(lighter(less))))
    numbers["issue"]["other"] = w[3]
    heat = float(least(lambda h: -likelihood(log_softmax(h[0] * last)), [1.0])[0])

    def told(last, bar):
        p = np.exp(log_softmax(heat * last))
        p[p.max(1) < bar, -1] = 1.0
        return p
    # An issue that is no likelier than this is not told, as long as that leaves no fewer right.
    bar = max(bar for bar in LEAST if right(told(last, bar)) >= right(last))
    numbers["issue"].update(heat=heat, least=bar)

    if real:
        d = both(d, collect(coder, real, book))
        last = shared(d, *best)
    act = [[inputs.ACTS.index(p["act"]) for p in r["positions"]] for r in d["rows"]]

    def act_loss(w):
        p = log_softmax(w[0] * d["act"] + w[1] * d["act_words"])
        return -np.mean([np.logaddexp.reduce(p[n, a]) for n, a in enumerate(act)])
    w = least(act_loss, [0.8, 0.4])
    numbers["act"].update(deep=float(w[0]), words=float(w[1]))

    # The stance is read towards the issue that the coder chose, right or wrong: so sure it may be, and no surer.
    chosen, other = told(last, bar).argmax(1), last.shape[1] - 1
    some = np.array([n for n, r in enumerate(d["rows"]) if chosen[n] < other and r["positions"][0]["issue"] != "other"])
    side = np.array([inputs.STANCES.index(d["rows"][n]["positions"][0]["stance"]) for n in some])
    polar = d["polar"][some, chosen[some]]
    pair = log_softmax(coder.run_pair([(d["states"][n], d["texts"][n][1], book["states"][chosen[n]]) for n in some])[:, :3])

    def stance_loss(w):
        p = log_softmax(w[0] * polar + w[1] * pair + np.array([0, w[2], w[3]]))
        return -p[np.arange(len(side)), side].mean() + 0.002 * np.square(w).sum()
    w = [float(v) for v in least(stance_loss, [0.5, 0.5, 0.0, 0.0])]
    numbers["stance"].update(alone=w[0], pair=w[1], bias=[0.0, w[2], w[3]])


def fit_counts(numbers, coder, rows):
    """Slope and bias of the probability that words cut by a parser are a statement."""
    x = np.array([r["counts"][0] for r in coder.run_read([coder.statement(r) for r in rows])])
    y = np.array([r["counts"] for r in rows])

    def loss(w):
        z = w[0] * x + w[1]
        return np.mean(np.logaddexp(0, z) - y * z)
    w = least(loss, [1.0, 0.0])
    numbers["counts"].update(slope=float(w[0]), bias=float(w[1]))


def unbound(rows):
    """[8 acts][3 stances]: how often who bears on no proposition is for what he speaks of, from all coded statements."""
    counts = np.full((len(inputs.ACTS), len(inputs.STANCES)), 0.5)
    for r in rows:
        for p in r["positions"]:
            if p["issue"] == "other" and r.get("counts", 1.0):
                counts[inputs.ACTS.index(p["act"]), inputs.STANCES.index(p["stance"])] += 1
    return (counts / counts.sum(1, keepdims=True)).round(3).tolist()


def collect_fields(coder, rows):
    """Likeness to and pair logits with all propositions of its field, for statements of held-out fields."""
    found = []
    for field in HELD_OUT_FIELDS:
        some = [r for r in rows if r["field"] == field]
        props = sorted({(r["proposition"], r["label"]) for r in some})
        book = coder.codebook([{"id": p, "label": label, "proposition": p} for p, label in props])
        texts = [coder.statement({**r, "context": ""}) for r in some]
        read = coder.run_read(texts)
        for r, t, x in zip(some, texts, read):
            near = coder.numbers["scale"] * book["right"] @ x["left"]
            logits = coder.run_pair([(x["states"], t[1], s) for s in book["states"]])
            found.append({"row": r, "near": near, "pairs": logits, "gold": book["ids"].index(r["proposition"])})
    return found


def fit_any(numbers, found):
    """Weights for any codebook: which proposition of its field a statement bears on, or none; and the stance's heat."""
    near, pairs = np.array([f["near"] for f in found]), log_softmax(np.array([f["pairs"] for f in found]))
    bear = np.log(1 - np.exp(pairs)[..., 3] + 1e-3)
    gold = np.array([f["gold"] for f in found])
    told = np.array([f["row"]["stance"] is not None for f in found])
    # A statement that does not bear on its proposition may bear on another one: it counts as `other` all the same.
    goal = np.where(told, gold, near.shape[1])

    def loss(w):
        s = np.concatenate([w[0] * near + w[1] * bear, np.full((len(near), 1), w[2])], 1)
        return -log_softmax(s)[np.arange(len(s)), goal].mean() + 0.002 * np.square(w[:2]).sum()
    w = [float(v) for v in least(loss, [0.6, 1.0, 2.0])]
    numbers["any"].update(near=w[0], pair=w[1], other=w[2], heat=1.0)
    own = log_softmax(pairs[np.arange(len(gold)), gold][:, :3])[told]
    side = np.array([inputs.STANCES.index(f["row"]["stance"]) for f in found if f["row"]["stance"] is not None])
    numbers["any"]["stance"] = float(least(lambda h: -log_softmax(h[0] * own)[np.arange(len(side)), side].mean(), [0.8])[0])


def fit(folder, tokenizer, issues, rows, groups, real, cut, fields):
    """rows: all coded statements; groups: [[statement]] of held-out articles; real: the same of real news; cut: their statements as a parser cuts them; fields: all of other fields."""
    numbers = start(issues, rows)
    save(folder, numbers)
    coder = Coder(folder, tokenizer)
    fit_known(numbers, coder, coder.codebook(issues), groups, real)
    if cut:
        fit_counts(numbers, coder, cut)
    fit_any(numbers, collect_fields(coder, fields))
    save(folder, numbers)
    return numbers
