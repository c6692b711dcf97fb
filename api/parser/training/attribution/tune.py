"""Chooses the decoding options and fits the confidence on articles that the network has not learnt from."""
import itertools

import numpy as np

from decode import DEFAULT

GRID = {"quote": [0.0, 2.0], "outside": [-0.1, 0.0, 0.1]}
SIGNS = 9                                          # of an attribution, see decode.py
LEAST = [0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4]


def predict(tagger, articles, forwards, options):
    """Predictions [{"id", "attributions"}] from cached forward passes."""
    tagger.options = {**DEFAULT, **options}
    return [{"id": a["id"], "attributions": tagger.attributions(a["text"], f)} for a, f in zip(articles, forwards)]


def hits(scorer, articles, predictions):
    """1.0 for each predicted attribution that counts for the headline, else 0.0, article by article."""
    found = []
    for a, p in zip(articles, predictions):
        article = scorer.Article(a["text"])
        spans = lambda x: {role: article.tokens([tuple(f) for f in x[role]]) for role in scorer.ROLES}
        gold, pred = [spans(x) for x in a["attributions"]], [spans(x) for x in p["attributions"]]
        right = np.zeros(len(pred))
        for i, j in scorer.match_contents(gold, pred):
            right[j] = scorer.source_correct(article, gold[i], pred[j])
        found.append(right)
    return np.concatenate(found) if found else np.zeros(0)


def signs(predictions):
    return np.array([a["signs"] for p in predictions for a in p["attributions"]])


def logistic(x, y, ridge=1.0, rounds=50):
    """Weights and bias of a logistic regression by Newton's method; x [n, d], y [n] of 0 and 1.

    Without data every probability is one half.
    """
    if len(x) == 0:
        return [0.0] * SIGNS, 0.0
    mean, spread = x.mean(0), x.std(0) + 1e-6
    z = np.concatenate([(x - mean) / spread, np.ones((len(x), 1))], 1)
    w = np.zeros(z.shape[1])
    keep = np.diag([ridge] * x.shape[1] + [0.0])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-z @ w))
        w -= np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + keep + 1e-9 * np.eye(len(w)), z.T @ (p - y) + keep @ w)
    weights = w[:-1] / spread
    return [round(float(v), 5) for v in weights], round(float(w[-1] - weights @ mean), 5)


def calibration_error(confidence, right, bins=10):
    """Expected calibration error over equally wide bins."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[at == b].mean() - right[at == b].mean()) * (at == b).mean()
                     for b in range(bins) if (at == b).any()))


def f1(scorer, articles, predictions):
    """Headline F1."""
    right = hits(scorer, articles, predictions)
    gold = sum(len(a["attributions"]) for a in articles)
    return 2 * right.sum() / max(1, len(right) + gold)


def tune(tagger, scorer, articles, log=print):
    """The best options of GRID and LEAST by headline F1, with a fitted confidence."""
    forwards = [tagger.forward(a["text"]) for a in articles]
    best = (-1.0, {})
    for values in itertools.product(*GRID.values()):
        options = dict(zip(GRID, values))
        value = f1(scorer, articles, predict(tagger, articles, forwards, options))
        log(f"{100 * value:.2f} {options}")
        best = max(best, (value, options), key=lambda b: b[0])
    options = best[1]
    predictions = predict(tagger, articles, forwards, options)
    weights, bias = logistic(signs(predictions), hits(scorer, articles, predictions))
    options["confidence"] = {"weights": weights, "bias": bias}
    values = []
    for least in LEAST:
        value = f1(scorer, articles, predict(tagger, articles, forwards, {**options, "least": least}))
        log(f"{100 * value:.2f} least {least}")
        values.append(value)
    # The largest threshold that costs nothing against the best would be fitted to noise; take the best one.
    options["least"] = LEAST[int(np.argmax(values))]
    return options
