"""The coder as a program runs it: ONNX graphs, word-piece n-grams and a few numbers in coder.json.

This is the reference for other implementations. Shapes: I issues, W = 384.
"""
import json
import math
import os
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import inputs
from inputs import ACTS, CONTEXT, EDGE, EVIDENCE, PROPOSITION, SENTENCE, STANCES

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from rows import by_rows

SURE = 0.4   # by how much the first stance must lead for the pair reader to be spared


def log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


class Coder:
    def __init__(self, folder, tokenizer=None, threads=1):
        self.tokenizer = Tokenizer.from_file(tokenizer or os.path.join(folder, "tokenizer.json"))
        self.tokenizer.no_truncation(), self.tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.read, self.pair = (onnxruntime.InferenceSession(by_rows(os.path.join(folder, name + ".int8.onnx")), options)
                                for name in ("coder", "pair"))
        with open(os.path.join(folder, "coder.json"), encoding="utf-8") as f:
            self.numbers = json.load(f)
        self.lex = Lexicon(folder)

    # ------------------------------------------------------------ input

    def statement(self, row):
        return inputs.statement(self.tokenizer, row.get("title", ""), row.get("context", ""), row["sentence"], row["evidence"])

    def run_read(self, texts):
        """[(ids, marks)] -> [{issue, act, left, right, states, polar, counts, when}]. Each text is read by itself, as the program does."""
        names = ("issue", "act", "left", "right", "states", "polar", "counts", "when")
        return [{k: v[0] for k, v in zip(names, self.read.run(None, {"ids": np.array([ids]), "marks": np.array([marks])}))}
                for ids, marks in texts]

    def run_pair(self, pairs):
        """[(statement states, marks, proposition states)] -> logits [p, 4], each pair read by itself; the proposition's [CLS] is left out."""
        logits = np.zeros((len(pairs), 4), np.float32)
        for n, (statement, marks, proposition) in enumerate(pairs):
            marks = list(marks) + [PROPOSITION] * (len(proposition) - 2) + [EDGE]
            logits[n] = self.pair.run(None, {"states": np.concatenate([statement, proposition[1:]])[None], "marks": np.array([marks])})[0][0]
        return logits

    # ------------------------------------------------------------ codebook

    def codebook(self, issues):
        """What is kept of a codebook: `issues` is a list of {id, label, proposition}."""
        read = self.run_read([inputs.proposition(self.tokenizer, i["label"], i["proposition"]) for i in issues])
        known = {k: n for n, k in enumerate(self.numbers["issues"])}
        return {"ids": [i["id"] for i in issues], "domain": [i.get("domain", i["id"]) for i in issues], "right": np.array([r["right"] for r in read]),
                "states": [r["states"] for r in read],
                "column": [known[i["id"]] if i["id"] in known and
                           i["proposition"] == self.numbers["propositions"][i["id"]] else -1 for i in issues]}

    # ------------------------------------------------------------ coding

    def issue_scores(self, read, lex, book):
        """Scores [I + 1] of the issues of the codebook and of `other`, before pairs are read."""
        w, columns = self.numbers["issue"], np.array(book["column"])
        likeness = self.numbers["scale"] * book["right"] @ read["left"]
        direct = np.full(len(columns), 0.0)
        deep, words = log_softmax(read["issue"]), log_softmax(lex)
        near = log_softmax(likeness)
        if (columns >= 0).all():
            direct = w["deep"] * deep[columns] + w["words"] * words[columns] + w["near"] * near
            other = w["deep"] * deep[-1] + w["words"] * words[-1] + w["other"]
        else:
            g = self.numbers["any"]
            direct, other = g["near"] * likeness, g["other"]
        return np.append(direct, other)

    def article_prior(self, scores, book):
        """scores [s, I + 1] of all statements of an article -> the same plus the logs of the article's own shares."""
        a = self.numbers["article"]
        names = list(dict.fromkeys(book["domain"])) + [None]
        member = np.array([[d == n for n in names] for d in book["domain"] + [None]], np.float64)
        count = len(member)
        usual = member.sum(0) / count
        own = np.zeros(count)
        for _ in range(a["rounds"] + 1):
            p = np.exp(log_softmax(scores + own)).sum(0)
            share = (p + a["smooth"] / count) / (p.sum() + a["smooth"])
            group = (p @ member + a["smooth_domain"] * usual) / (p.sum() + a["smooth_domain"])
            last, own = own, a["weight"] * np.log(share * count) + a["domain"] * (member @ np.log(group / usual))
        return scores + last

    def acts(self, deep, words):
        """Probabilities [8]."""
        w = self.numbers["act"]
        return np.exp(log_softmax(w["deep"] * log_softmax(deep) + w["words"] * log_softmax(words)))

    def known_stance(self, read, column, logits):
        """Probabilities of +1, -1, 0 towards a known issue; `logits` of the pair reader for its proposition, which count where
        the statement alone leaves the stance open."""
        w = self.numbers["stance"]
        alone = log_softmax(read["polar"].reshape(-1, 3)[column])
        second, first = np.sort(w["alone"] * alone)[-2:]
        pair = alone if first - second > SURE else log_softmax(logits[:3])
        return np.exp(log_softmax(w["alone"] * alone + w["pair"] * pair + np.array(w["bias"])))

    def pair_stance(self, logits):
        """Probabilities of +1, -1, 0 towards a proposition that was read with the statement."""
        return np.exp(log_softmax(self.numbers["any"]["stance"] * log_softmax(logits[:3])))

    def stances_for(self, statements, book, issues):
        """Stance probabilities towards given known issues (indices; out of range: the first); for measuring."""
        texts = [self.statement(s) for s in statements]
        read, issues = self.run_read(texts), [i if i < len(book["ids"]) else 0 for i in issues]
        logits = self.run_pair([(r["states"], t[1], book["states"][i]) for r, t, i in zip(read, texts, issues)])
        return [self.known_stance(r, book["column"][i], x) for r, i, x in zip(read, issues, logits)]

    def code(self, statements, book, article=True):
        """statements of ONE article -> [{issue, stance, act, probabilities}]."""
        if not statements:
            return []
        w = self.numbers
        texts = [self.statement(s) for s in statements]
        read = self.run_read(texts)
        lex = [self.lex.scores(*t) for t in texts]
        scores = np.array([self.issue_scores(r, l[0], book) for r, l in zip(read, lex)])
        if article:
            scores = self.article_prior(scores, book)
        known = min(book["column"]) >= 0
        # The likeliest propositions are read with the statement: of a known codebook one, for the stance.
        top = np.argsort(-scores[:, :-1], 1, kind="stable")[:, :1 if known else w["pairs"]]
        pairs = [(read[s]["states"], texts[s][1], book["states"][i]) for s in range(len(read)) for i in top[s]]
        logits = self.run_pair(pairs).reshape(len(read), -1, 4)
        found = []
        for s in range(len(read)):
            total = scores[s].copy()
            if not known:
                bear = 1 - np.exp(log_softmax(logits[s]))[:, 3]
                total[:-1] += w["any"]["pair"] * math.log(bear.min() + 1e-3)
                total[top[s]] += w["any"]["pair"] * (np.log(bear + 1e-3) - math.log(bear.min() + 1e-3))
            p = np.exp(log_softmax(total * w["issue" if known else "any"]["heat"]))
            best = int(p.argmax())
            if known and p[best] < w["issue"]["least"]:
                best = len(p) - 1
            act = self.acts(read[s]["act"], lex[s][1])
            if best == len(p) - 1:
                stance = act @ np.array(w["unbound"])
            elif known:
                stance = self.known_stance(read[s], book["column"][best], logits[s, 0])
            else:
                stance = self.pair_stance(logits[s, list(top[s]).index(best) if best in top[s] else 0])
            found.append({"issue": "other" if best == len(p) - 1 else book["ids"][best], "p_issue": float(p[best]),
                          "stance": STANCES[int(stance.argmax())], "p_stance": float(stance.max()),
                          "p_counts": float(1 / (1 + np.exp(-(w["counts"]["slope"] * read[s]["counts"][0] + w["counts"]["bias"])))),
                          "act": ACTS[int(act.argmax())], "p_act": float(act.max()),
                          "issues": p, "stances": stance, "acts": act})
        return found


class Lexicon:
    """Linear scores of word-piece n-grams; lexicon.json tells the n-grams, lexicon.bin holds 8-bit weights."""

    BLOCKS = "ebsc"                        # evidence, bigrams of evidence, rest of the sentence, context

    def __init__(self, folder):
        with open(os.path.join(folder, "lexicon.json"), encoding="utf-8") as f:
            told = json.load(f)
        self.index = {k: n for n, k in enumerate(told["grams"])}
        self.idf = np.array(told["idf"], np.float32)
        self.weight, self.bias, self.classes = told["block_weights"], np.array(told["bias"], np.float32), len(told["bias"])
        raw = np.fromfile(os.path.join(folder, "lexicon.bin"), np.int8).reshape(len(self.index), self.classes)
        self.table = raw.astype(np.float32) * np.array(told["scale"], np.float32)
        self.issues = told["issues"]

    def scores(self, ids, marks):
        """Logits of the issues [48] and of the acts [8]."""
        evidence = [i for i, m in zip(ids, marks) if m == EVIDENCE]
        blocks = [[f"e{i}" for i in evidence], [f"b{a},{b}" for a, b in zip(evidence, evidence[1:])],
                  [f"s{i}" for i, m in zip(ids, marks) if m == SENTENCE], [f"c{i}" for i, m in zip(ids, marks) if m == CONTEXT]]
        total = self.bias.copy()
        for block, weight in zip(blocks, self.weight):
            counts = {}
            for gram in block:
                if gram in self.index:
                    counts[self.index[gram]] = counts.get(self.index[gram], 0) + 1
            if not counts:
                continue
            rows = list(counts)
            value = self.idf[rows] * (1 + np.log(np.array([counts[r] for r in rows])))
            total += (weight * value / np.linalg.norm(value)) @ self.table[rows]
        return total[:self.issues], total[self.issues:]
