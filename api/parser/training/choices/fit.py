"""Fits the weights of what is weighed and writes data/weights.toml.

    cargo build -p plenary-parser --example evidence
    fit.py --evidence PROGRAM --articles coded.jsonl [more.jsonl] --out ../../data/weights.toml [--rounds 3]

Logistic regressions with a quadratic penalty:

* venue: is this place of the article the venue of a coded meeting? One case a place.
* main: is it the venue of the coded meeting to which most statements belong? One case a place, of the articles where one is.
* statement: to which meeting does this statement belong, or to none? One multinomial case a statement
  whose coded meeting was found (or is none); a statement is a coded position whose evidence shares at
  least half of its words with an attribution.

* side: for which of the article's parties does a speaker speak whose office names none, or for none? One
  multinomial case a speaker whose coded party is among them.

* trust: how often the side is right that is chosen with a share (`--only trust`). Wrong is also who speaks for a party that
  was not found. Only articles on which `side` was not fitted tell it.

* heard: the meeting of a statement again, with what the coder hears in its words (`--only heard`). Only articles
  that the coder was not trained with tell its weight.

A statement's evidence holds the choice of the statement before it, so the fit is repeated: each round
reads the evidence anew with the weights of the round before. Folds of articles tell the accuracy on
unseen ones. Only numpy is needed.
"""
import argparse
import datetime
import json
import math
import re
import subprocess
import sys
import tomllib
import unicodedata

import numpy as np

FOLDS = 5
# Weights that the coded articles are too few to tell are held near a value; the strength is that of the penalty.
# How much the main one of several recent meetings counts, that what announces a round is about that round, and what
# stands below "Round two: Lindal, 3 June" about the one of the heading.
HELD = {"main": (1.5, 300.0), "announced here": (2.0, 300.0), "under its heading": (3.0, 300.0)}
# Titles of the coded articles seldom tell the venue as those of the press do, and their datelines tell it more often: few
# are reports from a capital on what was held, agreed or begun elsewhere.
HELD_VENUE = {"title, with talks": (0.0, 300.0), "told after it": (2.5, 300.0), "held there": (2.5, 300.0), "agreed there": (1.2, 300.0),
              "dateline, another beside talks in the lead": (-1.5, 300.0), "dateline, another agreed there": (-1.5, 300.0),
              "dateline, told the press there": (-1.5, 300.0), "dateline, told after another": (-2.0, 300.0),
              "title, agreed there": (1.5, 300.0)}
# Added in the end: every fourth statement of the coded articles was made to belong to no meeting; of 860 statements in
# 45 articles written as the press writes, every twentieth does.
ADDED = {"none": -1.0}
# The weight of what the coder heard. Likelihood is greatest near 0.5; accuracy still grows beyond 1.
HEARD = 0.6


def words(text):
    text = unicodedata.normalize("NFKD", text)
    return re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c)).casefold())


def overlap(a, b):
    a, b = words(a), words(b)
    left = {}
    for w in a:
        left[w] = left.get(w, 0) + 1
    common = 0
    for w in b:
        if left.get(w, 0):
            left[w] -= 1
            common += 1
    return 2 * common / (len(a) + len(b)) if a and b else 0.0


def day(text):
    return datetime.date.fromisoformat(text if len(text) == 10 else text + "-01")


def same(meeting, found):
    if not meeting["venue"]:
        return not found["venue"] and found["start"] and abs((day(meeting["start"]) - day(found["start"])).days) <= 1
    return bool(found["venue"] and words(found["venue"]) == words(meeting["venue"]) and found["start"]
                and abs((day(meeting["start"]) - day(found["start"])).days) <= 1)


def main_of(article):
    """The coded meeting to which most statements belong; None where there is no meeting."""
    count = [p["meeting"] for p in article["positions"]].count
    return max(article["meetings"], key=lambda m: count(m["key"]), default=None)


def match(article, found):
    """For each coded meeting the found one that means it. Where the day is wrong, the venue tells; where
    the venue is wrong too, the main meeting of the article is the main one that was found."""
    keys = {}
    for m in article["meetings"]:
        exact = [n for n, f in enumerate(found) if same(m, f)]
        venue = [n for n, f in enumerate(found) if f["venue"] and words(f["venue"]) == words(m["venue"] or "")]
        keys[m["key"]] = (exact + venue + [None])[0]
    main = main_of(article)
    told = [n for n, f in enumerate(found) if f["main"] and n not in keys.values()]
    if main and keys[main["key"]] is None and told:
        keys[main["key"]] = told[0]
    return keys


def read(program, articles):
    """Cases of both kinds, from the evidence of the program."""
    given = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
    out = subprocess.run(program, input=given, capture_output=True, text=True, check=True).stdout
    venues, mains, statements, sides, strangers, heard, lost = [], [], [], [], [], [], 0
    for article, line in zip(articles, out.splitlines()):
        row = json.loads(line)
        assert row["id"] == article["id"]
        gold = {" ".join(words(m["venue"] or "")) for m in article["meetings"]}
        for v in row["venues"]:
            venues.append((article["id"], v["features"], " ".join(words(v["name"])) in gold))
        main = main_of(article)
        main = main and " ".join(words(main["venue"] or ""))
        told = [(article["id"], v["features"], " ".join(words(v["name"])) == main) for v in row["venues"]]
        mains += told if any(case[2] for case in told) else []
        for v in row["sides"]:
            coded = [p["party"] for p in article["positions"] if overlap(p["speaker"], v["speaker"]) >= 0.5]
            parties = [" ".join(words(name or "")) for name in v["parties"]]
            party = " ".join(words(max(set(coded), key=coded.count) or "")) if coded else "-"
            if party in parties:
                sides.append((article["id"], v["ballot"], parties.index(party)))
            elif coded:
                strangers.append((article["id"], v["ballot"], None))
        keys, kept = match(article, row["meetings"]), match(article, row["placed"]["meetings"])
        for p in article["positions"]:
            best = max(row["statements"], key=lambda s: overlap(p["evidence"], s["content"]), default=None)
            if best is None or overlap(p["evidence"], best["content"]) < 0.5:
                continue
            at = -1 if p["meeting"] is None else kept[p["meeting"]]
            if best["heard"] and at is not None:
                told = [{**f, "share": math.log(max(s, 1e-3))} for f, s in zip(best["heard"], best["shares"])]
                heard.append((article["id"], told, at + 1))
            right = 0 if p["meeting"] is None else keys[p["meeting"]]
            if right is None:
                lost += 1
                continue
            statements.append((article["id"], best["ballot"], right if p["meeting"] is None else right + 1))
    print("statements whose meeting was not found: %d of %d" % (lost, lost + len(statements)), file=sys.stderr)
    print("speakers whose party was not found: %d of %d" % (len(strangers), len(strangers) + len(sides)), file=sys.stderr)
    return venues, mains, statements, sides, strangers, heard


def table(cases):
    names = sorted({name for case in cases for name in case})
    at = {name: n for n, name in enumerate(names)}
    x = np.zeros((len(cases), len(names)))
    for row, case in zip(x, cases):
        for name, size in case.items():
            row[at[name]] = size
    return names, x


def logistic(x, y, names, penalty, steps=60):
    """Weights by Newton's method; `penalty` is the quadratic one on every weight. Weights in HELD_VENUE stay
    near theirs."""
    held = np.array([HELD_VENUE.get(name, (0.0, penalty)) for name in names])
    w = held[:, 0].copy()
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - y) + held[:, 1] * (w - held[:, 0])
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(held[:, 1])
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return w


def conditional(ballots, right, names, penalty, steps=60):
    """Weights of a multinomial choice among rows, each ballot a matrix; weights in HELD stay near theirs. Newton's
    method; a step that makes the loss no smaller is halved."""
    held = np.array([HELD.get(name, (0.0, penalty)) for name in names])
    w = held[:, 0].copy()

    def look(w):
        gradient, curvature = held[:, 1] * (w - held[:, 0]), np.diag(held[:, 1])
        loss = (held[:, 1] * (w - held[:, 0]) ** 2).sum() / 2
        for x, y in zip(ballots, right):
            s = x @ w
            p = np.exp(s - s.max())
            loss += np.log(p.sum()) + s.max() - s[y]
            p /= p.sum()
            mean = p @ x
            gradient = gradient + mean - x[y]
            curvature = curvature + (x * p[:, None]).T @ x - np.outer(mean, mean)
        return loss, gradient, curvature

    loss, gradient, curvature = look(w)
    for _ in range(steps):
        step = np.linalg.solve(curvature, gradient)
        while np.abs(step).max() >= 1e-6:
            tried = look(w - step)
            if tried[0] <= loss:
                break
            step /= 2
        else:
            break
        w -= step
        loss, gradient, curvature = tried
    return w


def folds(ids):
    order = {a: n % FOLDS for n, a in enumerate(sorted(set(ids)))}
    return np.array([order[a] for a in ids])


def error(confidence, right):
    """Expected calibration error over ten bins."""
    bins = np.minimum((np.array(confidence) * 10).astype(int), 9)
    return sum(abs(sum(np.array(right)[bins == b]) - sum(np.array(confidence)[bins == b])) for b in range(10)) / len(right)


def fit_venue(kind, cases, penalty):
    names, x = table([c[1] for c in cases])
    y = np.array([c[2] for c in cases], float)
    fold, p = folds([c[0] for c in cases]), np.zeros(len(y))
    for f in range(FOLDS):
        w = logistic(x[fold != f], y[fold != f], names, penalty)
        p[fold == f] = 1 / (1 + np.exp(-x[fold == f] @ w))
    said = p >= 0.5
    tp = (said * y).sum()
    print(kind + ": %d places, %d venues; unseen precision %.3f recall %.3f, calibration error %.3f"
          % (len(y), y.sum(), tp / max(said.sum(), 1), tp / y.sum(), error(p, y)), file=sys.stderr)
    return dict(zip(names, logistic(x, y, names, penalty)))


def fit_choice(kind, cases, penalty):
    names, flat = table([features for c in cases for features in c[1]])
    ballots, at = [], 0
    for c in cases:
        ballots.append(flat[at:at + len(c[1])])
        at += len(c[1])
    right, fold = [c[2] for c in cases], folds([c[0] for c in cases])
    hit, sure, none = [], [], [0, 0, 0]
    for f in range(FOLDS):
        seen = [n for n in range(len(cases)) if fold[n] != f]
        w = conditional([ballots[n] for n in seen], [right[n] for n in seen], names, penalty)
        for n in (n for n in range(len(cases)) if fold[n] == f):
            s = ballots[n] @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            hit.append(p.argmax() == right[n])
            sure.append(p.max())
            none[0] += right[n] == 0
            none[1] += p.argmax() == 0
            none[2] += right[n] == 0 == p.argmax()
    print(kind + ": %d, unseen accuracy %.3f, calibration error %.3f; none: %d, said %d, right %d"
          % (len(cases), np.mean(hit), error(sure, hit), *none), file=sys.stderr)
    return dict(zip(names, conditional(ballots, right, names, penalty)))


def fit_trust(cases, weights):
    """A line from the log-odds of the share of the chosen side to those of its being right."""
    odds, hits = [], []
    for _, ballot, right in cases:
        s = np.array([sum(weights.get(name, 0.0) * size for name, size in features.items()) for features in ballot])
        p = np.exp(s - s.max())
        p /= p.sum()
        best = int(p.argmax())
        if best and p[best] >= 0.5:
            odds.append(math.log(p[best] / max(1 - p[best], 1e-4)))
            hits.append(best == right)
    x, y = np.array([odds, np.ones(len(odds))]).T, np.array(hits, float)
    slope, offset = logistic(x, y, ["slope", "offset"], 1e-6)
    print("trust: %d sides, right %.3f, said %.3f before and %.3f now" % (
        len(y), y.mean(), (1 / (1 + np.exp(-x[:, 0]))).mean(), (1 / (1 + np.exp(-x @ [slope, offset]))).mean()), file=sys.stderr)
    return {"slope": slope, "offset": offset}


def weigh_heard(cases):
    """The weight of what the coder heard, beside what was told before: HEARD. Prints what others would give."""
    for weight in (0.0, 0.25, 0.5, 0.75, HEARD, 1.0, 1.5):
        scores = [[weight * f["heard"] + f["share"] for f in ballot] for _, ballot, _ in cases]
        sure = [np.exp(s - np.logaddexp.reduce(s)) for s in scores]
        hit = np.mean([p.argmax() == right for p, (*_, right) in zip(sure, cases)])
        loss = -np.mean([np.log(p[right]) for p, (*_, right) in zip(sure, cases)])
        print("heard at %.2f: accuracy %.3f, loss %.3f%s" % (weight, hit, loss, ", taken" if weight == HEARD else ""), file=sys.stderr)
    return {"heard": HEARD}


def write(path, tables):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Weights of what is weighed; training/choices/fit.py made them. Do not edit by hand.\n")
        for name, weights in tables.items():
            f.write("\n[%s]\n" % name)
            for feature, weight in sorted(weights.items()):
                f.write("%s = %.3f\n" % (json.dumps(feature), weight))


def read_weights(path):
    with open(path, "rb") as f:
        return tomllib.load(f)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", required=True, nargs="+", help="program that prints the evidence, with its arguments")
    parser.add_argument("--articles", required=True, nargs="+")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--only", choices=["venue", "main", "statement", "side", "trust", "heard"], nargs="+", help="fit these tables and keep the others")
    a = parser.parse_args()
    articles = [json.loads(line) for path in a.articles for line in open(path, encoding="utf-8") if line.strip()]
    for _ in range(a.rounds):
        wanted = a.only or ["venue", "main", "statement", "side"]
        listen = ["--heard"] if "heard" in wanted else []
        venues, mains, statements, sides, strangers, heard = read([*a.evidence, a.out, *listen], articles)
        tables = read_weights(a.out)
        if "venue" in wanted:
            tables["venue"] = fit_venue("venue", venues, a.penalty)
        if "main" in wanted:
            tables["main"] = fit_venue("main", mains, a.penalty)
        if "statement" in wanted:
            # What is held and told by none of the articles keeps its value.
            held = {name: near for name, (near, _) in HELD.items()}
            placed = held | fit_choice("statement", statements, a.penalty)
            tables["statement"] = {name: weight + ADDED.get(name, 0.0) for name, weight in placed.items()}
        if "side" in wanted:
            tables["side"] = fit_choice("side", sides, a.penalty)
        if "trust" in wanted:
            tables["trust"] = fit_trust(sides + strangers, tables["side"])
        if "heard" in wanted:
            tables["heard"] = weigh_heard(heard)
        write(a.out, tables)


if __name__ == "__main__":
    main()
