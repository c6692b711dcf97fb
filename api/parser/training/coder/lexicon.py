"""Linear model of word-piece n-grams for issue and act: fitting and writing."""
import json
import os
from collections import Counter

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

import inputs

BLOCK_WEIGHTS = (1.0, 0.6, 0.6, 0.4)       # evidence, bigrams of evidence, rest of the sentence, context


def blocks(ids, marks):
    """Four lists of n-gram keys."""
    def of(mark):
        return [i for i, m in zip(ids, marks) if m == mark]
    evidence = of(inputs.EVIDENCE)
    return [[f"e{i}" for i in evidence], [f"b{a},{b}" for a, b in zip(evidence, evidence[1:])],
            [f"s{i}" for i in of(inputs.SENTENCE)], [f"c{i}" for i in of(inputs.CONTEXT)]]


def value(block, index, idf, weight):
    """{row: value} of one block, of length `weight`."""
    counts = Counter(index[g] for g in block if g in index)
    raw = {r: idf[r] * (1 + np.log(c)) for r, c in counts.items()}
    length = np.sqrt(sum(v * v for v in raw.values()))
    return {r: weight * v / length for r, v in raw.items()}


def fit(folder, texts, issues, acts, extra, extra_issues, heat=12.0):
    """texts and extra: [(ids, marks)]; acts -1 where untold. Writes lexicon.json and lexicon.bin."""
    documents = [blocks(*t) for t in texts + extra]
    seen = Counter(g for d in documents for b in d for g in set(b))
    grams = sorted(g for g, c in seen.items() if c >= (3 if g[0] == "b" else 2))
    index = {g: n for n, g in enumerate(grams)}
    idf = np.array([np.log((1 + len(documents)) / (1 + seen[g])) + 1 for g in grams])
    cells = [(r, c, v) for r, d in enumerate(documents) for b, w in zip(d, BLOCK_WEIGHTS) for c, v in value(b, index, idf, w).items()]
    r, c, v = zip(*cells)
    x = sp.csr_matrix((v, (r, c)), (len(documents), len(grams)))
    one = LogisticRegression(C=heat, max_iter=120, tol=1e-3).fit(x, list(issues) + list(extra_issues))
    rows = [n for n, a in enumerate(acts) if a >= 0]
    two = LogisticRegression(C=heat / 2, max_iter=120, tol=1e-3).fit(x[rows], [acts[n] for n in rows])
    count, kinds = max(max(issues), max(extra_issues)) + 1, len(inputs.ACTS)
    table, bias = np.zeros((len(grams), count + kinds)), np.full(count + kinds, -20.0)
    table[:, one.classes_], bias[one.classes_] = one.coef_.T, one.intercept_
    table[:, count + two.classes_], bias[count + two.classes_] = two.coef_.T, two.intercept_
    scale = np.abs(table).max(0) / 127 + 1e-9
    np.round(table / scale).astype(np.int8).tofile(os.path.join(folder, "lexicon.bin"))
    with open(os.path.join(folder, "lexicon.json"), "w", encoding="utf-8") as f:
        json.dump({"grams": grams, "idf": [round(float(i), 4) for i in idf], "block_weights": BLOCK_WEIGHTS,
                   "bias": [round(float(b), 5) for b in bias], "scale": [float(f"{s:.6g}") for s in scale], "issues": count},
                  f, separators=(",", ":"))
